# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "cleanlab==2.9.0", "scikit-learn==1.9.1", "scipy==1.17.1"]
# ///
"""Reference values of cleanlab, scikit-learn and SciPy at the article's size: `tests/golden/analysis/large.json`.

    uv run tests/golden/make-analysis-large.py

10,000 × 768 numbers are too many to commit. They are made by hashing each entry's index, here and in
`tests/helpers/large-embeddings.ts`, with elementwise operations that IEEE 754 rounds in one way only: both sides hold
the same float32 numbers, and compare their digests. Arrays are base64 of little-endian numbers.
"""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np
from cleanlab.outlier import OutOfDistribution
from scipy.spatial import procrustes
from sklearn.decomposition import PCA

FILE = Path(__file__).parent / "analysis" / "large.json"
ROWS, COLS, CLASSES = 10_000, 768, 10
SAMPLE = np.arange(0, ROWS, 33)  # 304 rows
OUTLIERS = 10


def uniform(seed: int, index: np.ndarray) -> np.ndarray:
    """Numbers in [−0.5, 0.5) for indices: the mixing steps of MurmurHash3."""
    mixed = (index.astype(np.uint64) + seed * 0x9E3779B9).astype(np.uint32)
    mixed = (mixed ^ (mixed >> 16)) * np.uint32(0x85EBCA6B)
    mixed = (mixed ^ (mixed >> 13)) * np.uint32(0xC2B2AE35)
    return (mixed ^ (mixed >> 16)).astype(np.float64) / 2**32 - 0.5


def noise(index: np.ndarray) -> np.ndarray:
    return uniform(1, index) + uniform(2, index) + uniform(3, index)


def structured(spread: float) -> np.ndarray:
    """Ten classes, `spread` apart, in columns that shrink; some rows are equal to others, and one is all zeros."""
    rows, columns = np.arange(ROWS, dtype=np.int64), np.arange(COLS, dtype=np.int64)
    rows[41:52] = 40  # k + 2 rows in all: their nearest are at distance 0
    rows[61:65] = 60  # fewer than k
    entry = rows[:, None] * COLS + columns
    centre = uniform(4, (rows % CLASSES)[:, None] * COLS + columns)
    points = (uniform(5, columns) + spread * centre + noise(entry)) / (1 + columns / 8)
    points[70] = 0
    return points.astype(np.float32)


def unstructured() -> np.ndarray:
    return noise(np.arange(ROWS * COLS, dtype=np.int64)).reshape(ROWS, COLS).astype(np.float32)


def encode(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode()


def describe(features: np.ndarray) -> tuple[dict, np.ndarray]:
    wide = features.astype(np.float64)
    scores = OutOfDistribution().fit_score(features=wide, verbose=False)
    pca = PCA(n_components=2, svd_solver="full")
    points = pca.fit_transform(wide)
    return {
        "sha256": hashlib.sha256(features.astype("<f4").tobytes()).hexdigest(),
        "outliers": np.argsort(scores, kind="stable")[:OUTLIERS].tolist(),
        "scores": encode(scores[SAMPLE]),
        "points": encode(points[SAMPLE]),
        "ratio": pca.explained_variance_ratio_.tolist(),
    }, points


def main() -> None:
    early, early_points = describe(structured(0.75))
    late, late_points = describe(structured(3))
    plain, _ = describe(unstructured())
    _, aligned, disparity = procrustes(late_points, early_points)
    golden = {
        "sample": SAMPLE.tolist(),
        "frames": [
            {"name": "classes close together", "spread": 0.75, **early},
            {"name": "classes far apart", "spread": 3, **late},
            {"name": "no structure", "spread": None, **plain},
        ],
        "alignment": {"aligned": encode(aligned[SAMPLE]), "disparity": disparity},
    }
    FILE.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
