"""Words and cells of text, made fit for people and programs that read them."""
