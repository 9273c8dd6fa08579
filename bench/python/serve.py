"""One warm Python process: a JSON command a line on stdin, a JSON answer a line on stdout.

    {"command": "pca.fit", "arguments": {"features": "/tmp/…/features.npy", "solver": "full"}}
    {"seconds": 0.164, …}

A command times its own work: imports, reading its inputs and moving results out are outside the clock.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import traceback
from importlib.metadata import version

PACKAGES = ("torch", "transformers", "cleanlab", "scikit-learn", "scipy", "numpy", "matplotlib", "imageio", "pillow")


def describe(threads: int) -> dict:
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(threads)
    threadpool_limits(threads)
    return {"versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}}


def find(command: str):
    """Modules are imported when a benchmark first asks: one that is left out costs nothing."""
    if command == "describe":
        return describe
    if command.startswith("embedding."):
        import embedding as functions
    elif command.startswith("analysis."):
        import analysis as functions
    else:
        import pictures as functions
    return getattr(functions, command.split(".")[1])


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print must not mix with answers
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = find(request["command"])(**request["arguments"])
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
