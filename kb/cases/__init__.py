"""Cases: faults that are reported, given to people, followed to their end."""
