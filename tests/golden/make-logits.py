# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "peft==0.21.2",
#   "pillow==13.0.0",
#   "safetensors==0.8.0",
#   "torch==2.13.0",
#   "transformers==5.23.0",
# ]
# ///
"""What stored classifiers, and adapters on them, give as logits.

Run from the repository root, after make-embedding.py, make-embedding-architectures.py and make-adapters.py:
uv run tests/golden/make-logits.py
Adapters that change the classifier itself are made here, in tests/golden/embedding/heads; all others are read where
they lie. Results go to logits.json there: `[images × classes]`. Inputs are made of noise.py, which
tests/helpers/embedding.ts repeats.
"""

import json
import shutil
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import ViTForImageClassification

from noise import noise

GOLDEN = Path(__file__).parent / "embedding"
OUT = GOLDEN / "heads"
IMAGES = 5
BASES = {"on-bare": "base-bare", "deit": "base-deit", "dinov2-gated": "base-dinov2", "clip": "base-clip", "siglip": "base-siglip"}


def images(folder):
    """As many as are embedded, in the size of the folder's image processor and normalised as it says."""
    processor = json.loads((folder / "preprocessor_config.json").read_text())
    height, width = (processor["size"][side] for side in ("height", "width"))
    pixels = noise(IMAGES * 3 * height * width, 11).reshape(-1, height, width, 3).astype(np.float32)
    mean, std = (np.array(processor[key], np.float32) for key in ("image_mean", "image_std"))
    values = (pixels * np.float32(processor.get("rescale_factor", 1 / 255)) - mean) / std
    return torch.from_numpy(values.transpose(0, 3, 1, 2).copy())


def load(folder, kind=None):
    kind = kind or json.loads((folder / "config.json").read_text())["architectures"][0]
    return getattr(transformers, kind).from_pretrained(folder, dtype=torch.float32).eval()


def run(model, folder):
    with torch.no_grad():
        logits = model(pixel_values=images(folder)).logits
    return [[float(f"{x:.9g}") for x in row] for row in logits.numpy()]


def run_adapter(folder, base):
    config = json.loads((folder / "adapter_config.json").read_text())
    model = load(base, config["auto_mapping"]["base_model_class"])
    return run(PeftModel.from_pretrained(model, folder).eval(), base)


def store_adapter(name, base, **options):
    """An adapter whose trained tensors, those of the classifier among them, are random."""
    generator = torch.Generator().manual_seed(2)
    model = get_peft_model(load(base), LoraConfig(r=2, lora_alpha=6, **options))
    with torch.no_grad():
        for tensor_name, parameter in sorted(model.named_parameters()):
            if parameter.requires_grad:
                values = torch.randn(parameter.shape, generator=generator)
                parameter.copy_(1.5 + 0.2 * values if "magnitude" in tensor_name else 0.25 * values)
    model.save_pretrained(OUT / name)
    (OUT / name / "README.md").unlink()
    path = OUT / name / "adapter_config.json"
    config = json.loads(path.read_text()) | {"base_model_name_or_path": f"../../adapters/{base.name}"}
    config["target_modules"] = sorted(config["target_modules"])  # peft keeps a set
    path.write_text(json.dumps(config, indent=2) + "\n")


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    base = GOLDEN / "adapters" / "base-vit"
    store_adapter("magnitudes", base, target_modules=["q_proj", "classifier"], use_dora=True)
    store_adapter("added-bias", base, target_modules=["q_proj", "classifier"], lora_bias=True)
    store_adapter("all-biases", base, target_modules=["q_proj", "classifier"], bias="all")

    expected = {}
    for path in sorted(GOLDEN.glob("*/*/config.json")):
        if "ForImageClassification" in path.read_text():
            expected[str(path.parent.relative_to(GOLDEN))] = run(load(path.parent), path.parent)
    for path in sorted(GOLDEN.glob("*/*/adapter_config.json")):
        folder = path.parent
        own_base = GOLDEN / "adapters" / BASES.get(folder.name, "base-vit")
        expected[str(folder.relative_to(GOLDEN))] = run_adapter(folder, own_base)
    lines = [f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in expected.items()]
    (OUT / "logits.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
