"""How the hub is found: its zone, names, certificates, health checks and records."""
