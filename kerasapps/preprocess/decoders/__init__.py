"""Encoded pictures → pixels as TensorFlow operations, the same pixels that Pillow gives.

Each reader takes one file apart by its header and hands TensorFlow's decoder only what that decodes
rightly: the first frame alone, without palette or transparency. The rest is done here. What is left
is refused in words, as a value: an operation that fails is left for what is damaged.
"""
