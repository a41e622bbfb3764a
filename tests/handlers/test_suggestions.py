"""What is suggested to somebody whose question is half typed, and which questions are whole."""

from collections.abc import Callable

import pytest

from analytics.market.catalog import Catalog
from analytics.market.simulated import SimulatedPrices
from handlers import Command, SavedPosition, load_commands, position_of
from handlers._suggestions import MOST, Suggestions, is_for_anybody, reads, typed

COMMANDS = load_commands()
NAMES = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
COMMAND_OF: Callable[[str], Command | None] = NAMES.get


@pytest.fixture
def suggestions() -> Suggestions:
    return Suggestions(COMMANDS, Catalog(SimulatedPrices()))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("c", ["/corr BTC ETH-PERP 30d", "/carry BTC-INV BTC-PERP 30d"]),
        ("corr", ["/corr BTC ETH-PERP 30d"]),
        ("/corr ", ["/corr BTC ETH-PERP 30d"]),
        ("hegde 2 BTC", ["/hedge 2 BTC BTC-INV"]),
        ("corr B", ["/corr BTC ETH-PERP 30d", "/corr BNB ETH-PERP 30d"]),
        ("corr BTC E", ["/corr BTC ETH"]),
        ("corr BTC ETH-", ["/corr BTC ETH-PERP", "/corr BTC ETH-INV"]),
        ("corr BTC ETH 3", ["/corr BTC ETH 30d"]),
        ("corr BTC ETH 45", ["/corr BTC ETH 45d"]),
        ("corr BTC ETH br", ["/corr BTC ETH brief"]),
        ("corr BTC ", ["/corr BTC ETH-PERP 30d"]),
        ("hedge 3", ["/hedge 3 BTC BTC-INV"]),
        ("hedge 2.5 B", ["/hedge 2.5 BTC BTC-INV"]),
        ("E", ["/corr ETH ETH-PERP 30d"]),
        ("BTC ETH", ["/corr BTC ETH"]),
        ("book add", []),
        ("qqqq", []),
    ],
)
async def test_half_a_question_becomes_whole_ones(
    suggestions: Suggestions, text: str, first: list[str]
) -> None:
    found = [one.question for one in await suggestions.of(typed(text, COMMAND_OF))]
    assert found[: len(first)] == first
    assert bool(found) is bool(first)
    assert len(found) <= MOST


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("corr BTC ETH", "/corr BTC ETH"),
        ("/corr  BTC   ETH 30d ", "/corr BTC ETH 30d"),
        ("c BTC ETH", "/corr BTC ETH"),
        ("BTC ETH 30d", "/corr BTC ETH 30d"),
        ("2.5 BTC BTC-INV", "/hedge 2.5 BTC BTC-INV"),
        ("corr BTC ETHH-PERP", "/corr BTC ETHH-PERP"),
        ("help", "/help"),
        ("explain rho", "/explain rho"),
        # Half-typed, or nobody else's business.
        ("", None),
        ("BTC", None),
        ("scan", None),
        ("corr BTC", None),
        ("corr BTC E", None),
        ("corr BTC ETH 3", None),
        ("corr BTC ETH br", None),
        ("book", None),
        ("watch BTC ETH corr<0.5", None),
    ],
)
async def test_only_a_whole_question_that_anybody_may_ask_is_answered(
    suggestions: Suggestions, text: str, question: str | None
) -> None:
    complete = await suggestions.complete(typed(text, COMMAND_OF))
    assert (complete and complete.question) == question


async def test_saved_positions_come_first_in_words_that_anybody_can_read(
    suggestions: Suggestions,
) -> None:
    main = SavedPosition("main", position_of("40 ETH -2.48 BTC-PERP"))
    found = [one.question for one in suggestions.usual({"main": main})]
    assert "/drift 40 ETH -2.48 BTC-PERP" in found[:4]
    assert "main" not in " ".join(found)


async def test_every_suggestion_is_a_question_that_its_command_reads(
    suggestions: Suggestions,
) -> None:
    whole = ["", *(f"{c.name} {c.placeholder}" for c in COMMANDS if c.placeholder)]
    for text in {one[:end] for one in whole for end in range(len(one) + 1)}:
        asked = typed(text, COMMAND_OF)
        found = [*await suggestions.of(asked), *suggestions.usual(before=["BTC SOL"])]
        for one in found:
            name, _, words = one.question.removeprefix("/").partition(" ")
            assert is_for_anybody(NAMES[name])
            assert reads(NAMES[name], words), (text, one.question)
