# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy==2.4.6",
#   "pandas==3.1.1",
#   "pyarrow==26.0.1",
#   "torch==2.13.0",
#   "safetensors==0.8.0",
# ]
# ///
"""Makes the files of tests/unit/ready-embeddings/columns.test.ts in tests/golden/embedding-columns.

Run from the repository root: uv run tests/golden/make-embedding-columns.py
As pandas and pyarrow write them: the matrix of make-ready-embeddings.py among columns that are none of it.
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from safetensors.torch import save_file

OUT = Path(__file__).parent / "embedding-columns"
ROWS, COLS = 6, 5
MATRIX = np.arange(ROWS * COLS, dtype=np.float32).reshape(ROWS, COLS) * 0.375 - 4
LISTS = MATRIX.tolist()
SCORES = np.linspace(1000, 9000, ROWS)


def wide(prefix="", first=0):
    return {f"{prefix}{first + column}": MATRIX[:, column] for column in range(COLS)}


def frame(name, columns, index=None):
    pd.DataFrame(columns, index=index).to_parquet(OUT / f"{name}.parquet")


def table(name, columns, **options):
    pq.write_table(pa.table(columns), OUT / f"{name}.parquet", **options)


def make_frames():
    labels = np.arange(ROWS)
    frame("features-and-confidence", {"confidence": SCORES, "features": list(MATRIX), "label": labels})
    frame("float-index", wide(), pd.Index(SCORES, name="score"))
    frame("float-index-without-name", wide("dim_"), pd.Index(SCORES))
    frame("numbered-index", wide("dim_"), pd.Index(SCORES, name="dim_5"))
    frame("list-and-float-index", {"vector": list(MATRIX)}, pd.Index(SCORES, name="score"))
    frame("score", {"id": [f"image {i}" for i in labels], "score": SCORES, **wide("dim_"), "f1": SCORES})
    frame("from-one", wide("x"))
    frame("zeros-in-names", {f"pc{column:03}": MATRIX[:, column] for column in range(COLS)})
    frame("other-order", dict(reversed(wide("dim_").items())))
    frame("two-families", {**wide("dim_"), **wide("prob_")})
    frame("gap", {name: column for name, column in wide("dim_").items() if name != "dim_2"})
    frame("only-words", {name: MATRIX[:, i] for i, name in enumerate(["a", "b", "c", "d", "e"])})
    frame("two-lists", {"image": list(MATRIX), "text": list(MATRIX + 1)})
    frame("both-names", {"embedding": list(MATRIX), "embeddings": list(MATRIX + 1)})
    frame("bytes", {"embedding": [row.tobytes() for row in MATRIX]})
    frame("token-ids", {"input_ids": [[1, 2, 3]] * ROWS, "features": list(MATRIX), "score": SCORES})
    frame("whole-numbers", {"features": [[i, -i, 2 * i] for i in range(ROWS)]})
    frame("whole-columns", {f"dim_{i}": labels.astype(np.int8) - i for i in range(3)})
    frame("lists-of-lists", {"features": [[row, row] for row in LISTS]})


def make_tables():
    flat = pa.array(MATRIX.ravel())
    table("large-list", {"embedding": pa.array(LISTS, pa.large_list(pa.float64()))})
    table("fixed-list", {"features": pa.FixedSizeListArray.from_arrays(flat, COLS), "id": pa.array(range(ROWS))})
    table("in-structure", {"output": pa.array([{"values": row} for row in LISTS], pa.struct([("values", pa.list_(pa.float32()))]))})
    table("half", {"features": pa.array(MATRIX.astype(np.float16).tolist(), pa.list_(pa.float16())), "score": pa.array(SCORES.astype(np.float16))})
    embedding = {"embedding": pa.array(LISTS, pa.list_(pa.float32()))}
    plain = {"use_dictionary": False}
    table("streams", embedding, use_byte_stream_split=True, compression="zstd", **plain)
    table("version-2", embedding, data_page_version="2.0", compression="brotli", row_group_size=4)
    table("version-2-plain", embedding, data_page_version="2.0", compression="lz4", data_page_size=16, **plain)
    table("pages", embedding, data_page_size=16, write_batch_size=1, compression="none", **plain)
    table("delta", {"embedding": pa.array([[int(v * 8) for v in row] for row in LISTS], pa.list_(pa.int64()))}, column_encoding={"embedding.list.element": "DELTA_BINARY_PACKED"}, **plain)
    table("required", pa.table(embedding, schema=pa.schema([pa.field("embedding", pa.list_(pa.field("element", pa.float32(), nullable=False)), nullable=False)])))


def make_safetensors():
    x = torch.tensor(MATRIX)
    save_file({"features": x, "labels": torch.zeros(ROWS, 2, dtype=torch.int64)}, OUT / "features-and-labels.safetensors")
    save_file({"image": x, "text": x + 1}, OUT / "two.safetensors")
    save_file({"embedding": torch.zeros(3), "embeddings": x}, OUT / "vector-and-matrix.safetensors")
    save_file({"embedding": x, "embeddings": x + 1}, OUT / "both-names.safetensors")


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    make_frames()
    make_tables()
    make_safetensors()
