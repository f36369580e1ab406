"""The command line: `twinrail`."""
