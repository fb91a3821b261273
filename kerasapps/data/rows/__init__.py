"""Rows of a table, every column of which may say something about one of them."""
