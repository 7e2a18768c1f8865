"""Stories told end to end, on real servers in a real browser."""
