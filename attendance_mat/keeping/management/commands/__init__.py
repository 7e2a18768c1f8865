"""The keeping room's commands."""
