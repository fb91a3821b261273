"""What people do with networks and data of their own, made of the parts that the tasks are made of.

The doors of `training`, `evaluation` and `export` lead here; nothing else imports it.
"""
