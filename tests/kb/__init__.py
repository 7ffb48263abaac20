"""The proofs of kb/."""
