"""The ledger's schema, its users and its participants, in Aurora DSQL or in a PostgreSQL that stands in for it."""
