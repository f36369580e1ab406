"""The network of a Region: private, and no larger than what needs one."""
