# /// script
# requires-python = ">=3.11"
# dependencies = ["pillow==13.0.0"]
# ///
"""Makes small TIFF, GIF and BMP files of many kinds, and what Pillow's convert("RGB") sees in them.

Run `uv run tests/golden/images/make-formats.py`; writes formats.json beside itself. Kinds that Pillow does not read are
left out.
"""

import base64
import io
import json
import random
import struct
import warnings
from pathlib import Path

from PIL import Image

warnings.simplefilter("ignore")
WIDTH, HEIGHT = 7, 5
random.seed(3)


def save(image: Image.Image, format: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def samples(bits: int, channels: int) -> bytes:
    return random.randbytes(HEIGHT * -(-WIDTH * bits * channels // 8))


def tiff(photometric: int, bits: int, channels: int, order="<", extra=None, planar=1, number=None, colours=None, data=None):
    """An uncompressed TIFF of one strip, or of one a channel."""
    data = samples(bits, channels) if data is None else data
    strips = channels if planar == 2 else 1
    tags = {256: [WIDTH], 257: [HEIGHT], 258: [bits] * channels, 259: [1], 262: [photometric], 277: [channels]}
    tags |= {273: None, 278: [HEIGHT], 279: [len(data) // strips] * strips, 284: [planar]}
    tags |= {} if extra is None else {338: [extra]}
    tags |= {} if number is None else {339: [number] * channels}
    tags |= {} if colours is None else {320: colours}
    if photometric == 6:
        tags[530] = [1, 1]
    long = (256, 257, 273, 278, 279)
    behind = 8 + 2 + 12 * len(tags) + 4
    size = lambda tag: (4 if tag in long else 2) * (strips if tags[tag] is None else len(tags[tag]))
    first = behind + sum(size(tag) for tag in tags if size(tag) > 4)
    tags[273] = [first + i * (len(data) // strips) for i in range(strips)]
    entries, outside = b"", b""
    for tag in sorted(tags):
        values = struct.pack(order + str(len(tags[tag])) + ("L" if tag in long else "H"), *tags[tag])
        if len(values) > 4:
            place, outside = struct.pack(order + "L", behind + len(outside)), outside + values
        else:
            place = values.ljust(4, b"\0")
        entries += struct.pack(order + "HHL", tag, 4 if tag in long else 3, len(tags[tag])) + place
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(order + "LH", 8, len(tags)) + entries + b"\0" * 4 + outside + data


def bmp(bits: int, *, masks=(), colours=0, palette=b"", core=False, top_down=False, compression=None, head=40) -> bytes:
    row = -(-WIDTH * bits // 32) * 4
    data = random.randbytes(row * HEIGHT)
    method = compression if compression is not None else (3 if masks else 0)
    if core:
        info = struct.pack("<LHHHH", 12, WIDTH, HEIGHT, 1, bits)
    else:
        info = struct.pack("<LLlHHLLLLLL", head, WIDTH, -HEIGHT if top_down else HEIGHT, 1, bits, method, len(data), 0, 0, colours, 0)
        info += struct.pack(f"<{len(masks)}L", *masks)
        info = info.ljust(head, b"\0")
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<LHHL", offset + len(data), 0, 0, offset) + info + palette + data


def lzw(indices: bytes, bits: int) -> bytes:
    """Codes that are never compressed: the table is cleared before it would grow the codes."""
    clear, end, width = 1 << bits, (1 << bits) + 1, bits + 1
    codes: list[int] = []
    for i, index in enumerate(indices):
        if i % (clear - 2) == 0:
            codes.append(clear)
        codes.append(index)
    codes.append(end)
    held = sum(code << (width * i) for i, code in enumerate(codes))
    data = held.to_bytes(-(-width * len(codes) // 8), "little")
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return bytes([bits]) + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def gif(indices: bytes, *, canvas, place, bits=3, palette=None, own=None, transparent=None, interlaced=False) -> bytes:
    """One picture of `place` (left, top, width, height) on a canvas."""
    table = lambda colours: 0 if colours is None else 0x80 | (len(colours) // 3).bit_length() - 2
    out = b"GIF89a" + struct.pack("<HHBBB", *canvas, table(palette), 1, 0) + (palette or b"")
    if transparent is not None:
        out += bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0])
    out += b"," + struct.pack("<HHHHB", *place, table(own) | (0x40 if interlaced else 0)) + (own or b"")
    return out + lzw(indices, bits) + b";"


rgb = Image.frombytes("RGB", (WIDTH, HEIGHT), random.randbytes(WIDTH * HEIGHT * 3))
grey, cmyk = rgb.convert("L"), rgb.convert("CMYK")
palette = rgb.quantize(8)
rgba = rgb.copy()
rgba.putalpha(grey)
files: dict[str, bytes] = {}

for name, image in {"rgb": rgb, "grey": grey, "palette": palette, "rgba": rgba, "cmyk": cmyk, "black-and-white": grey.convert("1")}.items():
    for compression in ["tiff_lzw", "tiff_adobe_deflate", "packbits"]:
        files[f"{name}-{compression}.tif"] = save(image, "TIFF", compression=compression)
for name, image in {"rgb": rgb, "grey": grey, "cmyk": cmyk}.items():
    files[f"{name}-jpeg.tif"] = save(image, "TIFF", compression="jpeg", quality=95)
files["black-and-white-group4.tif"] = save(grey.convert("1"), "TIFF", compression="group4")
files["two-pages.tif"] = save(rgb, "TIFF", save_all=True, append_images=[rgb.rotate(180)])
for order, shown in [("<", "little"), (">", "big")]:
    for bits in [1, 2, 4, 8]:
        for photometric in [0, 1]:
            files[f"grey-{photometric}-{bits}-{shown}.tif"] = tiff(photometric, bits, 1, order)
        colours = [random.randrange(65536) for _ in range(3 * 2**bits)]
        if bits < 8:
            files[f"palette-{bits}-{shown}.tif"] = tiff(3, bits, 1, order, colours=colours)
    floats = struct.pack(f"{order}{WIDTH * HEIGHT}f", *[random.uniform(-50, 300) for _ in range(WIDTH * HEIGHT)])
    files |= {
        f"grey-16-{shown}.tif": tiff(1, 16, 1, order),
        f"grey-16-inverted-{shown}.tif": tiff(0, 16, 1, order),
        f"grey-float-{shown}.tif": tiff(1, 32, 1, order, number=3, data=floats),
        f"grey-signed-{shown}.tif": tiff(1, 32, 1, order, number=2),
        f"grey-signed-16-{shown}.tif": tiff(1, 16, 1, order, number=2),
        f"grey-alpha-{shown}.tif": tiff(1, 8, 2, order, extra=2),
        f"rgb-planes-{shown}.tif": tiff(2, 8, 3, order, planar=2),
        f"rgb-planes-16-{shown}.tif": tiff(2, 16, 3, order, planar=2),
        f"rgb-16-{shown}.tif": tiff(2, 16, 3, order),
        f"rgba-{shown}.tif": tiff(2, 8, 4, order, extra=2),
        f"rgba-premultiplied-{shown}.tif": tiff(2, 8, 4, order, extra=1),
        f"rgba-premultiplied-16-{shown}.tif": tiff(2, 16, 4, order, extra=1),
        f"rgba-16-{shown}.tif": tiff(2, 16, 4, order, extra=2),
        f"rgb-more-{shown}.tif": tiff(2, 8, 4, order, extra=0),
        f"cmyk-{shown}.tif": tiff(5, 8, 4, order),
        f"cmyk-16-{shown}.tif": tiff(5, 16, 4, order),
        f"lab-{shown}.tif": tiff(8, 8, 3, order),
        f"ycbcr-{shown}.tif": tiff(6, 8, 3, order),
    }
files["palette-of-bytes.tif"] = tiff(3, 4, 1, colours=[random.randrange(256) for _ in range(48)])

for name, image in {"palette": palette, "grey": grey}.items():
    files[f"{name}.gif"] = save(image, "GIF")
    files[f"{name}-interlaced.gif"] = save(image, "GIF", interlace=1)
files["transparent.gif"] = save(palette, "GIF", transparency=3)
files["animated.gif"] = save(palette, "GIF", save_all=True, append_images=[palette.rotate(180)])
files["long.gif"] = save(Image.frombytes("P", (90, 70), bytes(i * i // 7 % 256 for i in range(6300))), "GIF")
eight, four = random.randbytes(24), random.randbytes(12)
indices = bytes(random.randrange(8) for _ in range(12))
part = {"canvas": (6, 5), "place": (1, 1, 4, 3)}
files |= {
    "part.gif": gif(indices, **part, palette=eight),
    "part-transparent.gif": gif(indices, **part, palette=eight, transparent=5),
    "part-interlaced.gif": gif(indices, **part, palette=eight, interlaced=True),
    "own-palette.gif": gif(indices, **part, palette=four, own=eight),
    "only-own-palette.gif": gif(indices, **part, own=eight),
    "without-palette.gif": gif(indices, **part),
    "beyond-palette.gif": gif(indices, **part, palette=four),
    "beyond-canvas.gif": gif(indices, canvas=(3, 2), place=(1, 1, 4, 3), palette=eight),
    "ramp.gif": gif(indices, **part, palette=bytes(i // 3 for i in range(24))),
    "ends-early.gif": gif(indices[:7], **part, palette=eight),
}

quads = lambda count: b"".join(random.randbytes(3) + b"\0" for _ in range(count))
files |= {
    "rgb.bmp": save(rgb, "BMP"),
    "rgba.bmp": save(rgba, "BMP"),
    "grey.bmp": save(grey, "BMP"),
    "palette.bmp": save(palette, "BMP"),
    "black-and-white.bmp": save(grey.convert("1"), "BMP"),
    "1-bit.bmp": bmp(1, palette=quads(2)),
    "4-bit.bmp": bmp(4, palette=quads(16)),
    "8-bit.bmp": bmp(8, palette=quads(256)),
    "8-bit-few-colours.bmp": bmp(8, palette=quads(20), colours=20),
    "4-bit-few-colours.bmp": bmp(4, palette=quads(5), colours=5),
    "16-bit.bmp": bmp(16),
    "16-bit-555.bmp": bmp(16, masks=(0x7C00, 0x3E0, 0x1F)),
    "16-bit-565.bmp": bmp(16, masks=(0xF800, 0x7E0, 0x1F)),
    "24-bit.bmp": bmp(24),
    "24-bit-top-down.bmp": bmp(24, top_down=True),
    "8-bit-top-down.bmp": bmp(8, palette=quads(256), top_down=True),
    "32-bit.bmp": bmp(32),
    "32-bit-masks.bmp": bmp(32, masks=(0xFF0000, 0xFF00, 0xFF)),
    "32-bit-other-masks.bmp": bmp(32, masks=(0xFF000000, 0xFF0000, 0xFF00)),
    "32-bit-rgba.bmp": bmp(32, masks=(0xFF, 0xFF00, 0xFF0000, 0xFF000000), head=56),
    "32-bit-bgra.bmp": bmp(32, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), head=108),
    "32-bit-no-masks.bmp": bmp(32, masks=(0, 0, 0, 0), head=124),
    "32-bit-xrgb.bmp": bmp(32, masks=(0xFF000000, 0xFF00, 0xFF, 0), head=56),
    "core-24-bit.bmp": bmp(24, core=True),
    "core-8-bit.bmp": bmp(8, core=True, palette=random.randbytes(768)),
    "core-1-bit.bmp": bmp(1, core=True, palette=random.randbytes(6)),
}

golden = {}
for name, data in files.items():
    try:
        seen = Image.open(io.BytesIO(data)).convert("RGB")
    except Exception as error:
        print("left out:", name, error)
        continue
    golden[name] = {
        "file": base64.b64encode(data).decode(),
        "width": seen.width,
        "height": seen.height,
        "rgb": base64.b64encode(seen.tobytes()).decode(),
    }
Path(__file__).with_name("formats.json").write_text(json.dumps(golden, indent=1) + "\n")
