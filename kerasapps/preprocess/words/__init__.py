"""Texts as words with their places, and words as ids of themselves and of their characters."""
