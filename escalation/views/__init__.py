"""The escalation room's pages."""
