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


def png_of_16_bit_rgb() -> bytes:
    """Pillow reads 16-bit RGB, but can't write it."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + random.randbytes(WIDTH * 6) for _ in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


grey16 = Image.frombytes("I;16", (WIDTH, HEIGHT), random.randbytes(WIDTH * HEIGHT * 2))
palette = rgb.quantize(16)
turned = Image.Exif()
turned[0x0112] = 6
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

files = {
    "rgb.png": save(rgb, "PNG"),
    "rgba.png": save(rgba, "PNG"),
    "grey.png": save(grey, "PNG"),
    "grey-alpha.png": save(noise("LA", 2), "PNG"),
    "grey-16-bit.png": save(grey16, "PNG"),
    "rgb-16-bit.png": png_of_16_bit_rgb(),
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
    "turned.jpg": save(rgb, "JPEG", exif=turned),
    "lossy.webp": save(rgb, "WEBP", quality=80),
    "lossless.webp": save(rgba, "WEBP", lossless=True, exact=True),
    "alpha.webp": save(rgba, "WEBP", quality=80),
}

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
