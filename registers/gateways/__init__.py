"""The registers' outside world: files from and for other systems."""
