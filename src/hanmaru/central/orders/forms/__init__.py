"""What people fill in about orders."""
