"""The pictures of the docs: the page that is photographed, and that the docs show them all."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.emulators.telegram.formatted import formatted
from tests.gallery.__main__ import FOLDER, THEMES
from tests.gallery.bubbles import marked_up, page
from tests.gallery.scenes import SCENES, played
from tests.gallery.studio import opened_studio

DOCS = Path(__file__).parents[2] / "docs" / "gallery.md"
MOST_BYTES = 2_000_000
SAID = [
    "plain",
    "<b>Bold</b> & <i>two 🔴 words</i>",
    "🔔 <b>a</b>\n<pre>Ratio h       1.05\n= &lt;b&gt;</pre>\n<code>/corr BTC ETH</code>",
    "<b>all of <i>it</i></b>",
    "<i>begins</i><b>here</b>",
]


class Words(HTMLParser):
    """What a reader sees of a page, and what it would load."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text, self.loads = "", list[str]()
        self.feed(source)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attributes if name in {"src", "href"}]


@pytest.mark.parametrize("source", SAID)
def test_a_text_reads_as_it_did_and_is_marked_up_as_it_was(source: str) -> None:
    said = formatted(source, "HTML")
    again = marked_up(said.text, said.entities)
    assert formatted(again, "HTML") == said
    assert Words(again).text == said.text


@pytest.mark.parametrize("name", ["corr", "mistake"])
async def test_a_page_shows_the_visit_and_loads_nothing(name: str) -> None:
    (scene,) = (scene for scene in SCENES if scene.name == name)
    async with opened_studio("dark") as studio:
        messages = await played(scene, studio)
        shown = Words(page(messages, "dark"))
    for message in messages:
        assert message.words in shown.text
        assert all(label in shown.text for row in message.labels for label in row)
    pictures = sum(bool(message.photo) for message in messages)
    assert pictures == (1 if name == "corr" else 0)
    assert len(shown.loads) == pictures
    assert all(source.startswith("data:image/png;base64,") for source in shown.loads)


@pytest.mark.slow
async def test_an_alert_rings_and_a_digest_comes_on_its_own() -> None:
    scenes = {scene.name: scene for scene in SCENES}
    async with opened_studio("light") as studio:
        for name in ("alert", "digest"):
            (told,) = await played(scenes[name], studio)
            assert told.from_bot
            assert told.reply_to is None
            assert told.photo
            assert "Simulated prices." in told.words


def test_the_docs_show_every_scene_in_both_themes() -> None:
    shown = re.findall(r"images/gallery/([\w-]+\.png)", DOCS.read_text())
    wanted = {f"{scene.name}-{theme}.png" for scene in SCENES for theme in THEMES}
    assert set(shown) == wanted
    assert {path.name for path in FOLDER.iterdir()} == wanted
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES
