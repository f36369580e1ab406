"""What third parties, banks and systems on premises meet of the hub."""
