"""Reads of absence that are worth a name."""
