"""The audit chain: what is put on record, and how its records hold together."""
