"""The token vault: what identifies people, and the tokens that stand for it."""
