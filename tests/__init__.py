"""The proofs, one folder for each package of the project."""
