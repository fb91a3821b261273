"""Trained model → files that run elsewhere, each judged by its own runtime."""
