# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "cleanlab==2.9.0", "scikit-learn==1.9.1", "scipy==1.17.1"]
# ///
"""Reference values for the quality of maps: `tests/golden/analysis/{map-quality,temporal,map-quality-large}.json`.

    uv run tests/golden/make-map-quality.py

Trustworthiness is scikit-learn's, continuity the same with both spaces swapped, neighbours are those of its
`NearestNeighbors`, correlations SciPy's. Where rows or points coincide scikit-learn leaves to chance which of them come
first: there neighbours are taken by distance, then index, and equal distances share the lowest rank
(`scipy.stats.rankdata`). Wherever nothing coincides both ways are compared. The large maps are of the embeddings of
`make-analysis-large.py`; there ranks of all 10,000 images are counted, row by row. Arrays are base64 of little-endian
numbers. Takes a minute and 2 GB of memory.
"""

import base64
import importlib
import json
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import pearsonr, rankdata, spearmanr
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

large = importlib.import_module("make-analysis-large")
FOLDER = Path(__file__).parent / "analysis"
random = np.random.default_rng(2001)


def encode(array: np.ndarray, dtype: str = "<f8") -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


def pca(features: np.ndarray) -> np.ndarray:
    return PCA(n_components=2, svd_solver="full").fit_transform(features)


def metric_of(features: np.ndarray) -> str:
    return "cosine" if features.shape[1] > 3 else "euclidean"


# --- maps of one checkpoint ------------------------------------------------------------------------


def comparable(features: np.ndarray) -> np.ndarray:
    """Rows whose Euclidean distances are in the order of the metric's; rows of zeros are equally far from all others."""
    if metric_of(features) == "euclidean":
        return features
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    zeros = (lengths == 0).astype(float)
    return np.hstack([features / np.where(lengths == 0, 1, lengths), zeros])


def neighbours_and_ranks(rows: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    distances = cdist(rows, rows)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :k], rankdata(distances, method="min", axis=1)


def share_of(ranks: np.ndarray, neighbours: np.ndarray, rows: int) -> float:
    """Venna and Kaski's measure by ranks in one space of neighbours in the other."""
    k = neighbours.shape[1]
    excess = np.maximum(np.take_along_axis(ranks, neighbours, axis=1) - k, 0).sum()
    return 1 - 2 * excess / (len(neighbours) * k * (2 * rows - 3 * k - 1))


def kept_of(true: np.ndarray, on_map: np.ndarray) -> np.ndarray:
    return np.array([len(np.intersect1d(a, b)) for a, b in zip(true, on_map)])


def measure(features: np.ndarray, points: np.ndarray, k: int, labels: np.ndarray) -> dict:
    true, ranks = neighbours_and_ranks(comparable(features), k)
    on_map, map_ranks = neighbours_and_ranks(points, k)
    kept = kept_of(true, on_map)
    return {
        "trustworthiness": share_of(ranks, on_map, len(points)),
        "continuity": share_of(map_ranks, true, len(points)),
        "neighbourhoodPreservation": kept.mean() / k,
        "neighbourhoodHit": (labels[on_map] == labels[:, None]).mean(),
        "trueNeighbours": encode(kept, "<i4"),
    }


def check(figures: dict, features: np.ndarray, points: np.ndarray, k: int, labels: np.ndarray) -> None:
    metric = metric_of(features)
    nearest = lambda data, metric: NearestNeighbors(n_neighbors=k, metric=metric).fit(data).kneighbors()[1]
    true, on_map = nearest(features, metric), nearest(points, "euclidean")
    distances = pairwise_distances(features, metric=metric)
    swapped = np.argsort(np.argsort(pairwise_distances(points) + np.diag([np.inf] * len(points)), axis=1), axis=1) + 1
    expected = {
        "trustworthiness": trustworthiness(features, points, n_neighbors=k, metric=metric),
        "continuity": trustworthiness(points, features, n_neighbors=k)
        if metric == "euclidean"
        else share_of(swapped, true, len(points)),
        "neighbourhoodPreservation": kept_of(true, on_map).mean() / k,
        "neighbourhoodHit": (labels[on_map] == labels[:, None]).mean(),
    }
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    if metric == "cosine":  # on unit rows Euclidean neighbours are those by the cosine
        assert abs(trustworthiness(points, unit, n_neighbors=k) - expected["continuity"]) < 1e-12
    assert (distances >= 0).all()
    for name, value in expected.items():
        assert abs(figures[name] - value) < 1e-12, (name, figures[name], value)


def case(name: str, features: np.ndarray, points: np.ndarray, k: int, coincides: bool = False) -> dict:
    labels = np.arange(len(points)) % 4
    figures = measure(features, points, k, labels)
    if not coincides:
        check(figures, features, points, k, labels)
    return {
        "name": name,
        "cols": features.shape[1],
        "k": k,
        "labels": encode(labels, "<i4"),
        "embeddings": encode(features, "<f4"),
        "points": encode(points),
        **figures,
    }


def blobs(rows: int, cols: int, spread: float = 2) -> np.ndarray:
    centres = spread * random.normal(size=(4, cols))
    return single(centres[np.arange(rows) % 4] + random.normal(size=(rows, cols)))


def single(features: np.ndarray) -> np.ndarray:
    return features.astype(np.float32).astype(np.float64)


