"""Fault simulations."""
