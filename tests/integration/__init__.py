"""The deployed hub, over HTTP, in both Regions."""
