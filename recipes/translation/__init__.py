"""Sentences to sentences of another language."""
