"""Keeping the question bank."""
