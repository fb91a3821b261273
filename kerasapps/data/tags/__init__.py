"""Sentences whose words have tags: found, read, examined and split."""
