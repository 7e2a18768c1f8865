"""The clauses of the John Taylor policy, a module for each area of it."""
