# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "torch==2.13.0",
#   "transformers==5.23.0",
#   "cleanlab==2.9.0",
#   "scikit-learn==1.9.1",
#   "scipy==1.17.1",
#   "pillow==13.0.0",
#   "safetensors==0.8.0",
# ]
# ///
"""Reference values for the shipped run, made by the libraries that this package has to agree with.

    node tests/golden/export-pixels.ts content/runs/emoji <images>
    uv run tests/golden/make-emoji-reference.py content/runs/emoji <images> --steps 0 100 4040

Each step gives `tests/golden/emoji/reference-<step>.safetensors`:

    embeddings    f32 [n, d]  CLS token of transformers' last_hidden_state, computed in float32 on the CPU
    scores        f64 [n]     cleanlab's outlier scores of the embeddings as float64
    scores_f32    f32 [n]     the same of the embeddings as they are: what cleanlab's float32 distances make of them
    top           i64 [10]    the ten lowest of `scores`, lowest first, ties by index
    pca           f64 [n, 2]  scikit-learn's PCA, full solver
    ratio         f64 [2]     explained_variance_ratio_
    aligned       f64 [n, 2]  scipy's procrustes of `pca` onto the last step's
    disparity     f64 [1]

The last step given is the reference of the alignment, so it should be the run's last.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from cleanlab.outlier import OutOfDistribution
from PIL import Image
from safetensors.numpy import save_file
from scipy.spatial import procrustes
from sklearn.decomposition import PCA
from transformers import AutoImageProcessor, AutoModel

BATCH = 64


def embed(checkpoint: Path, images: list[Image.Image]) -> np.ndarray:
    processor = AutoImageProcessor.from_pretrained(checkpoint, backend="pil")
    model = AutoModel.from_pretrained(checkpoint, dtype=torch.float32, add_pooling_layer=False).eval()
    rows = []
    with torch.inference_mode():
        for start in range(0, len(images), BATCH):
            inputs = processor(images=images[start : start + BATCH], return_tensors="pt")
            rows.append(model(**inputs).last_hidden_state[:, 0].numpy())
    return np.concatenate(rows)


def score(features: np.ndarray) -> np.ndarray:
    return OutOfDistribution().fit_score(features=features, verbose=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder with checkpoint-<step> folders")
    parser.add_argument("images", type=Path, help="folder that export-pixels.ts wrote")
    parser.add_argument("--steps", type=int, nargs="+", required=True, help="checkpoints, the run's last at the end")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "emoji")
    arguments = parser.parse_args()
    labels = json.loads((arguments.images / "labels.json").read_text())
    images = [Image.open(arguments.images / f"{i:06d}.png").convert("RGB") for i in range(len(labels["items"]))]
    arguments.output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    embeddings = {step: embed(arguments.run / f"checkpoint-{step}", images) for step in arguments.steps}
    maps = {}
    for step, rows in embeddings.items():
        pca = PCA(n_components=2, svd_solver="full")
        maps[step] = (pca.fit_transform(rows.astype(np.float64)), pca.explained_variance_ratio_)
    last = maps[arguments.steps[-1]][0]
    for step, rows in embeddings.items():
        scores = score(rows.astype(np.float64))
        points, ratio = maps[step]
        _, aligned, disparity = procrustes(last, points)
        tensors = {
            "embeddings": rows,
            "scores": scores,
            "scores_f32": score(rows),
            "top": np.argsort(scores, kind="stable")[:10].astype(np.int64),
            "pca": points,
            "ratio": ratio,
            "aligned": aligned,
            "disparity": np.array([disparity]),
        }
        metadata = {"dataset": labels["digest"], "step": str(step), "reference_step": str(arguments.steps[-1])}
        save_file(
            {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
            arguments.output / f"reference-{step}.safetensors",
            metadata=metadata,
        )
        noise = np.abs(tensors["scores_f32"] - scores).max()
        same = bool((np.argsort(tensors["scores_f32"], kind="stable")[:10] == tensors["top"]).all())
        print(f"step {step}: disparity {disparity:.4f}, ratio {ratio}, float32 noise in scores {noise:.1e}, same ten {same}")


if __name__ == "__main__":
    main()
