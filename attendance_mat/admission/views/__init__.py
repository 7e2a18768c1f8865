"""The admission room's pages."""
