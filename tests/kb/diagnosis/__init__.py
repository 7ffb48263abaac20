"""Tests of fault trees."""
