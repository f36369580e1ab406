"""What administrators work with, and what keeps them to the rules."""
