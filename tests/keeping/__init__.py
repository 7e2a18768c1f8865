"""The keeping room: back-ups, retention, and the other system."""
