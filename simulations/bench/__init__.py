"""Figures of the payment path. They are printed, never asserted."""
