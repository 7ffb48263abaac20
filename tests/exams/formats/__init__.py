"""The proofs of exams/formats/."""
