"""Reads of the escalation room."""
