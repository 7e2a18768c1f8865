"""The absence room's pages."""
