"""What the functions' roles grant, held against what the functions were seen to call."""
