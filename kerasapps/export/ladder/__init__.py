"""Smaller files of one network: what there is to try, made, measured, chosen."""
