"""The catalogue: what the hub is modelled after, row by row, and what each row is here."""
