"""The keeping room's pages."""
