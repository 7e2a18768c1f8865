"""What leaves the letters room: letters as paper."""
