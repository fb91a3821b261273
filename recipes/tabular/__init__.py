"""Rows of a table to a class, a set of labels or a number."""
