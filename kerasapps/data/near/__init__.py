"""Examples that are nearly the same: pictures scaled or cropped, texts with a word changed."""
