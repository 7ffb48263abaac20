"""Commands of kb."""
