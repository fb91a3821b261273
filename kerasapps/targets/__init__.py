"""Apps made of a bundle: complete folders of source that run its model elsewhere; no TensorFlow.

A kind of app is a folder here and a line in `registry.py`. What it writes is decided by how inputs
are prepared and what is answered, as the manifest says it, never by a task's name.
"""
