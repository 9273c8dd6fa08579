"""The pixels of images that are made, not stored: tests/helpers/embedding.ts repeats them."""

import numpy as np


def noise(count, seed):
    """Bytes that any language can repeat: a 32-bit xorshift, with runs of black and white among them."""
    state = seed
    values = np.empty(count, np.uint8)
    for i in range(count):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        byte = state >> 24
        values[i] = 0 if i % 97 < 12 else 255 if i % 89 < 9 else byte
    return values
