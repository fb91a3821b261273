"""Sentence pairs: found, read, examined and split."""
