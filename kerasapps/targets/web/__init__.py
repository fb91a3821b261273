"""A static page that runs a bundle's model in the browser, by LiteRT.js."""
