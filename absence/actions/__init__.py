"""Everything people and timers do about absence: the only writes."""
