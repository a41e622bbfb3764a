"""Under every answer about markets stands a bell, and what it sets can be looked at."""

import pytest

from analytics.errors import SourceError
from handlers import load_commands
from handlers._watch.grammar import asked_of
from handlers._watch.reading import reading
from tests.handlers.asking import replied, services

ABOUT_WORDS = frozenset({"explain", "help", "start"})
QUESTIONS = [
    question
    for command in load_commands()
    if not (command.is_personal or command.is_for_operators or command.name in ABOUT_WORDS)
    for question in command.examples
] + [
    "/hedge 300 SOL BTC-INV lev=3",
    "/size 300 SOL BTC-INV lev=3",
    "/size -3 ETH ETH-PERP part=50%",
    "/size $25k SOL SOL-PERP",
    "/digest ETH BTC-PERP 30d",
]
PRICES_BESIDE = frozenset({"/lead"})
"""Spreads are between venues that the simulated one does not have under their names."""


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_answer_about_markets_has_a_bell_that_can_be_set(question: str) -> None:
    reply = await replied(question)
    bells = [one for row in reply.buttons for one in row if one.question.startswith("/watch ")]
    assert len(bells) == 1, reply.buttons
    assert bells[0].label.startswith("🔔 ")
    rule = asked_of(bells[0].question.removeprefix("/watch ")).rule
    try:
        await reading(rule.measure, services())
    except SourceError:
        assert question.split(maxsplit=1)[0] in PRICES_BESIDE


async def test_a_size_is_watched_as_it_was_sized() -> None:
    for question, watched in (
        ("/size 2.5 BTC BTC-INV lev=5", "/watch 2.5 BTC -1383c BTC-INV drift>10%"),
        ("/size -3 ETH ETH-PERP", "/watch -3 ETH 3.001 ETH-PERP drift>10%"),
        ("/size 40 ETH ETH-PERP part=50%", "/watch ETH-PERP funding<0"),
    ):
        reply = await replied(question)
        (bell,) = [b for row in reply.buttons for b in row if b.question.startswith("/watch")]
        assert bell.question == watched


async def test_a_position_that_another_coin_margins_is_watched_with_its_margin() -> None:
    reply = await replied("/size 300 SOL BTC-INV lev=3")
    (bell,) = [b for row in reply.buttons for b in row if b.question.startswith("/watch")]
    assert bell.question.endswith("BTC-INV drift>10% lev=3")
    found = await reading(asked_of(bell.question.removeprefix("/watch ")).rule.measure, services())
    assert found.value >= 0
