# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scikit-learn==1.9.1", "scipy==1.17.1"]
# ///
"""Reference values for maps of several checkpoints: `tests/golden/analysis/{pooled-pca,generalized-procrustes}.json`.

    uv run tests/golden/make-maps.py

Pooled principal components are scikit-learn's of all frames stacked. Generalized Procrustes analysis is written from
Gower (1975) and ten Berge (1977) with singular value decompositions of the maps themselves: each map laid onto the
mean of all, scales by the leading eigenvector. It runs from many starts, and the best of all results is kept.
Disparities are SciPy's. Arrays are base64 of little-endian numbers.
"""

import base64
import itertools
import json
from pathlib import Path

import numpy as np
from scipy.spatial import procrustes
from sklearn.decomposition import PCA

FOLDER = Path(__file__).parent / "analysis"
ROUNDS = 20_000
random = np.random.default_rng(1975)


def encode(array: np.ndarray, dtype: str = "<f8") -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


# --- pooled principal components -------------------------------------------------------------------


def frames(count: int, rows: int, cols: int, rank: int, drift: float, offset: float = 0) -> list[np.ndarray]:
    """Embeddings that grow apart along axes of their own, around means that wander."""
    axes, images = random.normal(size=(rank, cols)), random.normal(size=(rows, rank)) / (1 + np.arange(rank))
    wander = np.cumsum(random.normal(size=(count, cols)), axis=0)
    noise = 0.1 * random.normal(size=(count, rows, cols))
    made = [(1 + t) * images @ axes + offset + drift * wander[t] + noise[t] for t in range(count)]
    return [frame.astype(np.float32) for frame in made]


def pooled_case(name: str, embeddings: list[np.ndarray]) -> dict:
    wide = [frame.astype(np.float64) for frame in embeddings]
    pca = PCA(n_components=2, svd_solver="full").fit(np.concatenate(wide))
    projected = [pca.transform(frame) for frame in wide]
    spreads = [((frame - frame.mean(axis=0)) ** 2).sum() for frame in wide]
    shares = [
        (((points - points.mean(axis=0)) ** 2).sum(axis=0) / spread).tolist()
        for points, spread in zip(projected, spreads)
    ]
    return {
        "name": name,
        "cols": embeddings[0].shape[1],
        "frames": [encode(frame, "<f4") for frame in embeddings],
        "means": encode(pca.mean_),
        "axes": encode(pca.components_),
        "ratio": pca.explained_variance_ratio_.tolist(),
        "points": [encode(points) for points in projected],
        "shares": shares,
    }


# --- generalized Procrustes analysis ---------------------------------------------------------------


def best_turn(shape: np.ndarray, target: np.ndarray, reflection: bool) -> np.ndarray:
    u, s, vt = np.linalg.svd(shape.T @ target)
    if not reflection and np.linalg.det(u @ vt) < 0:
        u[:, np.argmin(s)] *= -1
    return u @ vt


def mean_shape_residual(shapes: list[np.ndarray]) -> float:
    mean = np.mean(shapes, axis=0)
    return sum(((shape - mean) ** 2).sum() for shape in shapes) / sum((shape**2).sum() for shape in shapes)


def best_scales(shapes: list[np.ndarray]) -> np.ndarray:
    """Ten Berge (1977): factors that keep the sum of all squares."""
    norms = np.array([np.linalg.norm(shape) for shape in shapes])
    flat = np.array([shape.ravel() / norm for shape, norm in zip(shapes, norms)])
    _, vectors = np.linalg.eigh(flat @ flat.T)
    return np.sqrt((norms**2).sum()) * np.abs(vectors[:, -1]) / norms


def iterate(shapes: list[np.ndarray], scaling: bool, reflection: bool) -> list[np.ndarray]:
    """Gower (1975), until nothing moves."""
    for _ in range(ROUNDS):
        before = shapes
        mean = np.mean(shapes, axis=0)
        shapes = [shape @ best_turn(shape, mean, reflection) for shape in shapes]
        if scaling:
            shapes = [factor * shape for factor, shape in zip(best_scales(shapes), shapes)]
        if max(np.abs(a - b).max() for a, b in zip(shapes, before)) < 1e-15:
            break
    return shapes


