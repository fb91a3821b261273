"""Sounds of classes: files, tables and arrays become splits of clips."""
