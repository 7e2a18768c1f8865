"""Everything a person or timer does to the registers: the only writes."""
