# /// script
# requires-python = ">=3.11"
# dependencies = ["datasets==5.2.0", "pandas==3.1.1", "pillow==13.0.0", "pyarrow==26.0.1"]
# ///
"""Writes what the datasets library's `imagefolder` makes of folders: their files, and the class of each image.

Run `uv run tests/golden/image-folder/make.py`; writes cases.json beside itself. A file is text, base64 of bytes, or null
for an image of one pixel. Labels that are no ClassLabel are encoded as people do before a training: by
`class_encode_column`. Where the library raises, the case has `error`; where the images get no label, `classes` is null.
"""

import base64
import io
import json
import logging
import os
import tempfile
from pathlib import Path

os.environ["HF_DATASETS_OFFLINE"] = "1"
import datasets
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

HERE = Path(__file__).parent
IMAGE = None
datasets.disable_progress_bars()
logging.disable(logging.WARNING)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, kind)
    return out.getvalue()


def table(columns: dict) -> bytes:
    out = io.BytesIO()
    plain = {"compression": "none", "use_dictionary": False, "write_statistics": False, "store_schema": False}
    pq.write_table(pa.table(columns), out, **plain)
    return out.getvalue()


def by_pandas(columns: dict) -> bytes:
    return pd.DataFrame(columns).to_parquet()


def encoded(names: list[str], columns: dict) -> bytes:
    features = {"file_name": datasets.Value("string"), "label": datasets.ClassLabel(names=names)}
    out = io.BytesIO()
    datasets.Dataset.from_dict(columns, features=datasets.Features(features)).to_parquet(out)
    return out.getvalue()


def lines(*rows: dict) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(root: Path, split: str | None, column: str) -> dict:
    """Names and classes in the order of names; raises what the library raises."""
    folder = root if split is None else root / split
    with tempfile.TemporaryDirectory() as cache:
        sets = datasets.load_dataset("imagefolder", data_dir=str(root), cache_dir=cache)
        rows = sets["train" if split is None else split]
        rows = rows.cast_column("image", datasets.Image(decode=False))
        names = [str(Path(path["path"]).relative_to(folder)) for path in rows["image"][:]]
        missing = [name for name in names if not (folder / name).exists()]
        if missing:
            raise FileNotFoundError(missing[0])
        if column not in rows.features:
            return {"names": sorted(names), "classes": None}
        if any(label is None for label in rows[column][:]):
            raise ValueError("an image has no label")
        if not isinstance(rows.features[column], datasets.ClassLabel):
            rows = rows.class_encode_column(column)
        classes = rows.features[column]
        labels = dict(zip(names, (classes.int2str(label) for label in rows[column][:])))
        if len(labels) < len(names):
            raise ValueError("an image is listed twice")
        return {"names": sorted(names), "classes": {name: labels[name] for name in sorted(names)}, "order": classes.names}


cases = []


def case(title: str, files: dict, *, split: str | None = None, column: str = "label") -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture("PNG") if content is None else content.encode() if isinstance(content, str) else content)
        try:
            result = read(root, split, column)
        except Exception as error:
            result = {"error": type(error).__name__}
    kept = {name: {"base64": base64.b64encode(c).decode()} if isinstance(c, bytes) else c for name, c in files.items()}
    asked = {"split": split, "labelColumn": None if column == "label" else column}
    cases.append({"title": title, "files": kept, "options": {k: v for k, v in asked.items() if v is not None}, **result})


abc = {"a/1.png": IMAGE, "b/2.png": IMAGE, "b/3.png": IMAGE}
flat = {"1.png": IMAGE, "2.png": IMAGE, "3.png": IMAGE}


def csv(*labels: str, head: str = "label") -> str:
    return f"file_name,{head}\n" + "".join(f"{i + 1}.png,{label}\n" for i, label in enumerate(labels))


