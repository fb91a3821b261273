"""Hyperparameter search: spaces, oracles, isolated trials, chief and workers."""
