# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "pillow==13.0.0",
#   "torch==2.13.0",
#   "transformers==5.23.0",
# ]
# ///
"""Makes the exports of tests/unit/embedding/export.test.ts and what transformers makes of the same images.

Run from the repository root: uv run tests/golden/make-onnx-exports.py
Models are tiny and random. Images are made of noise.py, which tests/helpers/embedding.ts repeats.
"""

import json
import shutil
import warnings
from pathlib import Path

import torch
from PIL import Image
from torch.onnx._internal.torchscript_exporter import onnx_proto_utils
from transformers import (
    ResNetConfig,
    ResNetModel,
    SwinConfig,
    SwinModel,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from noise import noise

OUT = Path(__file__).parent / "onnx-exports"
SIDE = 16
COUNT = 11  # more than one batch, and not a multiple

# It only adds functions of onnxscript, which these models have none of, and wants the package onnx for that.
onnx_proto_utils._add_onnxscript_fn = lambda model_bytes, custom_opsets: model_bytes


def randomize(model, scale):
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for _, parameter in sorted(model.named_parameters()):
            offset = 1 if parameter.dim() == 1 else 0
            parameter.copy_(offset + scale * torch.randn(parameter.shape, generator=generator))
    return model.eval()


class TokensAndLogits(torch.nn.Module):
    """A classifier of the kind of ViT that also gives the tokens that it reads."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.config = model.config

    def forward(self, pixel_values):
        hidden = self.model.vit(pixel_values=pixel_values).last_hidden_state
        return {"last_hidden_state": hidden, "logits": self.model.classifier(hidden[:, 0])}


class Outputs(torch.nn.Module):
    """A model as a function of one tensor that gives the outputs of these names."""

    def __init__(self, model, names):
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, pixels):
        result = self.model(pixel_values=pixels)
        return tuple(result[name] for name in self.names)


def store(name, model, names, *, dtype=torch.float32, suffix="", batch=None):
    folder = OUT / name
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    ViTImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    torch.onnx.export(
        Outputs(model.to(dtype), names),
        (torch.zeros(batch or 2, 3, SIDE, SIDE, dtype=dtype),),
        folder / "onnx" / f"model{suffix}.onnx",
        dynamo=False,
        input_names=["pixel_values"],
        output_names=names,
        dynamic_axes={} if batch else {"pixel_values": {0: "batch_size"}},
        opset_version=17,
    )


def images():
    pixels = noise(COUNT * 3 * SIDE * SIDE, 11).reshape(COUNT, SIDE, SIDE, 3)
    processor = ViTImageProcessorPil(size={"height": SIDE, "width": SIDE})
    return processor([Image.fromarray(item) for item in pixels], return_tensors="pt")["pixel_values"]


def rounded(value):
    return [[float(f"{x:.9g}") for x in row] for row in value.numpy()]


def classify(model):
    with torch.no_grad():
        return rounded(model(pixel_values=images()).logits)


def embed(model):
    """What transformers makes of the images, by pooling."""
    with torch.no_grad():
        result = model(pixel_values=images())
    hidden = result.last_hidden_state
    pooled = {"pooler": result.pooler_output.flatten(1)}
    if hidden.dim() == 3:
        pooled |= {"cls": hidden[:, 0], "mean": hidden.mean(1)}
    else:
        pooled |= {"mean": hidden.mean((2, 3))}
    return {key: rounded(value) for key, value in pooled.items()}


def eager(config):
    config._attn_implementation = "eager"
    return config


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    shutil.rmtree(OUT, ignore_errors=True)
    both = ["last_hidden_state", "pooler_output"]
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 24}
    vit = eager(ViTConfig(**sizes, image_size=SIDE, patch_size=8))
    model = randomize(ViTModel(vit), 0.3)
    expected = {"vit": embed(model)}
    store("vit", model, both)
    store("vit", randomize(ViTModel(vit), 0.3), both, dtype=torch.float16, suffix="_fp16")
    store("one-at-a-time", randomize(ViTModel(vit), 0.3), both, batch=1)
    store("no-pooler", randomize(ViTModel(vit, add_pooling_layer=False), 0.3), both[:1])
    store("classifier", randomize(ViTForImageClassification(vit), 0.3), ["logits"])
    labels = {"id2label": {0: "cats", 1: "dogs", 2: "birds"}, "label2id": {"cats": 0, "dogs": 1, "birds": 2}}
    classifier = eager(ViTConfig(**sizes, **labels, image_size=SIDE, patch_size=8))
    model = randomize(ViTForImageClassification(classifier), 0.3)
    logits = {"with-logits": classify(model)}
    store("with-logits", TokensAndLogits(model), ["last_hidden_state", "logits"])
    swin = SwinConfig(image_size=SIDE, patch_size=4, embed_dim=8, depths=[1], num_heads=[2], window_size=2)
    model = randomize(SwinModel(eager(swin)), 0.3)
    expected["swin"] = embed(model)
    store("swin", model, both)
    resnet = ResNetConfig(embedding_size=4, hidden_sizes=[6, 8], depths=[1, 1], layer_type="basic")
    model = randomize(ResNetModel(resnet), 0.3)
    expected["resnet"] = embed(model)
    store("resnet", model, both)
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in expected.items()]
    (OUT / "embeddings.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    (OUT / "logits.json").write_text(json.dumps(logits) + "\n")
