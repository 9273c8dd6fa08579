# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "pillow==13.0.0",
#   "pyarrow==25.0.0",
#   "safetensors==0.8.0",
#   "torch==2.13.0",
#   "transformers==5.23.0",
# ]
# ///
"""Compares embeddings and logits at real sizes with transformers: ViT-base, DINOv2-small, CLIP ViT-B/32, SigLIP-base.

Run from the repository root: uv run tests/parity/check-real-sizes.py [--images cifar10.parquet] [--models vit …]
Each model has random weights (no hub is asked), lies in a temporary folder, and embeds images of a Parquet file
in the hub's layout, or noise where none is given. Prints the cosines; exits with 1 when one is too small, or a logit
differs by more than 1e-4.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import (
    CLIPConfig,
    CLIPForImageClassification,
    CLIPVisionConfig,
    CLIPVisionModel,
    DeiTConfig,
    DeiTForImageClassification,
    DeiTModel,
    Dinov2Config,
    Dinov2ForImageClassification,
    Dinov2Model,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersForImageClassification,
    Dinov2WithRegistersModel,
    SiglipConfig,
    SiglipForImageClassification,
    SiglipVisionConfig,
    SiglipVisionModel,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

MIN_COSINE = 0.99999
MAX_LOGIT_DIFFERENCE = 1e-4
SIDE = 224
MEAN = STD = 0.5
SMALL = {"hidden_size": 384, "num_attention_heads": 6, "image_size": 518, "patch_size": 14}
MODELS = {
    "vit": lambda: ViTModel(ViTConfig()),
    "deit": lambda: DeiTModel(DeiTConfig()),
    "dinov2": lambda: Dinov2Model(Dinov2Config(**SMALL)),
    "dinov2_with_registers": lambda: Dinov2WithRegistersModel(Dinov2WithRegistersConfig(**SMALL)),
    "clip": lambda: CLIPVisionModel(CLIPVisionConfig()),
    "siglip": lambda: SiglipVisionModel(SiglipVisionConfig()),
}
CLASSES = {"num_labels": 10}
CLASSIFIERS = {
    "vit": lambda: ViTForImageClassification(ViTConfig(**CLASSES)),
    "deit": lambda: DeiTForImageClassification(DeiTConfig(**CLASSES)),
    "dinov2": lambda: Dinov2ForImageClassification(Dinov2Config(**SMALL, **CLASSES)),
    "dinov2_with_registers": lambda: Dinov2WithRegistersForImageClassification(
        Dinov2WithRegistersConfig(**SMALL, **CLASSES)
    ),
    "clip": lambda: CLIPForImageClassification(CLIPConfig(**CLASSES)),
    "siglip": lambda: SiglipForImageClassification(SiglipConfig(**CLASSES)),
}


def read_images(path, count):
    """Bytes `[count × 3 × 224 × 224]`, resized by Pillow."""
    if path is None:
        return np.random.default_rng(1).integers(0, 256, (count, 3, SIDE, SIDE), np.uint8)
    import pyarrow.parquet

    column = pyarrow.parquet.ParquetFile(path).read().column(0)[:count].to_pylist()
    images = [Image.open(io.BytesIO(item["bytes"])).convert("RGB") for item in column]
    resized = [image.resize((SIDE, SIDE), Image.Resampling.BILINEAR) for image in images]
    return np.stack([np.asarray(image).transpose(2, 0, 1) for image in resized])


def randomize(model):
    """Fresh models have biases of 0 and scales of 1, which would hide a mistake in them."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "position" in name or parameter.dim() == 1:
                parameter.add_(0.1 * noise)
            elif parameter.dim() == 2:
                parameter.copy_(noise / parameter.shape[1] ** 0.5)
    return model.eval()


def embed_with_torch(model, pixels):
    values = torch.from_numpy((pixels.astype(np.float32) / 255 - MEAN) / STD)
    with torch.inference_mode():
        outputs = [model(pixel_values=part) for part in values.split(8)]
    hidden = torch.cat([output.last_hidden_state for output in outputs])
    results = {"cls": hidden[:, 0], "mean": hidden.mean(1), "pooler": torch.cat([o.pooler_output for o in outputs])}
    return {pooling: rows.numpy() for pooling, rows in results.items()}


def embed_with_node(folder, pixels, pooling, threads):
    (folder / "pixels").write_bytes(pixels.tobytes())
    script = Path(__file__).with_name("embed-pixels.ts")
    command = ["node", script, folder, folder / "pixels", pooling, str(threads), folder / "output"]
    subprocess.run(command, check=True)
    return np.fromfile(folder / "output", np.float32).reshape(len(pixels), -1)


def compare(own, reference):
    own, reference = own.astype(np.float64), reference.astype(np.float64)
    lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(reference, axis=1)
    return float(((own * reference).sum(1) / lengths).min()), float(np.abs(own - reference).max())


def store(model, folder):
    model.save_pretrained(folder)
    processor = {"size": {"height": SIDE, "width": SIDE}, "image_mean": [MEAN] * 3, "image_std": [STD] * 3}
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))


def check_logits(name, pixels, threads):
    model = randomize(CLASSIFIERS[name]())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        store(model, folder)
        values = torch.from_numpy((pixels.astype(np.float32) / 255 - MEAN) / STD)
        with torch.inference_mode():
            reference = torch.cat([model(pixel_values=part).logits for part in values.split(8)]).numpy()
        own = embed_with_node(folder, pixels, "logits", threads)
    difference = float(np.abs(own.astype(np.float64) - reference).max())
    print(f"{name:22} logits  difference {difference:.1e} of up to {np.abs(reference).max():.1f}")
    return difference <= MAX_LOGIT_DIFFERENCE


def check(name, pixels, threads):
    model = randomize(MODELS[name]())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        store(model, folder)
        references = embed_with_torch(model, pixels)
        if name == "siglip":
            del references["cls"]  # its first token is a patch like any other
        passed = True
        for pooling, reference in references.items():
            if pooling == "pooler" and name == "dinov2":
                continue  # the same as cls
            start = time.monotonic()
            cosine, difference = compare(embed_with_node(folder, pixels, pooling, threads), reference)
            seconds = time.monotonic() - start
            print(f"{name:22} {pooling:7} 1 - cosine {1 - cosine:.1e}  difference {difference:.1e}  {seconds:.1f} s")
            passed &= cosine >= MIN_COSINE
    return passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, help="Parquet file with an image column first")
    parser.add_argument("--count", type=int, default=16, help="images to embed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--only-logits", action="store_true", help="leave embeddings out")
    options = parser.parse_args()
    pixels = read_images(options.images, options.count)
    results = [check_logits(name, pixels, options.threads) for name in options.models]
    if not options.only_logits:
        results += [check(name, pixels, options.threads) for name in options.models]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
