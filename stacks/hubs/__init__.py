"""The hubs around the message path: each has a section of the settings, and is there only with it."""
