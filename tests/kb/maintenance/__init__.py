"""Maintenance: due lists, checklists, records, notices."""
