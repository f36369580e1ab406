"""The network: how the hub is found by its names, and the private part of each Region."""
