"""Runs told to an experiment tracker: parameters, curves, figures, report and bundle."""
