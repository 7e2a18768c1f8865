"""The only writes to what the keeping room stores."""
