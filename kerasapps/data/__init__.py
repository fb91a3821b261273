"""Raw files, arrays and data sets become splits of picture files with labels, and an audit."""
