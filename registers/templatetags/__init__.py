"""How registers are drawn."""
