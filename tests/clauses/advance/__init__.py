"""The clauses of the Advance policy, a module for each area of it."""
