"""The forms of the plan."""
