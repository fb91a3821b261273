"""Running a bundle with numpy, Pillow and the LiteRT interpreter alone."""
