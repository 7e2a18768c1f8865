"""What people type about the admission register."""
