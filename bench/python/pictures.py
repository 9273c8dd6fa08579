"""matplotlib and imageio: a frame with the parts that ours has, and a GIF of frames."""

from __future__ import annotations

import json
import time
from pathlib import Path

import imageio.v3 as imageio
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from analysis import measure, temporal
from cleanlab.outlier import OutOfDistribution
from safetensors.numpy import load_file
from scipy.spatial import procrustes
from sklearn.decomposition import PCA

DPI = 100


def draw_figure(data: dict, points: np.ndarray, outliers: np.ndarray, scores: np.ndarray, output: str) -> None:
    """Map with legend, the ten strongest outliers with thumbnails, the training loss: saved as a square PNG."""
    side = data["side"] / DPI
    figure = plt.figure(figsize=(side, side), dpi=DPI)
    grid = figure.add_gridspec(12, 4, left=0.03, right=0.98, top=0.93, bottom=0.04)
    figure.suptitle(data["title"], fontsize=20)
    scatter = figure.add_subplot(grid[:10, :3])
    for label, name in enumerate(data["classNames"]):
        rows = points[data["labels"] == label]
        scatter.scatter(rows[:, 0], rows[:, 1], s=8, alpha=0.7, linewidths=0, label=name)
    scatter.legend(loc="upper right")
    scatter.set_xticks([])
    scatter.set_yticks([])
    for row, index in enumerate(outliers):
        panel = figure.add_subplot(grid[row, 3])
        panel.imshow(data["images"][index % len(data["images"])])
        panel.axis("off")
        panel.set_title(f"{data['classNames'][data['labels'][index]]} {scores[index]:.3f}", fontsize=9)
    curve = figure.add_subplot(grid[10:, :])
    curve.plot(data["steps"], data["losses"], linewidth=1)
    curve.set_xlabel("step")
    curve.set_ylabel("loss")
    figure.savefig(output)
    plt.close(figure)


def read_frame_data(data: str) -> dict:
    """What all frames share, written by the benchmark beside its inputs."""
    path = Path(data)
    read = json.loads(path.read_text())
    read["labels"] = np.asarray(read["labels"])
    read["images"] = np.load(path.parent / read["images"])
    return read


def frame(data: str, points: str, scores: str, output: str) -> dict:
    shared, where, how = read_frame_data(data), np.load(points), np.load(scores)
    outliers = np.argsort(how, kind="stable")[:10]
    start = time.perf_counter()
    draw_figure(shared, where, outliers, how, output)
    return {"seconds": time.perf_counter() - start}


def gif(frames: list[str], milliseconds: int, output: str) -> dict:
    """The article's last step: the PNGs read, one GIF written."""
    start = time.perf_counter()
    imageio.imwrite(output, [imageio.imread(path) for path in frames], duration=milliseconds, loop=0)
    return {"seconds": time.perf_counter() - start, "bytes": Path(output).stat().st_size}


def gif_error(gif: str, frames: list[str]) -> dict:
    """How far the GIF's frames are from the PNGs, in grey levels 0 … 255: mean, and the share of pixels off by over 16."""
    shown = imageio.imread(gif, mode="RGB", index=None)
    mean, off = [], []
    for picture, path in zip(shown, frames, strict=True):
        difference = np.abs(picture.astype(np.int16) - imageio.imread(path)[..., :3])
        mean.append(difference.mean())
        off.append((difference.max(axis=-1) > 16).mean())
    return {"frames": len(shown), "mean": float(np.mean(mean)), "off": float(np.mean(off))}


def after(data: str, embeddings: list[str], folder: str, milliseconds: int) -> dict:
    """Everything after embedding: scores, two maps with their figures, alignment onto the last, frames, two GIFs."""
    shared, out = read_frame_data(data), Path(folder)
    start = time.perf_counter()
    rows = [load_file(path)["embedding"] for path in embeddings]
    detectors = [OutOfDistribution() for _ in rows]
    scores = [detector.fit_score(features=frame, verbose=False) for detector, frame in zip(detectors, rows)]
    neighbours = [detector.params["knn"].kneighbors(return_distance=False) for detector in detectors]
    own = [PCA(n_components=2).fit_transform(frame) for frame in rows]
    laid = [procrustes(own[-1], points) for points in own]
    axes = PCA(n_components=2).fit(np.vstack(rows))
    pooled = [axes.transform(frame) for frame in rows]
    maps = {
        "own": ([points for _, points, _ in laid], [disparity for *_, disparity in laid]),
        "pooled": (pooled, [procrustes(pooled[-1], points)[2] for points in pooled]),
    }
    moved = np.concatenate([np.linalg.norm(b - a, axis=1) for a, b in zip(rows, rows[1:])])
    figures = []
    for name, (frames, disparities) in maps.items():
        on_map = np.concatenate([np.linalg.norm(b - a, axis=1) for a, b in zip(frames, frames[1:])])
        measured, paths = [], []
        for index, points in enumerate(frames):
            measured.append(measure(rows[index], points, shared["labels"], neighbours[index]))
            paths.append(str(out / f"{name}-{index:03d}.png"))
            leaders = np.argsort(scores[index], kind="stable")[:10]
            draw_figure(shared, points, leaders, scores[index], paths[-1])
        gif(paths, milliseconds, str(out / f"{name}.gif"))
        figures.append({"temporal": temporal(moved, on_map), "frames": measured, "disparities": disparities})
    return {"seconds": time.perf_counter() - start, "maps": figures}
