"""/explain: terms, lists of terms, and near misses."""

import pytest

from handlers._terms import TERMS
from handlers.explain import ExplainQuery, parse
from tests.handlers.asking import refused, replied


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ()),
        ("correlation", ("correlation",)),
        ("Correlation.", ("correlation",)),
        ("ρ", ("correlation",)),
        ("Break-Test", ("break test",)),
        ("p value", ("break test",)),
        ("hedge ratio", ("hedge ratio",)),
        ("funding, basis", ("funding", "basis")),
        ("funding, funding rate", ("funding",)),
    ],
)
def test_it_reads(typed: str, names: tuple[str, ...]) -> None:
    assert parse(typed) == ExplainQuery(names)


async def test_alone_it_lists_every_term_with_a_button_each() -> None:
    reply = await replied("/explain")
    buttons = [button for row in reply.buttons for button in row]
    assert [button.label for button in buttons] == [found.name for found in TERMS]
    for found in TERMS:
        assert found.name in reply.text[0]


async def test_one_term_comes_with_its_worked_example() -> None:
    reply = await replied("/explain correlation")
    assert reply.title == "Correlation"
    assert reply.text[0].startswith("How closely the returns of two markets move together")
    assert "71 %" in reply.text[1]


async def test_several_terms_come_in_one_message() -> None:
    reply = await replied(f"/explain {', '.join(found.name for found in TERMS[:9])}")
    assert len(reply.text) == 9
    assert sum(map(len, reply.text)) < 4000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("corelation", "correlation"), ("efectiveness", "effectiveness"), ("brek test", "break test")],
)
async def test_a_near_miss_is_offered(typed: str, meant: str) -> None:
    reply = await refused(f"/explain {typed}")
    assert f"“{typed}”" in reply.answer
    assert reply.buttons[0][0].question == f"/explain {meant}"


async def test_what_is_like_nothing_gets_the_list() -> None:
    reply = await refused("/explain qqqqxxxx")
    assert reply.answer == "I don't know the term “qqqqxxxx”. `/explain` lists what I know."
    assert reply.buttons[0][0].question == "/explain"
    long = await refused(f"/explain {'z' * 3000}")
    assert len(long.answer) < 120
