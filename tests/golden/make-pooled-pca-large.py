# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "cleanlab==2.9.0", "scikit-learn==1.9.1", "scipy==1.17.1"]
# ///
"""scikit-learn's principal components of five checkpoints of 10,000 × 768: `tests/golden/analysis/pooled-pca-large.json`.

    uv run tests/golden/make-pooled-pca-large.py

The embeddings are those of `make-analysis-large.py`, for more spreads. Takes 2 GB of memory.
"""

import importlib
import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

large = importlib.import_module("make-analysis-large")
FILE = Path(__file__).parent / "analysis" / "pooled-pca-large.json"
SPREADS = [0.25, 0.75, 1.5, 3, None]


def main() -> None:
    frames = [large.unstructured() if spread is None else large.structured(spread) for spread in SPREADS]
    pca = PCA(n_components=2, svd_solver="full").fit(np.concatenate(frames).astype(np.float64))
    described = []
    for spread, frame in zip(SPREADS, frames):
        wide = frame.astype(np.float64)
        points = pca.transform(wide)
        share = ((points - points.mean(axis=0)) ** 2).sum(axis=0) / ((wide - wide.mean(axis=0)) ** 2).sum()
        described.append({"spread": spread, "points": large.encode(points[large.SAMPLE]), "share": share.tolist()})
    golden = {
        "sample": large.SAMPLE.tolist(),
        "ratio": pca.explained_variance_ratio_.tolist(),
        "frames": described,
    }
    FILE.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
