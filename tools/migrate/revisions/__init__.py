"""Where Alembic looks: `env.py`, and a module for each revision under `versions`."""
