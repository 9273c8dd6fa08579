# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "pyarrow==26.0.1",
#   "safetensors==0.8.0",
#   "torch==2.13.0",
# ]
# ///
"""Makes the files of tests/unit/ready-embeddings in tests/golden/ready-embeddings.

Run from the repository root: uv run tests/golden/make-ready-embeddings.py
All hold the same matrix of 6 rows and 5 columns, whose values every type holds exactly; the test knows it too.
"""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from safetensors.torch import save_file

OUT = Path(__file__).parent / "ready-embeddings"
ROWS, COLS = 6, 5
MATRIX = np.arange(ROWS * COLS, dtype=np.float64).reshape(ROWS, COLS) * 0.375 - 4


def write_npy(name, array, version=None):
    with open(OUT / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)


def make_npy():
    for type_ in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"]:
        for order in "CF":
            name = f"{'little' if type_[0] == '<' else 'big'}-{type_[1:]}-{order.lower()}"
            write_npy(name, np.asarray(MATRIX, dtype=type_, order=order))
    for version in [(1, 0), (2, 0), (3, 0)]:
        write_npy(f"version-{version[0]}", MATRIX, version)
    write_npy("integers", np.asarray(MATRIX, dtype=np.int64))
    write_npy("complex", np.asarray(MATRIX, dtype=np.complex128))
    write_npy("vector", MATRIX[0])
    write_npy("cube", MATRIX[None])
    write_npy("empty", MATRIX[:0])
    write_npy("columns", np.array([(1.0, 2.0)], dtype=[("x", "<f4"), ("y", "<f4")]))
    write_npy("columns-version-3", np.array([(1.0, 2.0)], dtype=[("é", "<f4"), ("y", "<f4")]), (3, 0))
    np.save(OUT / "objects.npy", np.array([[1.0, "two"]], dtype=object), allow_pickle=True)


def make_safetensors():
    x = torch.tensor(MATRIX)
    other = torch.zeros(3)
    for name, dtype in {"f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64}.items():
        save_file({"embedding": x.to(dtype)}, OUT / f"{name}.safetensors")
    save_file({"embeddings": x, "distractor": x + 1}, OUT / "plural.safetensors")
    save_file({"cls": x, "loss": other}, OUT / "only-matrix.safetensors")
    save_file({"a": x, "b": x + 1}, OUT / "two-matrices.safetensors")
    save_file({"embedding": other}, OUT / "vector.safetensors")
    save_file({"embedding": x.to(torch.int32)}, OUT / "integers.safetensors")


def write_parquet(name, columns, **options):
    pq.write_table(pa.table(columns), OUT / f"{name}.parquet", **options)


def make_parquet():
    lists = MATRIX.tolist()
    labels = pa.array(range(ROWS), pa.int64())
    names = pa.array([f"image {row}" for row in range(ROWS)])
    write_parquet("list-f32", {"label": labels, "embedding": pa.array(lists, pa.list_(pa.float32()))})
    write_parquet("list-f64", {"embeddings": pa.array(lists, pa.list_(pa.float64()))}, row_group_size=4)
    write_parquet("list-f16", {"embedding": pa.array(np.asarray(MATRIX, np.float16).tolist(), pa.list_(pa.float16()))})
    write_parquet("fixed-f32", {"embedding": pa.array(lists, pa.list_(pa.float32(), COLS))}, compression="zstd")
    wide = {str(column): pa.array(MATRIX[:, column], pa.float32()) for column in range(COLS)}
    write_parquet("wide", {"name": names, **wide, "label": labels}, row_group_size=2, compression="gzip")
    write_parquet("ragged", {"embedding": pa.array([*lists[:-1], [1.0]], pa.list_(pa.float32()))})
    write_parquet("hole", {"embedding": pa.array([*lists[:-1], [1, 2, None, 4, 5]], pa.list_(pa.float32()))})
    write_parquet("missing-row", {"embedding": pa.array([*lists[:-1], None], pa.list_(pa.float32()))})
    write_parquet("words", {"embedding": pa.array([["a"] * COLS] * ROWS)})
    write_parquet("labels", {"label": labels, "name": names})


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    make_npy()
    make_safetensors()
    make_parquet()
