# /// script
# requires-python = ">=3.11"
# dependencies = ["datasets==5.2.0", "pillow==13.0.0", "pyarrow==26.0.1"]
# ///
"""Writes small Parquet files as the datasets library and pyarrow write them.

Run `uv run tests/golden/dataset/make.py`; writes beside itself. Image i is 2 x 3 px of the colour (i, 10 i, 255 - i).
"""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Image
from PIL import Image as Picture

HERE = Path(__file__).parent
CLASSES = ["plane", "car", "bird"]


def png(i: int) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (2, 3), (i, 10 * i % 256, 255 - i)).save(out, "PNG")
    return out.getvalue()


def image(i: int, path: str | None = None) -> dict:
    return {"bytes": png(i), "path": path}


def hub(name: str, rows: range, **more) -> None:
    """As `push_to_hub` writes a set: columns, `huggingface` metadata and all."""
    columns = {"img": [image(i) for i in rows], "label": [i % 3 for i in rows], **more}
    kinds = {"img": Image(), "label": ClassLabel(names=CLASSES)}
    kinds |= {key: ClassLabel(names=["small", "large"]) for key in more}
    Dataset.from_dict(columns, features=Features(kinds)).to_parquet(HERE / name)


hub("shard-0.parquet", range(0, 4))
hub("shard-1.parquet", range(4, 7))
hub("two-labels.parquet", range(4), size=[0, 1, 1, 0])
Dataset.from_dict(
    {"img": [image(i) for i in range(3)], "label": [0, -1, 2]},
    features=Features({"img": Image(), "label": ClassLabel(names=CLASSES)}),
).to_parquet(HERE / "unlabelled.parquet")

STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def plain(name: str, images, labels, *, kind=STRUCT, **options) -> None:
    """A table by another tool: no metadata of the hub."""
    table = pa.table({"image": pa.array(images, kind), "label": labels})
    pq.write_table(table, HERE / name, **options)


words = ["dog", "cat", "dog", "Ant"]
numbers = pa.array([10, 9, 10, 2], pa.int32())
for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    plain(f"codec-{codec}.parquet", [image(i) for i in range(4)], words, compression=codec)
plain("groups.parquet", [image(i) for i in range(7)], [i % 2 for i in range(7)], row_group_size=2)
plain("version-2.parquet", [image(i) for i in range(4)], numbers, data_page_version="2.0")
plain("numbers.parquet", [image(i) for i in range(4)], numbers)
plain("bytes.parquet", [png(i) for i in range(4)], words, kind=pa.binary())
plain("paths.parquet", [image(i, f"x/{i}.png") for i in range(4)], words)
plain("absolute-paths.parquet", [image(i, f"/home/someone/{i}.png") for i in range(4)], words)
plain("same-paths.parquet", [image(i, "x.png") for i in range(4)], words)
plain("external.parquet", [{"bytes": None, "path": f"{i}.png"} for i in range(4)], words)
plain("one-external.parquet", [image(0), {"bytes": None, "path": "1.png"}, image(2)], ["a", "b", "a"])
plain("broken-image.parquet", [image(0), {"bytes": b"no image", "path": None}, image(2)], ["a", "b", "a"])
plain("no-label.parquet", [image(i) for i in range(3)], pa.array(["a", None, "b"]))
plain("list.parquet", [image(i) for i in range(3)], [["a"], ["b"], ["c"]])
plain("fractions.parquet", [image(i) for i in range(3)], [0.5, 1.0, 2.0])
plain("words-only.parquet", ["a", "b", "c"], ["a", "b", "c"], kind=pa.string())
