# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "pillow==13.0.0",
#   "safetensors==0.8.0",
#   "torch==2.13.0",
#   "transformers==5.24.0",
# ]
# ///
"""What the heads of stored classifiers read, and what stored models give for images of other sizes than theirs.

Run from the repository root, after make-embedding-architectures.py: uv run tests/golden/make-classifiers.py
"""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
import transformers

from noise import noise

architectures = import_module("make-embedding-architectures")

OUT = architectures.OUT
CLASSIFIERS = {
    "deit-classifier": (16, 16),
    "dinov2-gated": (20, 20),
    "dinov2-smaller": (12, 8),
    "dinov2-registers": (20, 20),
    "dinov2-registers-larger": (24, 37),
    "clip-classifier": (16, 16),
    "siglip-classifier": (16, 16),
}
OTHER_SIZES = {
    "vit-pooler": [(24, 24), (8, 20)],
    "deit-classifier": [(24, 24), (13, 22)],
    "clip-vision": [(24, 24), (8, 28)],
    "siglip-vision": [(24, 24), (32, 9)],
}


def images(height, width):
    """The inputs of make-embedding-architectures.py."""
    pixels = noise(architectures.IMAGES * 3 * height * width, 11).reshape(-1, height, width, 3)
    values = (pixels.astype(np.float32) / 255 - 0.5) / 0.5
    return torch.from_numpy(values.transpose(0, 3, 1, 2).copy())


def load(name):
    config = json.loads((OUT / name / "config.json").read_text())
    kind = getattr(transformers, config["architectures"][0])
    return kind.from_pretrained(OUT / name, dtype=torch.float32).eval()


def rounded(rows):
    return [[float(f"{x:.7g}") for x in row] for row in rows.numpy()]


def main():
    read = {}
    for name, size in CLASSIFIERS.items():
        model = load(name)
        inputs = []
        model.classifier.register_forward_pre_hook(lambda _, arguments: inputs.append(arguments[0]))
        with torch.no_grad():
            model(pixel_values=images(*size))
        read[name] = rounded(inputs[0])
    other = {}
    for name, sizes in OTHER_SIZES.items():
        model = load(name)
        tower = getattr(model, "deit", model)
        for size in sizes:
            with torch.no_grad():
                output = tower(pixel_values=images(*size), interpolate_pos_encoding=True)
            other[f"{name} {size[0]}x{size[1]}"] = rounded(output.last_hidden_state.mean(1))
    parts = {"read by the classifier": read, "mean of tokens": other}
    body = ",\n".join(
        f"{json.dumps(key)}: {{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in part.items()) + "\n}"
        for key, part in parts.items()
    )
    (OUT / "classifiers.json").write_text(f"{{\n{body}\n}}\n")


if __name__ == "__main__":
    main()
