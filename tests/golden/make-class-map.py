# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Reference values for class maps: `tests/golden/analysis/class-map.json`.

    uv run tests/golden/make-class-map.py

Probabilities are SciPy's softmax; the temperature is the median of what SciPy's root finding gives for each image;
orders are the best of all permutations. Arrays are base64 of little-endian numbers.
"""

import base64
import itertools
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax

FILE = Path(__file__).parent / "analysis" / "class-map.json"
random = np.random.default_rng(2020)


def encode(array: np.ndarray, dtype: str = "<f8") -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


def temperature_of(row: np.ndarray, target: float) -> float:
    """Where the largest probability is the target, sought on a logarithmic scale."""
    largest = lambda log_t: softmax((row - row.max()) / np.exp(log_t)).max() - target
    return float(np.exp(brentq(largest, np.log(1e-6), np.log(1e6), xtol=1e-14)))


def best_order(confusion: np.ndarray) -> list[int]:
    both = confusion + confusion.T
    tours = ((0, *rest) for rest in itertools.permutations(range(1, len(both))) if rest[0] < rest[-1])
    return list(max(tours, key=lambda tour: sum(both[a, b] for a, b in zip(tour, tour[1:] + tour[:1]))))


def case(name: str, rows: int, classes: int, scale: float) -> dict:
    true = random.integers(classes, size=rows)
    near = np.exp(-np.abs(np.subtract.outer(random.permutation(classes), random.permutation(classes))))
    logits = scale * (2 * np.eye(classes)[true] + 2 * near[true] + random.normal(size=(rows, classes)))
    logits = logits.astype(np.float32).astype(np.float64)
    probabilities = softmax(logits, axis=1)
    confusion = np.array(
        [probabilities[true == k].mean(axis=0) if (true == k).any() else np.zeros(classes) for k in range(classes)]
    )
    order = best_order(confusion)
    target = (1 + 1 / classes) / 2
    temperatures = sorted(temperature_of(row, target) for row in logits)
    temperature = temperatures[rows // 2]  # of an even number, the upper of the two in the middle
    angles = 2 * np.pi * np.argsort(order) / classes
    anchors = np.column_stack([np.sin(angles), np.cos(angles)])
    return {
        "name": name,
        "classes": classes,
        "trueClasses": true.tolist(),
        "logits": encode(logits, "<f4"),
        "confusion": encode(confusion),
        "order": order,
        "temperature": temperature,
        "anchors": encode(anchors),
        "points": encode(softmax(logits / temperature, axis=1) @ anchors),
    }


def main() -> None:
    cases = [
        case("three classes", 41, 3, 1),
        case("four classes", 40, 4, 1),
        case("eight classes, hardly trained", 61, 8, 0.1),
        case("nine classes, very sure", 80, 9, 20),
        case("more classes than images", 5, 7, 2),
    ]
    FILE.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
