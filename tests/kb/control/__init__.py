"""Documents under control: sign-off, editions, effect, withdrawal, reading, review."""
