"""Papers: whether the bank can fill them, fixed and parallel ones, what they share, how often questions are asked."""
