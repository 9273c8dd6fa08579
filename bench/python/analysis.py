"""cleanlab, scikit-learn and scipy on the embeddings of files, [n, d]."""

from __future__ import annotations

import time

import numpy as np
from cleanlab.outlier import OutOfDistribution
from scipy.spatial import procrustes
from scipy.stats import pearsonr, spearmanr
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 10


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


def pool(features: list[str], solver: str, dtype: str = "float32", outputs: list[str] | None = None) -> dict:
    """Two principal components of all files' rows together; the outputs hold each file's coordinates, [n, 2]."""
    frames = [np.load(path).astype(dtype) for path in features]
    start = time.perf_counter()
    pca = PCA(n_components=2, svd_solver=solver).fit(np.vstack(frames))
    maps = [pca.transform(frame) for frame in frames]
    seconds = time.perf_counter() - start
    for path, points in zip(outputs or [], maps):
        np.save(path, np.ascontiguousarray(points, dtype=np.float64))
    return {"seconds": seconds, "ratio": pca.explained_variance_ratio_.tolist()}


def head(features: str, weight: str, bias: str, output: str | None = None) -> dict:
    """Logits of a linear head by torch."""
    import torch

    rows, matrix, offset = (torch.from_numpy(np.load(path)) for path in (features, weight, bias))
    start = time.perf_counter()
    with torch.inference_mode():
        logits = torch.nn.functional.linear(rows, matrix, offset)
    seconds = time.perf_counter() - start
    if output is not None:
        np.save(output, logits.numpy())
    return {"seconds": seconds}


def measure(rows: np.ndarray, points: np.ndarray, labels: np.ndarray, nearest: np.ndarray) -> dict:
    """How far a map can be trusted, by the cosine in embedding space; `nearest` are the neighbours there, [n, k]."""
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    on_map = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(points).kneighbors(return_distance=False)
    kept = [np.intersect1d(a, b).size for a, b in zip(on_map, nearest)]
    return {
        "trustworthiness": float(trustworthiness(rows, points, n_neighbors=NEIGHBOURS, metric="cosine")),
        "continuity": float(trustworthiness(points, units, n_neighbors=NEIGHBOURS)),
        "neighbourhoodPreservation": float(np.mean(kept)) / NEIGHBOURS,
        "neighbourhoodHit": float((labels[on_map] == labels[:, None]).mean()),
    }


def trust(features: str, points: str, labels: str, neighbours: str) -> dict:
    """The neighbours in embedding space are known, as ours are."""
    rows, where = np.load(features), np.load(points)
    classes, nearest = np.load(labels).astype(np.int64), np.load(neighbours).astype(np.int64)
    start = time.perf_counter()
    figures = measure(rows, where, classes, nearest)
    return {"seconds": time.perf_counter() - start, **figures}


def temporal(moved: np.ndarray, on_map: np.ndarray) -> dict:
    """Whether a map moves as the embeddings do: distances of all points and steps, in both spaces."""
    a, b = moved / moved.max(), on_map / on_map.max()
    return {
        "temporalPearson": float(pearsonr(moved, on_map).statistic),
        "temporalSpearman": float(spearmanr(moved, on_map).statistic),
        "temporalStress": float(((a - b) ** 2).sum() / (a**2).sum()),
    }


def movement(moved: str, maps: str) -> dict:
    """Figures of a map `[frames, n, 2]` over all frames; `moved` are the distances in embedding space, [steps, n]."""
    in_space, frames = np.load(moved), np.load(maps)
    start = time.perf_counter()
    on_map = np.linalg.norm(frames[1:] - frames[:-1], axis=2)
    figures = temporal(in_space.ravel(), on_map.ravel())
    return {"seconds": time.perf_counter() - start, **figures}
