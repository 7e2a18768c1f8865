"""Back-ups, restoring and disposal from a terminal."""
