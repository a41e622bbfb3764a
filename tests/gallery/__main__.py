"""Take the pictures of `docs/gallery.md`: `python -m tests.gallery [scene …]`, or `make gallery`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.command_line import command_line
from tests.gallery.bubbles import page
from tests.gallery.chromium import browser, photographed
from tests.gallery.scenes import SCENES, Scene, played
from tests.gallery.studio import ThemeName, opened_studio

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "gallery"
THEMES: tuple[ThemeName, ...] = ("light", "dark")


def main() -> None:
    """Play the scenes in both themes and write what the screen shows."""
    arguments = command_line(__spec__, __doc__)
    names = [scene.name for scene in SCENES]
    arguments.add_argument("scenes", nargs="*", metavar="scene", help=", ".join(names))
    wanted = arguments.parse_args().scenes or names
    if unknown := set(wanted) - set(names):
        arguments.error(f"no scene {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    chromium = browser()
    if chromium is None:
        sys.exit(
            "The gallery needs Chromium (Debian: apt install chromium fonts-noto-color-emoji)."
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    scenes = [scene for scene in SCENES if scene.name in wanted]
    asyncio.run(_taken(scenes, chromium))


async def _taken(scenes: Sequence[Scene], chromium: str) -> None:
    for theme in THEMES:
        for scene in scenes:
            async with opened_studio(theme) as studio:
                shown = page(await played(scene, studio), theme)
            picture = await asyncio.to_thread(photographed, shown, chromium)
            path = FOLDER / f"{scene.name}-{theme}.png"
            path.write_bytes(picture)
            print(f"{path.name}  {len(picture) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