def generalized(maps: list[np.ndarray], scaling: bool, reflection: bool) -> list[np.ndarray]:
    shapes = [points - points.mean(axis=0) for points in maps]
    if scaling:
        shapes = [shape / np.linalg.norm(shape) for shape in shapes]
    starts = [[shape @ best_turn(shape, target, reflection) for shape in shapes] for target in shapes]
    if reflection and len(shapes) < 7:
        for signs in itertools.product([1, -1], repeat=len(shapes)):
            starts.append([shape * [1, sign] for shape, sign in zip(shapes, signs)])
    results = [iterate(start, scaling, reflection) for start in starts]
    best = min(results, key=mean_shape_residual)
    back = best_turn(best[-1], shapes[-1], reflection)
    return [shape @ back for shape in best]


def turned(points: np.ndarray, angle: float, mirror: bool, factor: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return factor * (points * [1, -1 if mirror else 1]) @ np.array([[cos, sin], [-sin, cos]]) + random.normal(size=2)


def noisy_copies(count: int, points: int, noise: float, mirrored: bool = True) -> list[np.ndarray]:
    shape = random.normal(size=(points, 2)) * [2, 1]
    return [
        turned(
            shape + noise * random.normal(size=shape.shape),
            random.uniform(-np.pi, np.pi),
            mirrored and bool(random.integers(2)),
            random.uniform(0.2, 5),
        )
        for _ in range(count)
    ]


def growing(count: int, points: int) -> list[np.ndarray]:
    """A blob that opens into groups."""
    groups = random.normal(size=(5, 2))[random.integers(5, size=points)] * [2, 1]
    return [
        turned(t / count * groups + 0.3 * random.normal(size=(points, 2)), random.uniform(-3, 3), t % 3 == 0, 1)
        for t in range(1, count + 1)
    ]


def generalized_case(name: str, maps: list[np.ndarray], scaling: bool = True, reflection: bool = True) -> dict:
    aligned = generalized(maps, scaling, reflection)
    return {
        "name": name,
        "scaling": scaling,
        "reflection": reflection,
        "maps": [encode(points) for points in maps],
        "aligned": [encode(points) for points in aligned],
        "residual": mean_shape_residual(aligned),
        "disparities": [procrustes(maps[-1], points)[2] for points in maps],
    }


def main() -> None:
    pooled = [
        pooled_case("fewer columns than rows", frames(4, 40, 12, 4, 0.3)),
        pooled_case("fewer rows than columns", frames(3, 9, 30, 3, 0.3)),
        pooled_case("iterated", frames(3, 60, 170, 5, 0.2)),
        pooled_case("means that wander further than frames extend", frames(5, 30, 8, 3, 20)),
        pooled_case("means a thousand times the spread", frames(3, 30, 8, 3, 0.2, 3000)),
        pooled_case("two columns", frames(4, 20, 2, 2, 0.5)),
        pooled_case("frames of different length", [*frames(2, 25, 6, 3, 1), frames(1, 11, 6, 3, 1)[0]]),
        pooled_case("one frame", frames(1, 30, 10, 4, 0)),
        pooled_case("two images", frames(4, 2, 5, 2, 0.5)),
    ]
    copies, film = noisy_copies(5, 12, 0.3), growing(12, 60)
    aligned = [
        generalized_case("noisy copies", copies),
        generalized_case("noisy copies that keep their sizes", copies, scaling=False),
        generalized_case("noisy copies that are not mirrored", noisy_copies(5, 12, 0.3, mirrored=False), True, False),
        generalized_case("mirrored copies that may not be mirrored", copies, True, False),
        generalized_case("a blob that opens", film),
        generalized_case("a blob that opens and keeps its sizes", film, scaling=False),
        generalized_case("a blob that opens, only turned", film, False, False),
        generalized_case("two maps", noisy_copies(2, 15, 0.5)),
        generalized_case("triangles", noisy_copies(4, 3, 0.4)),
        generalized_case("one map", noisy_copies(1, 10, 0.2)),
    ]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "pooled-pca.json").write_text(json.dumps(pooled, indent=1) + "\n")
    (FOLDER / "generalized-procrustes.json").write_text(json.dumps(aligned, indent=1) + "\n")


if __name__ == "__main__":
    main()
