"""Independent checks of what must always hold. They share no code with the functions that they check."""
