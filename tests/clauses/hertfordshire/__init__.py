"""The clauses of the Hertfordshire policy, a module for each area of it."""
