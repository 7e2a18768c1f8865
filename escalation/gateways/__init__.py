"""The escalation room's way to the world outside: files that schools bring in."""
