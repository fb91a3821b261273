"""Weights and whole filters that a network is trained to do without."""
