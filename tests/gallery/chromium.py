"""Pages as pictures, taken by a headless Chromium."""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, TALLEST, SCALE = 380, 2600, 2
MARGIN = 10 * SCALE
FLAT, MIXED = 96, 96
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    f"--force-device-scale-factor={SCALE}",
    f"--window-size={WIDTH},{TALLEST}",
)
PATIENCE_S = 120


def browser() -> str | None:
    """Where Chromium is; None where it is not installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def photographed(page: str, chromium: str) -> bytes:
    """A PNG of what the page shows, without the empty rest below it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_text(page)
        profile = f"--user-data-dir={folder}/profile"
        command = [chromium, *FLAGS, profile, f"--screenshot={target}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        return trimmed(target.read_bytes())


def trimmed(taken: bytes) -> bytes:
    """The picture as far down as it shows anything, in few colours."""
    with Image.open(io.BytesIO(taken)) as opened:
        image = opened.convert("RGB")
    pixels = np.asarray(image)
    filled = np.flatnonzero((pixels != pixels[-1, -1]).any(axis=(1, 2)))
    if len(filled) == 0 or filled[-1] >= len(pixels) - 1:
        raise ValueError("the page is empty, or taller than its picture")
    return _in_few_colours(pixels[: int(filled[-1]) + 1 + MARGIN])


def _in_few_colours(pixels: NDArray[np.uint8]) -> bytes:
    """Flat areas keep their exact colours; mixtures and emoji share what is left of a palette."""
    colours, place, count = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    order = np.argsort(-count, kind="stable")
    palette = colours[order[:FLAT]]
    if len(colours) > FLAT:
        rare = Image.fromarray(colours[order[FLAT:]][None])
        shared = rare.quantize(MIXED, Image.Quantize.MEDIANCUT).convert("RGB")
        palette = np.vstack([palette, np.unique(np.asarray(shared)[0], axis=0)])
    nearest = [
        np.square(part[:, None].astype(int) - palette[None].astype(int)).sum(axis=2).argmin(axis=1)
        for part in np.array_split(colours, len(colours) // 1000 + 1)
    ]
    indices = np.concatenate(nearest)[place].reshape(pixels.shape[:2])
    few = Image.fromarray(indices.astype(np.uint8), "P")
    few.putpalette(palette.astype(np.uint8).tobytes())
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()
