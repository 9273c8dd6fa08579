# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "cleanlab==2.9.0", "scikit-learn==1.9.1", "scipy==1.17.1"]
# ///
"""Reference values of cleanlab, scikit-learn and SciPy for small matrices: `tests/golden/analysis/*.json`.

    uv run tests/golden/make-analysis.py

Arrays are base64 of little-endian numbers. Scores are computed from the features as float64, and again as float32,
which is what a recipe hands to cleanlab; the latter are left out where they are mostly rounding: cosine distances as
small as float32's precision, where cleanlab does not agree with itself.
"""

import base64
import json
from pathlib import Path

import numpy as np
from cleanlab.outlier import OutOfDistribution
from scipy.spatial import procrustes
from sklearn.decomposition import PCA

FOLDER = Path(__file__).parent / "analysis"
random = np.random.default_rng(2026)


def normal(rows: int, cols: int) -> np.ndarray:
    return random.normal(size=(rows, cols))


def clusters(rows: int, cols: int, spread: float) -> np.ndarray:
    centres = 3 * normal(4, cols)
    points = centres[random.integers(4, size=rows)] + spread * normal(rows, cols)
    points[::17] += 4 * normal(len(points[::17]), cols)
    return points


def with_groups(points: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Appends groups of identical rows, and shuffles."""
    groups = [np.repeat(normal(1, points.shape[1]), size, axis=0) for size in sizes]
    return random.permutation(np.concatenate([points, *groups]))


def with_zeros(points: np.ndarray, rows: list[int]) -> np.ndarray:
    points[rows] = 0
    return points


def near_ties(rows: int, cols: int) -> np.ndarray:
    """Points evenly on a great circle, moved by about as much as float32 can tell."""
    angle = 2 * np.pi * np.arange(rows) / rows
    points = np.zeros((rows, cols))
    points[:, 0], points[:, 1] = np.cos(angle), np.sin(angle)
    return points + 1e-7 * normal(rows, cols)


def parallel(rows: int, cols: int) -> np.ndarray:
    points = normal(rows, cols)
    points[rows // 2 :] = 3 * points[: rows - rows // 2]
    return points


def spectrum(rows: int, cols: int) -> np.ndarray:
    """Whole numbers −127 … 127, few axes longer than the others."""
    points = normal(rows, 6) @ normal(6, cols) + 0.5 * normal(rows, cols)
    return np.round(127 * points / np.abs(points).max())


# name: (features, k)
CASES: dict[str, tuple[np.ndarray, int | None]] = {
    "random": (normal(60, 16), None),
    "clusters": (clusters(120, 12, 0.3), None),
    "tight clusters": (clusters(60, 8, 1e-3), None),
    "groups of identical rows below, at and above k + 1": (with_groups(normal(40, 8), [2, 5, 10, 11, 12, 16]), None),
    "groups of identical rows with k = 3": (with_groups(normal(20, 6), [2, 3, 4, 5, 9]), 3),
    "all rows identical": (np.repeat(normal(1, 5), 13, axis=0), None),
    "parallel rows": (parallel(31, 6), None),
    "near-ties": (near_ties(48, 5), None),
    "a row of zeros": (with_zeros(normal(30, 5), [4]), None),
    "rows of zeros": (with_zeros(normal(30, 5), [0, 7, 8]), 4),
    "three images": (normal(3, 4), None),
    "eleven images": (normal(11, 6), None),
    "k = 1": (normal(40, 8), 1),
    "k = n - 1": (normal(14, 7), 13),
    "more rows than k = 20 needs": (normal(70, 10), 20),
    "three columns, few rows": (with_groups(normal(50, 3), [3, 12]), None),
    "three columns, many rows": (with_groups(clusters(130, 3, 0.1), [4, 13]), None),
    "two columns": (normal(110, 2), None),
    "two columns far from the origin": (normal(30, 2) + 1000, None),
    "one column": (normal(25, 1), None),
    "four columns": (normal(25, 4), None),
    "tall": (normal(400, 5) * [9, 4, 2, 1, 1], None),
    "wide": (normal(12, 300), None),
    "large": (spectrum(190, 170), None),
}


def encode(array: np.ndarray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


def score(features: np.ndarray, k: int | None) -> np.ndarray:
    return OutOfDistribution({"k": k}).fit_score(features=features, verbose=False)


def analysis_case(name: str, features: np.ndarray, k: int | None) -> dict:
    features = features.astype(np.float32)
    dtype = "<i1" if (features == np.round(features)).all() and np.abs(features).max() < 128 else "<f4"
    case = {
        "name": name,
        "rows": features.shape[0],
        "cols": features.shape[1],
        "k": k,
        "dtype": "i8" if dtype == "<i1" else "f32",
        "features": encode(features, dtype),
        "scores": encode(score(features.astype(np.float64), k), "<f8"),
    }
    of_float32 = score(features, k)
    if np.abs(of_float32 - score(features.astype(np.float64), k)).max() < 5e-6:
        case["scoresOfFloat32"] = encode(of_float32, "<f4")
    if features.shape[1] > 1 and np.ptp(features, axis=0).any():
        pca = PCA(n_components=2, svd_solver="full")
        case["pca"] = encode(pca.fit_transform(features.astype(np.float64)), "<f8")
        case["ratio"] = pca.explained_variance_ratio_.tolist()
    return case


def turned(points: np.ndarray, angle: float, mirror: bool) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    points = points * [1, -1] if mirror else points
    return points @ np.array([[cos, sin], [-sin, cos]])


def procrustes_case(name: str, reference: np.ndarray, points: np.ndarray) -> dict:
    standardised, aligned, disparity = procrustes(reference, points)
    return {
        "name": name,
        "reference": encode(reference, "<f8"),
        "points": encode(points, "<f8"),
        "standardised": encode(standardised, "<f8"),
        "aligned": encode(aligned, "<f8"),
        "disparity": disparity,
    }


def main() -> None:
    shape = normal(25, 2) * [3, 1]
    noise = normal(25, 2)
    line = np.outer(np.arange(9.0), [1.0, 2.0])
    pairs = {
        "unrelated": (shape, noise),
        "turned": (shape, 4 * turned(shape, 2.1, mirror=False) + [7, -3]),
        "mirrored": (shape, 0.1 * turned(shape, -0.4, mirror=True) - [0, 50]),
        "turned, with noise": (shape, turned(shape, 1.0, mirror=False) + 0.3 * noise),
        "mirrored, with noise": (shape, turned(shape, 3.0, mirror=True) + 0.3 * noise),
        "a line onto a line": (line, turned(line, 0.7, mirror=False)),
        "a line onto a shape": (shape[:9], line),
        "tiny": (1e-9 * shape, 1e-12 * noise),
        "two points": (shape[:2], noise[:2]),
    }
    FOLDER.mkdir(exist_ok=True)
    cases = [analysis_case(name, *case) for name, case in CASES.items()]
    (FOLDER / "outliers-and-pca.json").write_text(json.dumps(cases, indent=1) + "\n")
    aligned = [procrustes_case(name, *pair) for name, pair in pairs.items()]
    (FOLDER / "procrustes.json").write_text(json.dumps(aligned, indent=1) + "\n")


if __name__ == "__main__":
    main()
