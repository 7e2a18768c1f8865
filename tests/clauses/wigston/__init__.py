"""The clauses of the Wigston policy, a module for each area of it."""
