"""Keeping the question bank: versions, reviews, what is in use and where, what is there twice."""
