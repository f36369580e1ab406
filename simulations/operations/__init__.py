"""What operators do to a hub that runs: dead letters looked at and put back."""
