"""Stories told in a real browser against a real server."""
