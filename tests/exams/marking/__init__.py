"""Marks and results: by hand, late, released, regraded, appealed."""
