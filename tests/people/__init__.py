"""The proofs of people/."""
