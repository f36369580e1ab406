"""An environment's resource graph in the forms that people and other tools read."""
