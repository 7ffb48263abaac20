"""How we prove it: questions, sittings, certification."""
