"""The editor of fault guides in the admin."""
