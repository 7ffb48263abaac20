"""Maintenance: what is due on which device, the checklist, the record, and the notice to the customer."""
