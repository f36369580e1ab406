"""Drills: a Region is lost, slow or cut off while payments go on, as experiments of chaostoolkit, with a verdict."""
