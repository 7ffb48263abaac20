"""Papers: whether they can be drawn, fixed ones, overlap and exposure."""
