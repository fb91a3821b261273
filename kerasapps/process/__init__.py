"""This process: what it imports, what it may write, and how it ends."""
