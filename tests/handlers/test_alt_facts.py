"""Who does not see the picture misses no number of it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.charts import LIGHT, Picture, StressPicture
from analytics.charts.renderer import scene_of
from analytics.charts.scene import Label
from analytics.charts.typesetting import Typesetter
from bot.store.alerts import SqlAlerts
from bot.store.database import open_database
from bot.telegram.markup import plain, written
from handlers import Reply
from handlers._watch.buttons import looks
from handlers._watch.reading import reading
from handlers._watch.states import Fired, Recovered, StillFiring
from handlers._watch.words import told
from tests.handlers.asking import NOW, Desk, answers, asked, replied, services, somebody
from tests.handlers.test_commands import EXAMPLES
from tests.handlers.watch.telling import alert

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


def unsaid(desk: Desk, reply: Reply) -> list[str]:
    """What the pictures stress of which the reply below does not have every number."""
    said = numbers(plain(written(reply).html))
    return [
        text
        for picture in desk.pictures
        for text in emphasised(picture)
        if not text.startswith(START) and not numbers(text) <= said
    ]


@pytest.mark.parametrize("question", DRAWN)
async def test_every_number_that_a_picture_stresses_stands_in_its_caption(question: str) -> None:
    desk = Desk()
    reply = (await asked(question, services(desk=desk))).reply
    if any(isinstance(picture, StressPicture) for picture in desk.pictures):
        # Its rows are a table, of which the caption has the worst and the sum.
        reply = (await asked(f"{question} full", services())).reply
    assert unsaid(desk, reply) == []


DIGESTS = (
    "BTC ETH SOL XRP DOGE 90d",
    "BTC ETH SOL XRP DOGE ADA LINK AVAX 30d",
    "BTC ETH 7d, SOL ETH-PERP 90d, 40 ETH -2.48 BTC-PERP 30d, NEWT-PERP BTC 30d, NOSUCH BTC 30d",
    "40 ETH -2.48 BTC-PERP 30d, 300 SOL -0.45 BTC-PERP 30d, 2.5 BTC -1499c BTC-INV 30d",
)
SEASON_TURNS = datetime(2026, 8, 15, tzinfo=UTC)
"""Some days later SOL of the simulated venue is news."""


@pytest.mark.parametrize("when", [NOW, SEASON_TURNS + timedelta(days=10)], ids=["calm", "news"])
@pytest.mark.parametrize("pairs", DIGESTS)
async def test_every_number_that_the_picture_of_a_digest_stresses_stands_in_its_caption(
    pairs: str, when: datetime
) -> None:
    desk = Desk()
    reply = await replied(f"/digest {pairs}", services(now=when, desk=desk), is_standing=True)
    assert desk.pictures
    assert unsaid(desk, reply) == []


WATCHED = (
    "ETH BTC-PERP corr<0.6 30d",
    "ETH BTC-PERP corr>0.99 7d",
    "SOL BTC-PERP break 30d",
    "ETH BTC-PERP he<60% 30d",
    "ETH BTC-PERP beta>1.4 30d",
    "40 ETH -2.48 BTC-PERP corr<0.6 30d",
    "300 SOL -0.45 BTC-PERP break 30d",
    "40 ETH -2.48 BTC-PERP drift>10%",
    "BTC-INV funding<0",
    "BTC ETH SOL lockstep 30d",
)
EVENTS = ("fired", "goes on", "recovered")


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("rule", WATCHED)
async def test_every_number_that_the_picture_of_an_alert_stresses_stands_in_its_caption(
    rule: str, event: str
) -> None:
    desk, when = Desk(), SEASON_TURNS + timedelta(days=30)
    using, rung = services(now=when, desk=desk), alert(rule)
    seen = await reading(rung.rule.measure, using)
    events = {
        "fired": Fired(seen, when, 0.9),
        "goes on": StillFiring(seen, when - timedelta(days=2)),
        "recovered": Recovered(seen, timedelta(days=2)),
    }
    reply = await told(events[event], rung, using)
    assert unsaid(desk, reply) == []


@pytest.fixture
async def alerts(tmp_path: Path) -> AsyncIterator[SqlAlerts]:
    opened = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    yield SqlAlerts(opened)
    await opened.close()


@pytest.mark.parametrize("rule", WATCHED)
async def test_so_do_those_of_an_alert_that_is_looked_at_and_of_its_chart(
    rule: str, alerts: SqlAlerts
) -> None:
    desk, when = Desk(), SEASON_TURNS + timedelta(days=30)
    using = replace(services(now=when, desk=desk), alerts=alerts)
    router, me = answers(using), somebody(5)
    await router.answer(f"/watch {rule}", asker=me)
    for question in ("/alerts 1", "/alerts test 1", looks(alert(rule))[0].question):
        desk.pictures.clear()
        answer = await router.answer(question, asker=me)
        assert not answer.is_error, answer.reply.answer
        assert unsaid(desk, answer.reply) == [], question
