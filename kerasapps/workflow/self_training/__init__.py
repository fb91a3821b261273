"""Learning from examples without labels: a network labels those of which it is sure."""
