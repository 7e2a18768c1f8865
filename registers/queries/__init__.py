"""Reads of the registers that are worth a name."""
