"""What answers questions about payments, on data that names nobody."""
