"""The outside world of the keeping room: archives as files, the registers on paper, the other system's file."""