def quality_cases() -> list[dict]:
    plain, classes, flat = blobs(90, 12, 0), blobs(120, 20), blobs(80, 3)
    offset = single(blobs(70, 9) + 60)
    repeated = blobs(60, 8)[np.arange(60) // 3 * 3]
    many = blobs(60, 8)
    many[10:35] = many[10]
    zeros = blobs(60, 6)
    zeros[::6] = 0
    grid = np.stack(np.meshgrid(np.arange(8), np.arange(7)), axis=-1).reshape(-1, 2).astype(float)
    return [
        case("angles without structure", plain, pca(plain), 10),
        case("classes", classes, pca(classes), 10),
        case("few neighbours", classes, pca(classes), 1),
        case("nearly half of the images as neighbours", flat[:21], pca(flat[:21]), 10),
        case("three columns", flat, pca(flat), 7),
        case("rows far from the origin", offset, pca(offset), 10),
        case("a map of other images", classes, pca(classes)[random.permutation(120)], 10),
        case("rows in threes", repeated, pca(repeated)[np.arange(60) // 3 * 3], 5, coincides=True),
        case("rows that more than k others equal", many, pca(many)[np.r_[:11, [10] * 24, 35:60]], 5, coincides=True),
        case("rows of zeros", zeros, pca(zeros), 6, coincides=True),
        case("a grid", blobs(56, 5), grid, 6, coincides=True),
        case("points on a line", classes, pca(classes) * [1, 0], 10),
        case("points that all coincide", plain, np.ones((90, 2)), 10, coincides=True),
        case("a map that is the embeddings", grid, grid, 6, coincides=True),
    ]


# --- movement --------------------------------------------------------------------------------------


def temporal_case(name: str, frames: list[np.ndarray], maps: list[np.ndarray]) -> dict:
    a = np.concatenate([np.linalg.norm(after - before, axis=1) for before, after in zip(frames, frames[1:])])
    b = np.concatenate([np.linalg.norm(after - before, axis=1) for before, after in zip(maps, maps[1:])])
    scaled_a, scaled_b = a / a.max(), b / b.max()
    return {
        "name": name,
        "cols": frames[0].shape[1],
        "frames": [encode(frame, "<f4") for frame in frames],
        "maps": [encode(points) for points in maps],
        "temporalPearson": pearsonr(a, b).statistic,
        "temporalSpearman": spearmanr(a, b).statistic,
        "temporalStress": ((scaled_a - scaled_b) ** 2).sum() / (scaled_a**2).sum(),
    }


def walk(count: int, rows: int, cols: int, still: float = 0) -> list[np.ndarray]:
    """Embeddings that wander, of which a share stands still in each step."""
    steps = random.normal(size=(count, rows, cols)) * random.exponential(size=(count, rows, 1))
    steps[1:][random.random(size=(count - 1, rows)) < still] = 0
    return [single(frame) for frame in np.cumsum(steps, axis=0)]


def temporal_cases() -> list[dict]:
    films = [("a walk", walk(4, 30, 6)), ("a walk of which a third stands still", walk(5, 24, 6, 0.33))]
    cases = [temporal_case(name, frames, [pca(frame) for frame in frames]) for name, frames in films]
    _, frames = films[1]
    cases.append(temporal_case("a map of two columns", frames, [frame[:, :2] for frame in frames]))
    whole = [np.round(3 * frame) for frame in walk(4, 20, 4)]
    cases.append(temporal_case("distances of which many are equal", whole, [np.round(frame[:, :2]) for frame in whole]))
    return cases


# --- the article's size ----------------------------------------------------------------------------


def measure_large(features: np.ndarray, points: np.ndarray, k: int = 10, block: int = 500) -> dict:
    rows, labels = len(points), np.arange(len(points)) % large.CLASSES
    wide = comparable(features)
    squares = (wide**2).sum(axis=1)
    false_ranks = missed_ranks = kept = hits = 0
    for first in range(0, rows, block):
        own = np.arange(first, first + block)
        in_space = np.sqrt(np.maximum(squares[own, None] + squares - 2 * wide[own] @ wide.T, 0)).round(7)
        on_map = cdist(points[own], points)
        for at, i in enumerate(own):
            a, b = in_space[at], on_map[at]
            a[i] = b[i] = np.inf
            true, near = np.argsort(a, kind="stable")[:k], np.argsort(b, kind="stable")[:k]
            false_ranks += np.maximum((a < a[near, None]).sum(axis=1) + 1 - k, 0).sum()
            missed_ranks += np.maximum((b < b[true, None]).sum(axis=1) + 1 - k, 0).sum()
            kept += len(np.intersect1d(true, near))
            hits += (labels[near] == labels[i]).sum()
    worst = rows * k * (2 * rows - 3 * k - 1) / 2
    return {
        "trustworthiness": 1 - false_ranks / worst,
        "continuity": 1 - missed_ranks / worst,
        "neighbourhoodPreservation": kept / (rows * k),
        "neighbourhoodHit": hits / (rows * k),
    }


def large_cases() -> list[dict]:
    cases = []
    for spread in [0.75, 3, None]:
        features = (large.unstructured() if spread is None else large.structured(spread)).astype(np.float64)
        points = PCA(n_components=2, svd_solver="covariance_eigh").fit_transform(features)
        cases.append({"spread": spread, **measure_large(features, points)})
    return cases


def main() -> None:
    for name, cases in [
        ("map-quality", quality_cases()),
        ("temporal", temporal_cases()),
        ("map-quality-large", large_cases()),
    ]:
        (FOLDER / f"{name}.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
