"""Runs of fault guides: recorded once, kept as they were, shown to those who may see them."""
