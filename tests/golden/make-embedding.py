# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "pillow==13.0.0",
#   "safetensors==0.8.0",
#   "torch==2.13.0",
#   "transformers==5.23.0",
# ]
# ///
"""Makes the reference values of tests/unit/embedding in tests/golden/embedding.

Run from the repository root: uv run tests/golden/make-embedding.py
Inputs are made of noise.py, which tests/helpers/embedding.ts repeats, so only results are stored.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import ViTConfig, ViTForImageClassification, ViTModel
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from noise import noise

OUT = Path(__file__).parent / "embedding"
FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
SIZES = [  # width, height in and out: up, down, mixed, odd, one axis only, none, extreme
    ((32, 32), (224, 224)),
    ((96, 96), (32, 32)),
    ((37, 53), (17, 29)),
    ((17, 29), (37, 53)),
    ((101, 7), (13, 45)),
    ((64, 48), (64, 31)),
    ((64, 48), (33, 48)),
    ((31, 31), (31, 31)),
    ((1, 1), (5, 3)),
    ((257, 131), (1, 2)),
    ((500, 333), (224, 224)),
    ((48, 47), (49, 46)),
    ((60, 70), (50, 50)),  # the last size at which Pillow 13 does rows first,
    ((60, 70), (50, 49)),  # and the first at which it does columns first
    ((50, 2000), (40, 30)),
]


def image(width, height, seed):
    return Image.fromarray(noise(width * height * 3, seed).reshape(height, width, 3))


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def make_resample():
    cases = []
    for name, number in FILTERS.items():
        for seed, (before, after) in enumerate(SIZES, start=1):
            result = np.asarray(image(*before, seed).resize(after, number))
            cases.append({"filter": name, "from": before, "to": after, "seed": seed, "sha256": digest(result)})
    write("resample.json", cases)


def make_preprocess():
    sizes = [{"height": 32, "width": 32}, {"height": 24, "width": 40}, {"shortest_edge": 33}, {"shortest_edge": 20}]
    crops = [None, {"height": 27, "width": 29}, {"height": 48, "width": 30}, {"height": 51, "width": 52}]
    cases = []
    for width, height in [(45, 67), (67, 45), (40, 40), (19, 90)]:
        for size in sizes:
            for crop in crops:
                for resample in (0, 1, 2, 3):
                    config = {"do_resize": True, "size": size, "resample": resample}
                    if crop:
                        config |= {"do_center_crop": True, "crop_size": crop}
                    cases.append(preprocess(config, width, height))
    for config in [
        {"do_resize": False},
        {"do_resize": False, "do_center_crop": True, "crop_size": {"height": 31, "width": 50}},
        {"size": 30},
        {"do_center_crop": True, "size": {"shortest_edge": 36}, "crop_size": 32},
        {"size": [21, 34]},
        {},
    ]:
        cases.append(preprocess(config, 45, 67))
    write("preprocess.json", cases)


def preprocess(config, width, height):
    """8-bit pixels, planar, of one image."""
    processor = ViTImageProcessorPil(**config)
    result = processor(image(width, height, 7), do_rescale=False, do_normalize=False)["pixel_values"][0]
    assert result.dtype == np.uint8, result.dtype
    return {"config": config, "width": width, "height": height, "shape": result.shape, "sha256": digest(result)}


def make_normalization():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)  # one row of all values
    cases = []
    for config in [
        {},
        {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]},
        {"rescale_factor": 1 / 127.5},
        {"do_normalize": False},
        {"do_rescale": False, "image_mean": [127.5, 120, 110.25], "image_std": [58.4, 57.1, 57.4]},
        {"do_rescale": False, "do_normalize": False},
    ]:
        processor = ViTImageProcessorPil(do_resize=False, **config)
        values = processor(Image.fromarray(ramp))["pixel_values"][0].astype(np.float32)
        cases.append({"config": config, "sha256": digest(values)})
    write("normalization.json", cases)


def tiny(**changes):
    settings = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 48,
        "image_size": 16,
        "patch_size": 4,
        "num_labels": 3,
    }
    return ViTConfig(**(settings | changes))


def randomize(model, seed=1):
    """Weights so large that attention, activations and norms all matter."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            is_norm = "layernorm" in name and name.endswith("weight")
            parameter.copy_(1 + 0.3 * values if is_norm else 0.35 * values)
    return model.eval()


PIXEL_COUNT = 21  # more than two batches of the embedder, and not a multiple


def embed(model, config, processor):
    height, width = config.image_size if isinstance(config.image_size, (list, tuple)) else (config.image_size,) * 2
    pixels = noise(PIXEL_COUNT * 3 * height * width, 11).reshape(PIXEL_COUNT, height, width, 3)
    values = processor([Image.fromarray(item) for item in pixels], return_tensors="pt")["pixel_values"]
    encoder = getattr(model, "vit", model)
    with torch.no_grad():
        hidden = encoder.float()(pixel_values=values).last_hidden_state[:, 0]
    return [[float(f"{number:.9g}") for number in row] for row in hidden.numpy()]


def make_models():
    expected = {}

    def store(name, model, config, **options):
        folder = OUT / "models" / name
        shutil.rmtree(folder, ignore_errors=True)
        height, width = config.image_size if isinstance(config.image_size, (list, tuple)) else (config.image_size,) * 2
        processor = ViTImageProcessorPil(size={"height": height, "width": width})
        model.save_pretrained(folder, **options)
        processor.save_pretrained(folder)
        expected[name] = embed(model, config, processor)

    for name, dtype in {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}.items():
        config = tiny()
        store(name, randomize(ViTForImageClassification(config)).to(dtype), config)
    config = tiny()
    store("sharded", randomize(ViTForImageClassification(config)), config, max_shard_size="20KB")
    config = tiny(qkv_bias=False)
    store("bare", randomize(ViTModel(config, add_pooling_layer=False)), config)
    config = tiny(image_size=[8, 24], patch_size=[4, 8], num_hidden_layers=1, layer_norm_eps=1e-3)
    store("wide", randomize(ViTForImageClassification(config)), config)

    for activation in ["gelu_new", "gelu_fast", "gelu_pytorch_tanh", "quick_gelu", "silu", "relu", "tanh"]:
        config = tiny(hidden_act=activation)
        model = randomize(ViTForImageClassification(config))
        size = {"height": 16, "width": 16}
        expected[f"f32 {activation}"] = embed(model, config, ViTImageProcessorPil(size=size))
    write("embeddings.json", expected)


def write(name, value):
    if isinstance(value, dict):
        body = ",\n".join(f"{json.dumps(key)}: {json.dumps(item)}" for key, item in value.items())
        text = f"{{\n{body}\n}}\n"
    else:
        text = "[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]\n"
    (OUT / name).write_text(text)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    make_resample()
    make_preprocess()
    make_normalization()
    make_models()
