"""What leaves the keeping room: files and paper."""
