"""The proofs of web/."""
