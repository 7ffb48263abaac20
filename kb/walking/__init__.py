"""The wizard: a fault guide walked one node a screen, its hazards and gates, and where somebody left off."""
