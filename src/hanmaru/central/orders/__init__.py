"""What customers want: orders, their lines and steps, returns and imports."""
