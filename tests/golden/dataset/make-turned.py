# /// script
# requires-python = ">=3.11"
# dependencies = ["datasets==5.2.0", "pillow==13.0.0", "pyarrow==26.0.1"]
# ///
"""Writes turned.parquet: photos of all EXIF orientations as the datasets library writes them, and what it reads.

Run `uv run tests/golden/dataset/make-turned.py`; writes beside itself. turned.json has the sizes and pixels that
`load_dataset("parquet")` gives, in the order of rows; `load_dataset("imagefolder")` must give the same.

Writes unreadable.parquet too: eight images, of which the second is damaged, the fourth is null, and the sixth has null
instead of bytes.
"""

import base64
import io
import json
import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Image, load_dataset
from PIL import Image as Picture

HERE = Path(__file__).parent
FORMATS = ["JPEG", "PNG", "WEBP", "TIFF"]
random.seed(11)


def photo(orientation: int) -> bytes:
    picture = Picture.frombytes("RGB", (5, 3), random.randbytes(45))
    tags = Picture.Exif()
    tags[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, FORMATS[orientation % 4], exif=tags, **({"lossless": True} if orientation % 4 == 2 else {}))
    return out.getvalue()


photos = [photo(orientation) for orientation in range(1, 9)]
features = Features({"image": Image(), "label": ClassLabel(names=["a", "b"])})
rows = {"image": [{"bytes": each, "path": None} for each in photos], "label": [0, 1] * 4}
Dataset.from_dict(rows, features=features).to_parquet(HERE / "turned.parquet")


def describe(image: Picture.Image) -> dict:
    seen = image.convert("RGB")
    return {"width": seen.width, "height": seen.height, "rgb": base64.b64encode(seen.tobytes()).decode()}


with tempfile.TemporaryDirectory() as folder:
    files = {"train": str(HERE / "turned.parquet")}
    read = load_dataset("parquet", data_files=files, cache_dir=folder)["train"]
    decoded = [describe(row["image"]) for row in read]
    for index, data in enumerate(photos):
        place = Path(folder) / "photos" / "a"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{index}.{['jpg', 'png', 'webp', 'tif'][(index + 1) % 4]}").write_bytes(data)
    found = load_dataset("imagefolder", data_dir=str(Path(folder) / "photos"), drop_labels=False, cache_dir=folder)["train"]
    assert [describe(row["image"]) for row in found] == decoded
(HERE / "turned.json").write_text(json.dumps(decoded, indent=1) + "\n")

images = [{"bytes": each, "path": f"{index}.jpg"} for index, each in enumerate(photos)]
images[1]["bytes"] = photos[1][:40]
images[3] = None
images[5]["bytes"] = None
struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
pq.write_table(pa.table({"image": pa.array(images, struct), "label": ["a", "b"] * 4}), HERE / "unreadable.parquet")
