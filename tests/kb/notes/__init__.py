"""Field notes."""
