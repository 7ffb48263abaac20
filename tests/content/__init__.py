"""The proofs of loading and dumping content files."""
