"""What every hub is made of."""
