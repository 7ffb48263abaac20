"""Tests of the catalogue as spreadsheets."""
