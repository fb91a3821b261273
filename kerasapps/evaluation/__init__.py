"""What is shown of a training and its files: the report, its charts, and printed figures.

No task and no metric is known by name; each says itself what is shown of it.
"""
