# /// script
# requires-python = ">=3.11"
# dependencies = ["datasets==5.2.0", "pillow==13.0.0"]
# ///
"""Makes small images with an orientation in EXIF or XMP, sound and damaged, and what `datasets` decodes them to.

Run `uv run tests/golden/images/make-orientation.py`; writes orientation.json beside itself. `decoded` is what
`datasets.Image().decode_example` gives, converted to RGB, and null where it fails at the metadata; `plain` is what
`PIL.Image.open` alone gives.
"""

import base64
import io
import json
import random
import struct
import warnings
import zlib
from pathlib import Path

import datasets
from PIL import Image

warnings.simplefilter("ignore")
WIDTH, HEIGHT = 6, 4
random.seed(5)
picture = Image.frombytes("RGB", (WIDTH, HEIGHT), random.randbytes(WIDTH * HEIGHT * 3))


def save(format: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


UNITS = {1: "B", 3: "H", 4: "L", 6: "b", 8: "h", 9: "l", 11: "f", 12: "d"}


def directory(*entries: tuple[int, int, int, bytes], order: str = "<", head: bytes | None = None) -> bytes:
    """EXIF data of raw entries: tag, type, count, four bytes."""
    mark = head if head is not None else (b"II*\0" if order == "<" else b"MM\0*")
    body = b"".join(struct.pack(order + "HHL", tag, kind, count) + value for tag, kind, count, value in entries)
    return mark + struct.pack(order + "L", 8) + struct.pack(order + "H", len(entries)) + body + b"\0" * 4


def short(value: int, order: str = "<") -> bytes:
    return struct.pack(order + "HH", value, 0)


def jpeg(*segments: bytes) -> bytes:
    """A JPEG with these APP1 segments."""
    plain = save("JPEG", quality=95, subsampling=0)
    marked = b"".join(b"\xff\xe1" + struct.pack(">H", len(s) + 2) + s for s in segments)
    return plain[:2] + marked + plain[2:]


def with_exif(data: bytes) -> bytes:
    return jpeg(b"Exif\0\0" + data)


def xmp(text: str) -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description {text}</rdf:Description></x:xmpmeta>'.encode()


XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"


def png(*chunks: tuple[bytes, bytes], behind: bool = False) -> bytes:
    """A PNG with these chunks, in front of its pixels or behind them."""
    plain = save("PNG")
    more = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    at = len(plain) - 12 if behind else 33
    return plain[:at] + more + plain[at:]


def profile(data: bytes) -> bytes:
    return f"\nexif\n{len(data):8}\n{data.hex()}\n".encode()


files: dict[str, bytes] = {}
for orientation in range(0, 11):
    files[f"jpeg-{orientation}"] = save("JPEG", exif=exif(orientation), quality=95, subsampling=0)
    files[f"png-{orientation}"] = save("PNG", exif=exif(orientation))
    files[f"webp-{orientation}"] = save("WEBP", lossless=True, exif=exif(orientation))
    if 1 <= orientation <= 8:  # libtiff refuses others
        files[f"tiff-{orientation}"] = save("TIFF", exif=exif(orientation))
files["tiff-lzw-6"] = save("TIFF", exif=exif(6), compression="tiff_lzw")

entry = (0x0112, 3, 1, short(6))
sound = directory(entry)
files |= {
    "jpeg-big-endian": with_exif(directory((0x0112, 3, 1, short(6, ">")), order=">")),
    "jpeg-prefix-twice": with_exif(b"Exif\0\0" + sound),
    "jpeg-two-segments": jpeg(b"Exif\0\0" + sound[:14], b"Exif\0\0" + sound[14:]),
    "jpeg-two-whole-segments": jpeg(b"Exif\0\0" + sound, b"Exif\0\0" + directory((0x0112, 3, 1, short(3)))),
    "jpeg-twice-the-tag": with_exif(directory(entry, (0x0112, 3, 1, short(3)))),
    "jpeg-first-tag-outside": with_exif(directory((0x0100, 4, 9, struct.pack("<L", 20)), entry)),
    "jpeg-first-tag-too-large": with_exif(directory((0x0100, 4, 900, struct.pack("<L", 8)), entry)),
    "jpeg-unknown-type-before": with_exif(directory((0x0100, 99, 1, short(1)), entry)),
    "jpeg-cut-short": with_exif(sound[:20]),
    "jpeg-count-lies": with_exif(sound[:8] + struct.pack("<H", 500) + sound[10:]),
    "jpeg-not-tiff": with_exif(b"nonsense that is no directory"),
    "jpeg-empty-exif": with_exif(b""),
    "jpeg-exif-then-xmp-1": jpeg(b"Exif\0\0" + directory((0x0112, 3, 1, short(1))), XMP_MARK + xmp('tiff:Orientation="6">')),
    "jpeg-exif-without-then-xmp": jpeg(b"Exif\0\0" + directory(), XMP_MARK + xmp('tiff:Orientation="6">')),
    "jpeg-xmp-attribute": jpeg(XMP_MARK + xmp('tiff:Orientation="8">')),
    "jpeg-xmp-element": jpeg(XMP_MARK + xmp("><tiff:Orientation>5</tiff:Orientation>")),
    "jpeg-xmp-nonsense": jpeg(XMP_MARK + xmp('tiff:Orientation="9">')),
    "jpeg-xmp-two-numbers": jpeg(XMP_MARK + xmp('tiff:Orientation="67">')),
    "jpeg-several-values": with_exif(directory((0x0112, 3, 2, struct.pack("<HH", 6, 3)))),
    "jpeg-no-values": with_exif(directory((0x0112, 3, 0, short(6)))),
    "jpeg-as-text": with_exif(directory((0x0112, 2, 2, b"6\0\0\0"))),
    "jpeg-as-undefined": with_exif(directory((0x0112, 7, 1, b"\6\0\0\0"))),
    "jpeg-swapped-mark": with_exif(directory(entry, head=b"II\0*")),
    "jpeg-big-tiff": with_exif(directory(entry, head=b"II+\0")),
    "jpeg-as-rational": with_exif(
        b"II*\0" + struct.pack("<LHHHLLL", 8, 1, 0x0112, 5, 1, 26, 0) + struct.pack("<LL", 12, 2)
    ),
    "jpeg-exif-behind-pixels": save("JPEG", quality=95, subsampling=0)[:-2]
    + b"\xff\xe1" + struct.pack(">H", len(sound) + 8) + b"Exif\0\0" + sound + b"\xff\xd9",
    "png-behind": png((b"eXIf", sound), behind=True),
    "png-twice": png((b"eXIf", directory((0x0112, 3, 1, short(3)))), (b"eXIf", sound)),
    "png-not-tiff": png((b"eXIf", b"nonsense")),
    "png-text-profile": png((b"tEXt", b"Raw profile type exif\0" + profile(sound))),
    "png-compressed-profile": png((b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile(b"Exif\0\0" + sound)))),
    "png-damaged-profile": png((b"zTXt", b"Raw profile type exif\0\0" + b"not zlib")),
    "png-xmp": png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp('tiff:Orientation="6">'))),
    "png-compressed-xmp": png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp('tiff:Orientation="7">')))),
    "png-xmp-behind": png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp('tiff:Orientation="6">')), behind=True),
    "webp-xmp": save("WEBP", lossless=True, xmp=xmp('tiff:Orientation="6">')),
    "webp-prefixed": save("WEBP", lossless=True, exif=b"Exif\0\0" + sound),
    "tiff-xmp": save("TIFF", tiffinfo={700: xmp('tiff:Orientation="6">')}),
}
for kind, code in UNITS.items():
    value = struct.pack("<" + code, 6)
    if len(value) <= 4:
        files[f"jpeg-type-{kind}"] = with_exif(directory((0x0112, kind, 1, value.ljust(4, b"\0"))))


def describe(image: Image.Image) -> dict:
    seen = image.convert("RGB")
    return {"width": seen.width, "height": seen.height, "rgb": base64.b64encode(seen.tobytes()).decode()}


golden = {}
for name, data in files.items():
    plain = describe(Image.open(io.BytesIO(data)))
    try:
        decoded = describe(datasets.Image().decode_example({"path": None, "bytes": data}))
    except Exception:
        decoded = None
    golden[name] = {"file": base64.b64encode(data).decode(), "plain": plain, "decoded": decoded}
Path(__file__).with_name("orientation.json").write_text(json.dumps(golden, indent=1) + "\n")
print(len(golden), [name for name, each in golden.items() if each["decoded"] is None])