# Where the metadata lies
case("folders alone", abc)
case("in each class folder", {**abc, "a/metadata.csv": "file_name,label\n1.png,x\n", "b/metadata.csv": "file_name,label\n2.png,y\n3.png,z\n"})
case("in one class folder of two", {**abc, "b/metadata.csv": "file_name,label\n2.png,y\n3.png,z\n"})
case("in each class folder, jsonl", {**abc, "a/metadata.jsonl": lines({"file_name": "1.png", "label": "x"}), "b/metadata.jsonl": lines({"file_name": "2.png", "label": "y"}, {"file_name": "3.png", "label": "x"})})
case("in each class folder, parquet", {**abc, "a/metadata.parquet": table({"file_name": ["1.png"], "label": ["x"]}), "b/metadata.parquet": table({"file_name": ["2.png", "3.png"], "label": ["y", "z"]})})
case("above and below", {**abc, "metadata.csv": "file_name,label\na/1.png,x\n", "b/metadata.csv": "file_name,label\n2.png,y\n3.png,z\n"})
case("two folders deep", {"x/a/1.png": IMAGE, "x/b/2.png": IMAGE, "x/b/3.png": IMAGE, "x/metadata.csv": "file_name,label\na/1.png,p\nb/2.png,q\nb/3.png,q\n"})
case("of two kinds", {**abc, "a/metadata.csv": "file_name,label\n1.png,x\n", "b/metadata.jsonl": lines({"file_name": "2.png", "label": "y"})})
case("twice for one image", {**abc, "metadata.csv": "file_name,label\na/1.png,x\nb/2.png,y\nb/3.png,y\n", "a/metadata.csv": "file_name,label\n1.png,z\n"})
case("without rows in one folder", {**abc, "a/metadata.csv": "file_name,label\n", "b/metadata.csv": "file_name,label\n2.png,y\n3.png,z\n"})
case("under a name that is not read", {**abc, "METADATA.csv": "file_name,label\na/1.png,x\n", "metadata.tsv": "x", "metadata.json": "{}"})
case("hidden", {**abc, "a/.metadata.csv": "file_name,label\n1.png,x\n", ".h/metadata.csv": "file_name,label\n1.png,x\n"})
case("in a folder with underscores", {**abc, "__h/metadata.csv": "file_name,label\n1.png,x\n", "__h/1.png": IMAGE})
case("more columns in one file", {**abc, "a/metadata.csv": "file_name,label\n1.png,x\n", "b/metadata.csv": "file_name,label,size\n2.png,y,3\n3.png,z,4\n"})
# Splits
splits = {"train/a/1.png": IMAGE, "train/b/2.png": IMAGE, "train/b/3.png": IMAGE, "test/a/4.png": IMAGE, "test/b/5.png": IMAGE, "test/b/6.png": IMAGE}
case("of each split", {**splits, "train/metadata.csv": "file_name,label\na/1.png,x\n", "test/metadata.csv": "file_name,label\na/4.png,y\nb/5.png,z\nb/6.png,z\n"}, split="test")
case("of the split alone", {**splits, "test/metadata.csv": "file_name,label\na/4.png,y\nb/5.png,z\nb/6.png,z\n"}, split="test")
case("of another split alone", {**splits, "train/metadata.csv": "file_name,label\na/1.png,x\n"}, split="test")
case("above the splits", {**splits, "metadata.csv": "file_name,label\ntest/a/4.png,y\n"}, split="test")
case("folders in a split", splits, split="test")
# What it lists
case("paths as people write them", {**abc, "metadata.csv": "file_name,label\n./a/1.png,x\nb\\2.png,y\na/../b/3.png,y\n"})
case("a way out", {**abc, "b/metadata.csv": "file_name,label\n../a/1.png,x\n2.png,y\n"})
case("an absolute path", {**abc, "metadata.csv": "file_name,label\n/a/1.png,x\n"})
case("an address", {**abc, "metadata.csv": "file_name,label\nfile://a/1.png,x\n"})
case("a file that is not there", {**abc, "metadata.csv": "file_name,label\na/9.png,x\n"})
case("hidden images and such without an extension", {"h/.1.png": IMAGE, "h/2": IMAGE, "__h/3.png": IMAGE, "metadata.csv": "file_name,label\nh/.1.png,x\nh/2,y\n__h/3.png,y\n"})
case("fewer images than there are", {**abc, "4.png": IMAGE, "metadata.csv": "file_name,label\na/1.png,x\nb/2.png,y\nb/3.png,y\n"})
# Labels
case("whole numbers", {**flat, "metadata.csv": csv("01", "10", "+2")})
case("fractions", {**flat, "metadata.csv": csv("0.50", "1", "2e3")})
case("truth values", {**flat, "metadata.csv": csv("true", "FALSE", "True")})
case("a number among texts", {**flat, "metadata.csv": csv("01", "x", "1")})
case("quotes and commas", {**flat, "metadata.csv": csv('"a, b"', '"c ""d"""', '"two\nlines"')})
case("a byte order mark, CRLF and empty lines", {**flat, "metadata.csv": "\ufefffile_name,label\r\n1.png,x\r\n\r\n2.png,y\r\n3.png,x"})
case("a label that pandas takes for none", {**flat, "metadata.csv": csv("NA", "x", "y")})
case("None in quotes", {**flat, "metadata.csv": csv('"None"', "x", "y")})
case("an empty label", {**flat, "metadata.csv": csv("", "x", "y")})
case("an empty label among numbers", {**flat, "metadata.csv": csv("1", "", "2")})
case("rows that are too short", {**flat, "metadata.csv": "file_name,label,size\n1.png,x\n2.png,y,3\n3.png,y\n"})
case("another column", {**flat, "metadata.csv": "label,file_name,kind\n1,1.png,x\n2,2.png,y\n3,3.png,x\n"}, column="kind")
case("no column of labels", {**abc, "metadata.csv": "file_name,text\na/1.png,x\nb/2.png,y\nb/3.png,y\n"})
case("no column of files", {**abc, "metadata.csv": "name,label\na/1.png,x\n"})
case("numbers in jsonl", {**flat, "metadata.jsonl": lines({"file_name": "1.png", "label": 10}, {"file_name": "2.png", "label": 9}, {"file_name": "3.png", "label": 10})})
case("fractions in jsonl", {**flat, "metadata.jsonl": '{"file_name":"1.png","label":1.0}\n{"file_name":"2.png","label":2.0}\n{"file_name":"3.png","label":1.0}\n'})
case("one fraction in jsonl", {**flat, "metadata.jsonl": lines({"file_name": "1.png", "label": 1}, {"file_name": "2.png", "label": 2.5}, {"file_name": "3.png", "label": 1})})
case("truth values in jsonl", {**flat, "metadata.jsonl": lines({"file_name": "1.png", "label": True}, {"file_name": "2.png", "label": False}, {"file_name": "3.png", "label": True})})
case("null in jsonl", {**flat, "metadata.jsonl": lines({"file_name": "1.png", "label": None}, {"file_name": "2.png", "label": "x"}, {"file_name": "3.png", "label": "y"})})
case("NA in jsonl", {**flat, "metadata.jsonl": lines({"file_name": "1.png", "label": "NA"}, {"file_name": "2.png", "label": "x"}, {"file_name": "3.png", "label": "None"})})
case("a list in jsonl", {**flat, "metadata.jsonl": lines({"file_name": "1.png", "label": ["x"]})})
case("a byte order mark in jsonl", {**flat, "metadata.jsonl": "\ufeff" + lines({"file_name": "1.png", "label": "x"}, {"file_name": "2.png", "label": "y"}, {"file_name": "3.png", "label": "y"})})
case("text in parquet", {**flat, "metadata.parquet": by_pandas({"file_name": ["1.png", "2.png", "3.png"], "label": ["x", "NA", "x"]})})
case("numbers in parquet", {**flat, "metadata.parquet": table({"file_name": ["1.png", "2.png", "3.png"], "label": [10, 9, 10]})})
case("fractions in parquet", {**flat, "metadata.parquet": table({"file_name": ["1.png", "2.png", "3.png"], "label": [0.5, 1.0, 0.1]})})
case("truth values in parquet", {**flat, "metadata.parquet": table({"file_name": ["1.png", "2.png", "3.png"], "label": [True, False, True]})})
case("categories in parquet", {**flat, "metadata.parquet": by_pandas({"file_name": ["1.png", "2.png", "3.png"], "label": pd.Categorical(["x", "y", "x"])})})
case("null in parquet", {**flat, "metadata.parquet": table({"file_name": ["1.png", "2.png", "3.png"], "label": ["x", None, "x"]})})
case("names of classes in parquet", {**flat, "metadata.parquet": encoded(["zebra", "cat", "none such"], {"file_name": ["1.png", "2.png", "3.png"], "label": [0, 1, 0]})})
case("an unknown class in parquet", {**flat, "metadata.parquet": encoded(["zebra", "cat"], {"file_name": ["1.png", "2.png", "3.png"], "label": [0, -1, 0]})})
# Files that are no images of the set
case("kinds of images", {"a/1.png": IMAGE, "a/2.JPG": picture("JPEG"), "a/3.jfif": picture("JPEG"), "b/4.bmp": picture("BMP"), "b/5.tiff": picture("TIFF"), "b/6.gif": picture("GIF"), "b/7.webp": picture("WEBP"), "b/8.jpe": picture("JPEG")})
case("files beside them", {**abc, "README.md": "x", "a/1.txt": "x", "a/.2.png": IMAGE, "b/._2.png": "x", "__MACOSX/b/._2.png": "x", "__c/2.png": IMAGE, ".d/2.png": IMAGE, "b/noext": IMAGE, "b/x.dat": IMAGE})

(HERE / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
