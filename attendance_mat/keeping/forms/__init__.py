"""What people type in the keeping room."""
