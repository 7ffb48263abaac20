"""Tags and filters of kb."""
