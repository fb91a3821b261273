"""Networks that compute in training as their int8 file will, and the ranges that they learn."""
