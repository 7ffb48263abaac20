"""What programs can do: record searches, report faults, fetch a guide to walk it without a network."""
