"""Rows of a table to a class or a number."""
