"""What Route 53 does with zones, records and health checks, which the emulator keeps and does nothing with."""
