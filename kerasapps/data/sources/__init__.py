"""Where examples come from: files, folders and tables of any format, streams, given splits."""
