"""Who does not see the picture misses no number of it."""

import re

import pytest

from analytics.charts import LIGHT, Picture, StressPicture
from analytics.charts.renderer import scene_of
from analytics.charts.scene import Label
from analytics.charts.typesetting import Typesetter
from bot.telegram.markup import plain, written
from tests.handlers.asking import Desk, asked, services
from tests.handlers.test_commands import EXAMPLES

NUMBER = re.compile(r"[−+]?\$?\d(?:[\d.,]*\d)?(?:[kM]\b)?")
DRAWN = [
    *(example for example in EXAMPLES if not example.startswith("/explain")),
    "/corr BTC ETH-PERP 1d",
    "/carry BTC-26MAR27 30d",
    "/hedge 40 ETH BTC-PERP 12h 5m",
]
START = "Price, start = 100"
"""A heading that says how the axis is made."""


def numbers(text: str) -> set[str]:
    """The numbers of a text, without the sign where words may stand for it."""
    return {number.lstrip("−+") for number in NUMBER.findall(text)}


def emphasised(picture: Picture) -> list[str]:
    """What a picture says in bold: its headline, and where its lines and bars end."""
    marks = scene_of(picture, LIGHT, Typesetter()).marks
    return [mark.text for mark in marks if isinstance(mark, Label) and mark.bold]


@pytest.mark.parametrize("question", DRAWN)
async def test_every_number_that_a_picture_stresses_stands_in_its_caption(question: str) -> None:
    desk = Desk()
    reply = (await asked(question, services(desk=desk))).reply
    for picture in desk.pictures:
        if isinstance(picture, StressPicture):
            # Its rows are a table, of which the caption has the worst and the sum.
            reply = (await asked(f"{question} full", services())).reply
        said = numbers(plain(written(reply).html))
        missing = [
            text
            for text in emphasised(picture)
            if not text.startswith(START) and not numbers(text) <= said
        ]
        assert not missing, f"{missing} of the picture of {question} stand nowhere in words"
