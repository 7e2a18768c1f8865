"""The reads of the keeping room worth a name."""
