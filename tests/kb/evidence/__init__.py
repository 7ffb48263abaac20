"""What past runs teach."""
