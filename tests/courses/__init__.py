"""The proofs of courses/."""
