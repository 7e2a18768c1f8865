"""The clauses of the Aspire policy, a module for each area of it."""
