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
"""Makes small random models of every architecture but ViT, and what transformers gives for them.

Run from the repository root: uv run tests/golden/make-embedding-architectures.py
They go to tests/golden/embedding/architectures, and what their image processors give to processors.json beside it.
Inputs are made of noise.py, which tests/helpers/embedding.ts repeats, so only results are stored: `[images × d]` for
each pooling.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import (
    CLIPConfig,
    CLIPForImageClassification,
    CLIPModel,
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
    SiglipConfig,
    SiglipForImageClassification,
    SiglipModel,
    SiglipVisionConfig,
    SiglipVisionModel,
    ViTConfig,
    ViTModel,
)
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from noise import noise

OUT = Path(__file__).parent / "embedding" / "architectures"
IMAGES = 5
SIZES = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3}
MLP = {"intermediate_size": 40}
TEXT = {
    "hidden_size": 8,
    "intermediate_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 1,
    "vocab_size": 4,
    "max_position_embeddings": 2,
    "projection_dim": 8,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}


def randomize(model, seed=1):
    """Weights so large that attention, activations, scales and norms all matter."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            around_one = ("norm" in name and name.endswith("weight")) or "lambda1" in name
            parameter.copy_(1 + 0.3 * values if around_one else 0.35 * values)
    return model.eval()


def run(model, height, width):
    """All that transformers pools, `[images × d]` each."""
    tower = next(
        (getattr(model, name) for name in ("vit", "deit", "dinov2", "dinov2_with_registers", "vision_model") if hasattr(model, name)),
        model,
    )
    pixels = noise(IMAGES * 3 * height * width, 11).reshape(IMAGES, height, width, 3)
    values = (pixels.astype(np.float32) / 255 - 0.5) / 0.5
    with torch.no_grad():
        output = tower.float()(pixel_values=torch.from_numpy(values.transpose(0, 3, 1, 2).copy()))
    hidden = output.last_hidden_state
    results = {"cls": hidden[:, 0], "mean": hidden.mean(1)}
    if output.pooler_output is not None:
        results["pooler"] = output.pooler_output
    return {name: [[float(f"{x:.7g}") for x in row] for row in rows.numpy()] for name, rows in results.items()}


def processor(height, width):
    return {
        "image_processor_type": "ViTImageProcessor",
        "size": {"height": height, "width": width},
        "resample": 2,
        "rescale_factor": 1 / 255,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }


def make_processors():
    """What each processor makes of an image and of all values, by its own defaults and with one number as size."""
    image = Image.fromarray(noise(45 * 67 * 3, 7).reshape(67, 45, 3))
    ramp = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2))
    cases = []
    for kind in (CLIPImageProcessorPil, SiglipImageProcessorPil, DeiTImageProcessorPil, BitImageProcessorPil):
        for changes in ({}, {"size": 30, "crop_size": 28}, {"do_center_crop": False, "size": {"height": 20, "width": 31}}):
            config = {"image_processor_type": kind.__name__.removesuffix("Pil")} | changes
            pixels = kind(**changes)(image, do_rescale=False, do_normalize=False)["pixel_values"][0]
            values = kind(do_resize=False, do_center_crop=False)(ramp)["pixel_values"][0].astype(np.float32)
            assert pixels.dtype == np.uint8, pixels.dtype
            cases.append(
                {"config": config, "width": 45, "height": 67, "shape": pixels.shape, "sha256": digest(pixels)}
                | {"normalization": digest(values)}
            )
    (OUT.parent / "processors.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def main():
    make_processors()
    shutil.rmtree(OUT, ignore_errors=True)
    expected = {}

    def store(name, model, size, dtype=torch.float16, **options):
        """Stores weights as `dtype` and embeds with what was stored. `size` is height and width of the images."""
        model = randomize(model).to(dtype)
        model.save_pretrained(OUT / name, **options)
        (OUT / name / "preprocessor_config.json").write_text(json.dumps(processor(*size), indent=2) + "\n")
        expected[name] = run(model, *size)

    square = {"image_size": 16, "patch_size": 4}
    store("vit-pooler", ViTModel(ViTConfig(**SIZES, **MLP, **square)), (16, 16))

    deit = DeiTConfig(**SIZES, **MLP, image_size=[8, 24], patch_size=[4, 8])
    store("deit", DeiTModel(deit), (8, 24), torch.float32)
    deit = DeiTConfig(**SIZES, **MLP, **square, qkv_bias=False, num_labels=2)
    store("deit-classifier", DeiTForImageClassification(deit), (16, 16))

    dino = SIZES | {"mlp_ratio": 2, "image_size": 20, "patch_size": 4}
    store("dinov2", Dinov2Model(Dinov2Config(**dino)), (20, 20))
    store("dinov2-larger", Dinov2Model(Dinov2Config(**dino)), (27, 34))  # neither a square nor whole patches
    store("dinov2-smaller", Dinov2ForImageClassification(Dinov2Config(**dino, num_labels=2)), (12, 8), torch.bfloat16)
    gated = Dinov2Config(**dino, use_swiglu_ffn=True)
    store("dinov2-gated", Dinov2ForImageClassification(gated), (20, 20), max_shard_size="20KB")
    registers = Dinov2WithRegistersConfig(**dino, num_register_tokens=3)
    store("dinov2-registers", Dinov2WithRegistersForImageClassification(registers), (20, 20))
    store("dinov2-registers-larger", Dinov2WithRegistersForImageClassification(registers), (24, 37))
    store("dinov2-registers-smaller", Dinov2WithRegistersForImageClassification(registers), (13, 8))

    clip = CLIPVisionConfig(**SIZES, **MLP, **square)
    both = CLIPConfig(vision_config=clip.to_dict(), text_config=TEXT, projection_dim=8, num_labels=2)
    store("clip-vision", CLIPVisionModel(clip), (16, 16), torch.float32)
    store("clip", CLIPModel(both), (16, 16))
    store("clip-classifier", CLIPForImageClassification(both), (16, 16))

    siglip = SiglipVisionConfig(**SIZES, **MLP, **square)
    both = SiglipConfig(vision_config=siglip.to_dict(), text_config=TEXT, num_labels=2)
    store("siglip-vision", SiglipVisionModel(siglip), (16, 16), torch.float32)
    store("siglip", SiglipModel(both), (16, 16))
    store("siglip-classifier", SiglipForImageClassification(both), (16, 16))
    headless = SiglipVisionConfig(**SIZES, **MLP, **square, vision_use_head=False)
    store("siglip-headless", SiglipVisionModel(headless), (16, 16))

    body = ",\n".join(f"{json.dumps(name)}: {json.dumps(results)}" for name, results in expected.items())
    (OUT / "embeddings.json").write_text(f"{{\n{body}\n}}\n")


if __name__ == "__main__":
    main()
