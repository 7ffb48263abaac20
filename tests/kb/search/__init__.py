"""Tests of kb.search."""
