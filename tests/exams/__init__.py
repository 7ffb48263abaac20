"""The proofs of exams/."""
