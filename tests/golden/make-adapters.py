# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "peft==0.21.2",
#   "pillow==13.0.0",
#   "safetensors==0.8.0",
#   "torch==2.13.0",
#   "transformers==5.24.0",
# ]
# ///
"""Makes small random models and LoRA adapters on them, and what transformers and peft give for them.

Run from the repository root: uv run tests/golden/make-adapters.py
They go to tests/golden/embedding/adapters. Inputs are made of noise.py, which tests/helpers/embedding.ts repeats, so
only results are stored: `[images × d]` for each pooling.
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    CLIPConfig,
    CLIPForImageClassification,
    CLIPVisionConfig,
    DeiTConfig,
    DeiTForImageClassification,
    Dinov2Config,
    Dinov2ForImageClassification,
    SiglipConfig,
    SiglipForImageClassification,
    SiglipVisionConfig,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

from importlib import import_module

architectures = import_module("make-embedding-architectures")

OUT = Path(__file__).parent / "embedding" / "adapters"
SIZES = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3}
MLP = {"intermediate_size": 40}
SQUARE = {"image_size": 16, "patch_size": 4}


def randomize_adapter(model, seed=2):
    """Trained tensors so large that each of them matters; peft starts with additions of zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if parameter.requires_grad:
                values = torch.randn(parameter.shape, generator=generator)
                length = 1.5 + 0.2 * values if "magnitude" in name else 0.25 * values
                parameter.copy_(length)
    return model.eval()


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    expected = {}

    def store_base(name, model):
        model = architectures.randomize(model).to(torch.float16)
        model.save_pretrained(OUT / name)
        text = json.dumps(architectures.processor(16, 16), indent=2) + "\n"
        (OUT / name / "preprocessor_config.json").write_text(text)

    def store(name, base, kind, **options):
        model = kind.from_pretrained(OUT / base, dtype=torch.float32)
        model = randomize_adapter(get_peft_model(model, LoraConfig(**options)))
        model.save_pretrained(OUT / name)
        (OUT / name / "README.md").unlink()
        path = OUT / name / "adapter_config.json"
        config = json.loads(path.read_text()) | {"base_model_name_or_path": f"../{base}"}
        config["target_modules"] = sorted(config["target_modules"])  # peft keeps a set
        path.write_text(json.dumps(config, indent=2) + "\n")
        fresh = kind.from_pretrained(OUT / base, dtype=torch.float32)
        loaded = PeftModel.from_pretrained(fresh, OUT / name).eval()
        expected[name] = architectures.run(loaded.base_model.model, 16, 16)

    store_base("base-vit", ViTForImageClassification(ViTConfig(**SIZES, **MLP, **SQUARE, num_labels=3)))
    store_base("base-bare", ViTModel(ViTConfig(**SIZES, **MLP, **SQUARE), add_pooling_layer=False))
    store_base("base-deit", DeiTForImageClassification(DeiTConfig(**SIZES, **MLP, **SQUARE, num_labels=3)))
    gated = Dinov2Config(**SIZES, mlp_ratio=2, **SQUARE, use_swiglu_ffn=True, num_labels=3)
    store_base("base-dinov2", Dinov2ForImageClassification(gated))
    vision = CLIPVisionConfig(**SIZES, **MLP, **SQUARE).to_dict()
    clip = CLIPConfig(vision_config=vision, text_config=architectures.TEXT, projection_dim=8, num_labels=3)
    store_base("base-clip", CLIPForImageClassification(clip))
    vision = SiglipVisionConfig(**SIZES, **MLP, **SQUARE).to_dict()
    siglip = SiglipConfig(vision_config=vision, text_config=architectures.TEXT, num_labels=3)
    store_base("base-siglip", SiglipForImageClassification(siglip))

    vit = ViTForImageClassification
    plain = {"r": 2, "lora_alpha": 6, "target_modules": ["q_proj", "v_proj"]}
    store("plain", "base-vit", vit, **plain, modules_to_save=["classifier"])
    store("on-bare", "base-bare", vit, **plain, modules_to_save=["classifier"])
    store("whole-modules", "base-vit", vit, **plain, modules_to_save=["classifier", "layernorm", "fc1"])
    store("rank-stabilised", "base-vit", vit, **plain | {"target_modules": "all-linear"}, use_rslora=True)
    patterns = {"rank_pattern": {"fc1": 3, r"layers\.1\..*q_proj": 4}, "alpha_pattern": {"fc1": 2, r"layers\.1\..*q_proj": 11}}
    store("patterns", "base-vit", vit, **plain | {"target_modules": "all-linear"}, **patterns)
    store("all-biases", "base-vit", vit, **plain, bias="all", modules_to_save=["classifier", "layernorm"])
    store("own-biases", "base-vit", vit, **plain, bias="lora_only")
    store("added-biases", "base-vit", vit, **plain, lora_bias=True)
    many = plain | {"target_modules": ["q_proj", "fc2", "projection"]}
    store("patches", "base-vit", vit, **many)
    store("magnitudes", "base-vit", vit, **many, use_dora=True)
    store("deit", "base-deit", DeiTForImageClassification, **plain | {"target_modules": "all-linear"})
    store("dinov2-gated", "base-dinov2", Dinov2ForImageClassification, **plain | {"target_modules": "all-linear"})
    positions = plain | {"target_modules": ["q_proj", "fc1", "position_embedding", "patch_embedding"]}
    store("clip", "base-clip", CLIPForImageClassification, **positions)
    head = plain | {"target_modules": ["q_proj", "position_embedding", "mlp.fc1"]}
    store("siglip", "base-siglip", SiglipForImageClassification, **head)

    body = ",\n".join(f"{json.dumps(name)}: {json.dumps(results)}" for name, results in expected.items())
    (OUT / "embeddings.json").write_text(f"{{\n{body}\n}}\n")


if __name__ == "__main__":
    main()
