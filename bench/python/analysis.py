"""cleanlab, scikit-learn and scipy on the embeddings of a file, [n, d]."""

from __future__ import annotations

import time

import numpy as np
from cleanlab.outlier import OutOfDistribution
from scipy.spatial import procrustes
from sklearn.decomposition import PCA


def score(features: str, dtype: str = "float32", output: str | None = None) -> dict:
    """Outlier scores. float64 tells near-ties apart that float32 leaves to its rounding errors."""
    rows = np.load(features).astype(dtype)
    start = time.perf_counter()
    scores = OutOfDistribution().fit_score(features=rows, verbose=False)
    seconds = time.perf_counter() - start
    if output is not None:
        np.save(output, scores.astype(np.float64))
    return {"seconds": seconds}


def fit(features: str, solver: str, dtype: str = "float32", output: str | None = None) -> dict:
    """Two principal components; the output holds the coordinates, [n, 2]."""
    rows = np.load(features).astype(dtype)
    start = time.perf_counter()
    pca = PCA(n_components=2, svd_solver=solver)
    points = pca.fit_transform(rows)
    seconds = time.perf_counter() - start
    if output is not None:
        np.save(output, np.ascontiguousarray(points, dtype=np.float64))
    return {"seconds": seconds, "ratio": pca.explained_variance_ratio_.tolist()}


def align(points: str, reference: str, output: str) -> dict:
    """Lays one map onto another."""
    a, b = np.load(reference), np.load(points)
    start = time.perf_counter()
    _, aligned, disparity = procrustes(a, b)
    seconds = time.perf_counter() - start
    np.save(output, np.ascontiguousarray(aligned))
    return {"seconds": seconds, "disparity": float(disparity)}
