"""Sounds become the samples that a network takes."""
