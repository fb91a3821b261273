"""Sounds of classes, such as spoken words: from raw files to a verified phone file."""
