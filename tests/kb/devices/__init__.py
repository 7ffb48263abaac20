"""Devices: scanning, looking up, their page and history, labels."""
