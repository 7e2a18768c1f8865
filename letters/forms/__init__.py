"""What people enter in the letters room."""
