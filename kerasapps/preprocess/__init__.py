"""Examples become model inputs: decoding, resizing, caching, augmentation and batches."""
