"""Raw files, arrays and data sets become splits of pictures or texts with labels, and an audit."""
