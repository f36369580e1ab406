"""What lets others see how the hub does."""
