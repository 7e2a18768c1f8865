"""The reads of the admission room worth a name."""
