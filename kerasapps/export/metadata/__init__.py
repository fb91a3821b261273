"""What a TFLite file says of itself: how its inputs are made, and what its outputs are called."""
