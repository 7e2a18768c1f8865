"""The only writes to what the admission room stores."""
