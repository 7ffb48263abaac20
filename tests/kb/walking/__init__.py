"""The wizard: walking through fault guides."""
