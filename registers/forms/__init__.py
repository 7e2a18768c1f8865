"""What people enter on the registers' pages, one module a page."""
