"""transformers and torch: CLS tokens of a checkpoint, from pixel values that are ready in memory."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModel, ViTConfig, ViTModel

# What `load` leaves for the commands after it.
loaded: dict = {}


def make_base(folder: str) -> dict:
    """ViT-base at 224 as ViTConfig has it, with seeded random weights, and the processor of the hub's checkpoint."""
    torch.manual_seed(0)
    path = Path(folder)
    ViTModel(ViTConfig(), add_pooling_layer=False).save_pretrained(path)
    half = [0.5, 0.5, 0.5]
    processor = {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": 224, "width": 224},
        "resample": 2,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": half,
        "image_std": half,
    }
    (path / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")
    return {}


def load(checkpoint: str, images: str) -> dict:
    """Opens a checkpoint in float32 and makes the pixel values of `images`, uint8 [n, height, width, 3]."""
    processor = AutoImageProcessor.from_pretrained(checkpoint, backend="pil")
    pictures = [Image.fromarray(pixels) for pixels in np.load(images)]
    loaded["pixels"] = processor(images=pictures, return_tensors="pt")["pixel_values"]
    loaded["model"] = AutoModel.from_pretrained(checkpoint, dtype=torch.float32, add_pooling_layer=False).eval()
    return {}


def run(batch: int, count: int | None = None, output: str | None = None) -> dict:
    """Embeds the first `count` images, all unless said, in batches."""
    pixels, model = loaded["pixels"][:count], loaded["model"]
    start = time.perf_counter()
    with torch.inference_mode():
        rows = [model(pixel_values=part).last_hidden_state[:, 0] for part in pixels.split(batch)]
    seconds = time.perf_counter() - start
    if output is not None:
        np.save(output, torch.cat(rows).numpy())
    return {"seconds": seconds}
