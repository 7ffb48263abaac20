"""How we teach it: courses, lessons, plans."""
