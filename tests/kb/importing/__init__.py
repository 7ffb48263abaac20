"""Proofs of kb.importing, and Word files to prove it with."""
