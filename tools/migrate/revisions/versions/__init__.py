"""The schema's revisions, in the order that each names the one before it."""
