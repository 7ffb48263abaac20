"""Recording runs of fault guides."""
