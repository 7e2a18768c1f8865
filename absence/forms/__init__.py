"""What people enter on the absence room's pages, one module a subject."""
