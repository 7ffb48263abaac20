"""The proofs of web/bootstrap.py, which need neither Django nor a database."""
