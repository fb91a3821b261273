"""Texts: found, read, examined and split."""
