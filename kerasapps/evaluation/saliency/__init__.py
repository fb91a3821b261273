"""Which parts of a picture an answer is from: numpy and Pillow alone, no TensorFlow."""
