"""Practice: questions without a clock, told at once, and what was wrong comes back until it sticks."""
