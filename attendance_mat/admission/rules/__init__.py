"""What the law says of joining and leaving the roll, in plain Python."""
