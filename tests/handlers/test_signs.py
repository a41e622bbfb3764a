"""No colour speaks alone: beside every coloured sign stands the word that it repeats."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.charts import LIGHT
from analytics.charts.renderer import scene_of
from analytics.charts.scene import SMALLEST_TEXT, Label
from analytics.charts.typesetting import Typesetter
from handlers._digest.verdicts import SIGNS, state_count, state_word
from handlers._reply import Reply
from handlers._watch.states import Blind, Event, Expired, Expiring, Fired, Recovered, Sighted
from handlers._watch.words import told
from tests.handlers.asking import NOW, Desk, replied, services, shown
from tests.handlers.watch.telling import DECOUPLED, alert

COLOURED = re.compile("[🔴🟠🟡🟢🔵🟣⚫⚪🟥🟧🟨🟩🟦🔶🔷]")
DIGEST = "/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d, XRP BTC-PERP 30d"
HOURS = timedelta(hours=5)
EVENTS: list[Event] = [
    Fired(DECOUPLED, NOW, 0.7),
    Recovered(DECOUPLED, HOURS),
    Blind("Binance does not answer.", is_error=False),
    Blind("Binance no longer lists it.", is_error=True),
    Sighted(DECOUPLED, HOURS),
    Expiring(NOW + timedelta(days=3)),
    Expired(),
]


def signs_without_words(reply: Reply) -> list[str]:
    """Lines with a coloured sign behind which no word follows."""
    lines = shown(reply).splitlines()
    return [
        line
        for line in lines
        for part in COLOURED.split(line)[1:]
        if not re.search(r"[A-Za-z]{3,}", part)
    ]


@pytest.mark.parametrize("event", EVENTS, ids=range(len(EVENTS)))
async def test_every_message_of_an_alert_says_its_colour_in_words(event: Event) -> None:
    asked = "40 ETH -2.48 BTC-PERP corr<0.6 30d"
    reply = await told(event, alert(asked), services())
    assert not signs_without_words(reply)
    said = COLOURED.sub("", reply.title)
    words = {
        Fired: "fell below",
        Recovered: "recovered",
        Sighted: "are back",
        Expiring: "ends on",
        Expired: "has ended",
    }
    if isinstance(event, Blind):
        assert "No data" in said or "cannot go on" in said
    else:
        assert words[type(event)] in said


async def test_every_verdict_of_a_digest_is_a_shape_and_a_word() -> None:
    desk = Desk()
    reply = await replied(DIGEST, services(desk=desk))
    assert len(set(SIGNS.values())) == len(SIGNS) == len({state_word(state) for state in SIGNS})
    for state, sign in SIGNS.items():
        assert state_count(state, 2).startswith(f"{sign} 2 ")
    assert not signs_without_words(reply)
    (drawn,) = desk.pictures
    labels = [m for m in scene_of(drawn, LIGHT, Typesetter()).marks if isinstance(m, Label)]
    assert {"steady", "below its band"} <= {label.text for label in labels}
    assert min(label.size for label in labels) >= SMALLEST_TEXT


def test_without_its_words_a_sign_is_found() -> None:
    bare = Reply("🟢", "0.83 (0.80–0.86)")
    assert signs_without_words(bare)
    assert not signs_without_words(replace(bare, answer="steady 0.83"))
