"""Colours for light and dark chats, safe for colour-blind eyes (Okabe and Ito 2008)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Theme:
    """The inks of a picture, each as ``#rrggbb``.

    ``first`` and ``second`` are for data and legible as text too; ``positive`` and ``negative``
    are the ends of a scale whose middle is ``neutral``.
    """

    name: Literal["light", "dark"]
    page: str
    ink: str
    muted: str
    grid: str
    axis: str
    first: str
    second: str
    band: str
    hatch: str
    event: str
    warning: str
    on_warning: str
    positive: str
    negative: str
    neutral: str


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, from 0 to 255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


LIGHT = Theme(
    name="light",
    page="#ffffff",
    ink="#17202a",
    muted="#5a6672",
    grid="#e6eaee",
    axis="#aab4be",
    first="#0068a8",
    second="#c04f00",
    band="#dceefa",
    hatch="#a9d0ea",
    event="#a3467f",
    warning="#f0c419",
    on_warning="#17202a",
    positive="#0068a8",
    negative="#c04f00",
    neutral="#f3f4f5",
)

DARK = Theme(
    name="dark",
    page="#17212b",
    ink="#f1f5f8",
    muted="#a5b2be",
    grid="#26333f",
    axis="#55646f",
    first="#62bdf0",
    second="#f0a32a",
    band="#1f3d52",
    hatch="#35617d",
    event="#e08fbe",
    warning="#f0c419",
    on_warning="#17212b",
    positive="#3fa9e5",
    negative="#e8952b",
    neutral="#2b3742",
)
