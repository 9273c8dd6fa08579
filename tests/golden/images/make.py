# /// script
# requires-python = ">=3.11"
# dependencies = ["pillow==13.0.0"]
# ///
"""Makes small image files of every kind, and what Pillow's convert("RGB") sees in them.

Run `uv run tests/golden/images/make.py`; writes pillow.json beside itself.
"""

import base64
import io
import json
import random
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms

WIDTH, HEIGHT = 13, 7
random.seed(1)


def noise(mode: str, channels: int) -> Image.Image:
    """A smooth picture with some noise: JPEG must not be all artefact."""
    values = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            for channel in range(channels):
                values.append((x * 17 * (channel + 1) + y * 29 + random.randrange(24)) % 256)
    return Image.frombytes(mode, (WIDTH, HEIGHT), bytes(values))


def save(image: Image.Image, format: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


rgb, rgba, grey, cmyk = noise("RGB", 3), noise("RGBA", 4), noise("L", 1), noise("CMYK", 4)


SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by a PNG's colour type
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def raw_png(colour: int, bits: int, *chunks: tuple[bytes, bytes], interlaced: bool = False) -> bytes:
    """A PNG of random samples: Pillow reads many kinds that it can't write."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b""
    for x, y, step_x, step_y in PASSES if interlaced else [(0, 0, 1, 1)]:
        width, height = -(-(WIDTH - x) // step_x), -(-(HEIGHT - y) // step_y)
        row_bytes = -(-width * SAMPLES[colour] * bits // 8)
        rows += b"".join(b"\0" + random.randbytes(row_bytes) for _ in range(height))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, int(interlaced))
    more = b"".join(chunk(*each) for each in chunks)
    data = chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def colours(count: int) -> tuple[bytes, bytes]:
    return b"PLTE", random.randbytes(3 * count)


def key(*samples: int) -> tuple[bytes, bytes]:
    return b"tRNS", struct.pack(f">{len(samples)}H", *samples)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def without_adobe(jpeg: bytes) -> bytes:
    start = jpeg.index(b"\xff\xee")
    return jpeg[:start] + jpeg[start + 2 + struct.unpack(">H", jpeg[start + 2 : start + 4])[0] :]


def as_ycck(jpeg: bytes) -> bytes:
    """The same samples, said to be YCCK by the Adobe marker."""
    at = jpeg.index(b"\xff\xee") + 15
    return jpeg[:at] + b"\2" + jpeg[at + 1 :]


grey16 = Image.frombytes("I;16", (WIDTH, HEIGHT), random.randbytes(WIDTH * HEIGHT * 2))
palette = rgb.quantize(16)
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

files = {
    "rgb.png": save(rgb, "PNG"),
    "rgba.png": save(rgba, "PNG"),
    "grey.png": save(grey, "PNG"),
    "grey-alpha.png": save(noise("LA", 2), "PNG"),
    "grey-16-bit.png": save(grey16, "PNG"),
    "rgb-16-bit.png": raw_png(2, 16),
    "black-and-white.png": save(grey.convert("1"), "PNG"),
    "palette.png": save(palette, "PNG"),
    "palette-transparent.png": save(palette, "PNG", transparency=bytes(range(0, 256, 16))),
    "colour-key.png": save(rgb, "PNG", transparency=rgb.getpixel((3, 3))),
    "profile.png": save(rgb, "PNG", icc_profile=srgb),
    "rgb.jpg": save(rgb, "JPEG", quality=90),
    "rgb-444.jpg": save(rgb, "JPEG", quality=80, subsampling=0),
    "progressive.jpg": save(rgb, "JPEG", quality=70, progressive=True),
    "grey.jpg": save(grey, "JPEG"),
    "cmyk.jpg": save(cmyk, "JPEG", quality=95),
    "turned.jpg": save(rgb, "JPEG", exif=exif(6)),
    "lossy.webp": save(rgb, "WEBP", quality=80),
    "lossless.webp": save(rgba, "WEBP", lossless=True, exact=True),
    "alpha.webp": save(rgba, "WEBP", quality=80),
    "animated.webp": save(rgb, "WEBP", save_all=True, append_images=[noise("RGB", 3)]),
    "animated.png": save(rgb, "PNG", save_all=True, append_images=[noise("RGB", 3)]),
    "turned.png": save(rgb, "PNG", exif=exif(8)),
    "turned.webp": save(rgb, "WEBP", lossless=True, exif=exif(3)),
    "mirrored.jpg": save(rgb, "JPEG", exif=exif(5)),
    "rgb-samples.jpg": save(rgb, "JPEG", keep_rgb=True),
    "restarts.jpg": save(rgb, "JPEG", restart_marker_rows=1, optimize=True),
    "progressive-grey.jpg": save(grey, "JPEG", progressive=True),
    "progressive-cmyk.jpg": save(cmyk, "JPEG", progressive=True),
    "cmyk-without-adobe.jpg": without_adobe(save(cmyk, "JPEG")),
    "ycck.jpg": as_ycck(save(cmyk, "JPEG")),
    "background.png": raw_png(6, 8, (b"bKGD", struct.pack(">HHH", 255, 0, 0))),
    "gamma.png": raw_png(2, 8, (b"gAMA", struct.pack(">I", 100_000))),
}
for bits in [1, 2, 4, 8, 16]:
    files[f"grey-{bits}-bit-colour-key.png"] = raw_png(0, bits, key(1))
for bits in [1, 2, 4]:
    files[f"grey-{bits}-bit.png"] = raw_png(0, bits)
    files[f"palette-{bits}-bit.png"] = raw_png(3, bits, colours(2**bits), (b"tRNS", b"\0\x80"))
for colour, bits in [(0, 16), (2, 8), (2, 16), (4, 8), (4, 16), (6, 8), (6, 16)]:
    files[f"interlaced-type-{colour}-{bits}-bit.png"] = raw_png(colour, bits, interlaced=True)
files["interlaced-palette.png"] = raw_png(3, 4, colours(16), interlaced=True)
files["grey-alpha-16-bit.png"] = raw_png(4, 16)
files["rgba-16-bit.png"] = raw_png(6, 16)
files["colour-key-16-bit.png"] = raw_png(2, 16, key(1, 2, 3))

golden = {}
for name, data in files.items():
    seen = Image.open(io.BytesIO(data)).convert("RGB")
    golden[name] = {
        "file": base64.b64encode(data).decode(),
        "width": seen.width,
        "height": seen.height,
        "rgb": base64.b64encode(seen.tobytes()).decode(),
    }
Path(__file__).with_name("pillow.json").write_text(json.dumps(golden, indent=1) + "\n")
