"""No reply says a word that translators cannot reach, nor a number as English alone writes it."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from analytics.charts import LIGHT
from analytics.charts.renderer import scene_of
from analytics.charts.scene import Label
from analytics.charts.typesetting import Typesetter
from analytics.language import ENGLISH, languages, proofread, speaking
from analytics.market.venues import NAMES
from handlers import Preferences, Reply, load_commands
from tests.catalogues import texts
from tests.handlers.asking import Desk, answers, services

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters around what comes from the catalogue: each as long as a letter, never typed."""
COMMANDS = [command for command in load_commands() if not command.is_personal]
EXAMPLES = [example for command in COMMANDS for example in command.examples]
NOT_ENGLISH = next((language for language in languages() if language != ENGLISH), ENGLISH)
MISTAKES = (
    *(f"/{command.name}" for command in load_commands()),
    *(f"/{command.name} ~~~ ???" for command in COMMANDS),
    "/corr BTC NOSUCH",
    "/corr BTC BTC",
    "/corr BTC BEAM",
    "/corr BTC ETH 30m",
    "/corr BTC ETH 12h 1h",
    "/corr BTC ETH 30d 60d 5m",
    "/corr BTC ETH brief full",
    "/corr BTC ETH windw=30d",
    "/corr BTC ETH m=best",
    "/corr BTC ETH --brief",
    "/corr BTC ETH-PERP quote=USDC",
    "/corr BTC ETH venue=nowhere",
    "/corr BTC ETH-1JAN27",
    "/corr BTC -ETH",
    "/corr BTC ETH roll=60d",
    "/corr BTC ETH SOL roll=7d",
    "/break ETH BTC SOL 40d 1d",
    "/hedge 1.000,5 BTC BTC-INV",
    "/hedge 1,000 BTC BTC-INV",
    "/hedge 2,5 BTC BTC-INV nochart",
    "/hedge 2.5 BTC",
    "/hedge 2.5",
    "/hedge 2.5 BTC BTC-PERP coll=1ETH",
    "/hedge 2 BTC BTC-PERP coll=$1",
    "/hedge 0.0005 BTC BTC-INV",
    "/hedge 2 BTC BTC-PERP+ETH-PERP+SOL-PERP+XRP-PERP+LTC-PERP",
    "/drift 40 ETH BTC-PERP",
    "/carry BTC",
    "/carry BTC-PERP 12h nochart",
    "/carry BTC-26MAR27 BTC-PERP nochart",
    "/lead mirror:BTC-INV",
    "/best BTC top=99",
    "/scan ETH BTC",
    "/stress ETH BTC-PERP q=90%",
    "/explain correlatoin",
    "/help nosuch",
    "/digest BTC BTC 30d, ETH BTC 30d",
    "/watch ETH BTC corr<1.2",
    "/watch ETH BTC drift>10",
    "/corrr BTC ETH",
)
OTHER_ANSWERS = (
    "/corr BTC ETH 7d 1d full",
    "/corr SOL BTC 120d",
    "/corr mirror:BTC BTC m=ewma full",
    "/hedge 2.5 BTC BTC-INV lev=3 full",
    "/hedge $10000 PAXG BTC-PERP 30d",
    "/hedge 30 ETH + 5 BTC BTC-PERP+ETH-PERP full",
    "/drift 2.5 BTC -$149900 BTC-INV full",
    "/break SOL BTC-PERP 180d full",
    "/break BTC ETH 180d full nochart",
    "/break 1000PEPE-PERP mirror:BTC-PERP 180d full",
    "/lead BTC 40d full",
    "/stress SOL ETH-PERP 90d full",
    "/best ETH 60d side=long full",
    "/carry BTC-26MAR27 30d full",
    "/size 40 ETH BTC-INV coll=0.005BTC",
)
TYPESETTER = Typesetter()
SAME = re.compile(
    r"""
    `[^`]*`                                          # what is typed
    | /[a-z]+(\ .*)?$                                # a command
    | \b(corr|beta|he|drift|funding|basis|spread)?[=<>]\S*    # an option or a test
    | \b[a-z]+=\S*
    | \bid\ [0-9a-f]{8}                              # evidence
    | \b[A-Z0-9]{2,}(-[A-Z0-9]+)?\b                  # markets, coins, SHORT, EWMA, UTC
    | (?<![\w.,])[\d.,]*\d\ ?(bp|min|mo|x|[kMBTmhdwy])\b    # numbers with their units
    | /(yr|%)                                        # a year
    """,
    re.VERBOSE,
)
NAMES_OF_THINGS = {
    *(word for name in (*NAMES, *NAMES.values(), "Simulated", "Mirror") for word in name.split()),
    *(name for command in load_commands() for name in (command.name, *command.aliases)),
    "Beam",
    "Privacy",
    "Merit",
    "Circle",
    "Hedgebot",
    "Spearman",
    "mirror",
    "simulated",
    "brief",
    "full",
}
"""Venues, commands, coins; what is typed the same in every language."""
MONTHS = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
MONTHS_THERE = {
    *("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Sept", "Okt", "Nov", "Dez"),
    *("März", "Juni", "Juli"),
}
WORD = re.compile(r"[^\W\d_]{2,}")
ENGLISH_NUMBER = re.compile(
    r"(?<![\w.:,-])\d+\.(?:\d{1,2}|\d{4,})(?![\w.:-])|\d,\d{3}[,.]|\$[1-9]\d*,\d{3}\b"
)
"""Points where most languages have commas; ``1.138`` is a number in both."""


def marked(text: str) -> str:
    """The text in marks, its ``{values}`` outside of them; without marks if no catalogue has it."""
    if text not in texts():
        return text
    pieces = []
    for literal, name, spec, _ in Formatter().parse(text):
        pieces += [f"{OPEN}{literal}{CLOSE}"] if literal else []
        pieces += [f"{{{name}{':' + spec if spec else ''}}}"] if name is not None else []
    return "".join(pieces)


def unmarked(said: str) -> str:
    """What of a text stands outside of marks, without what is the same in every language."""
    rest = re.sub(f"^[^{OPEN}{CLOSE}]*{CLOSE}|{OPEN}[^{OPEN}{CLOSE}]*({CLOSE}|$)", " ", said)
    return SAME.sub(" ", rest)


def english_words(said: str, *, typed: str) -> list[str]:
    """The words outside of marks that nobody typed."""
    known = {*NAMES_OF_THINGS, *(MONTHS if NOT_ENGLISH == ENGLISH else MONTHS_THERE)}
    found = WORD.findall(unmarked(said))
    return [word for word in found if word not in known and word.casefold() not in typed.casefold()]


def english_numbers(said: str, *, typed: str) -> list[str]:
    """The numbers with a decimal point that nobody typed."""
    found = ENGLISH_NUMBER.findall(unmarked(said)) if NOT_ENGLISH != ENGLISH else []
    return [number for number in found if number not in typed]


def said(reply: Reply) -> Iterator[str]:
    yield from (reply.title, reply.answer, *reply.text, *reply.notes, *reply.provenance)
    for group in reply.facts:
        for fact in group:
            yield from (fact.label, fact.value, *fact.below)
    for row in reply.buttons:
        yield from (button.label for button in row)


def drawn(desk: Desk) -> Iterator[str]:
    for picture in desk.pictures:
        marks = scene_of(picture, LIGHT, TYPESETTER).marks
        yield from (mark.text for mark in marks if isinstance(mark, Label))


async def shown(question: str) -> list[str]:
    desk = Desk()
    wanted = Preferences(language=NOT_ENGLISH)
    with proofread(marked), speaking(NOT_ENGLISH):
        answer = await answers(services(desk=desk)).answer(question, wanted=wanted)
        assert answer.reply.numbers.get("error") != "internal"
        return [*said(answer.reply), *drawn(desk)]


@pytest.mark.slow
@pytest.mark.parametrize("question", [*EXAMPLES, *OTHER_ANSWERS])
async def test_every_word_of_an_answer_is_in_the_catalogue_and_its_numbers_are_local(
    question: str,
) -> None:
    texts = await shown(question)
    assert {t: found for t in texts if (found := english_words(t, typed=question))} == {}
    assert {t: found for t in texts if (found := english_numbers(t, typed=question))} == {}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_every_word_of_a_refusal_is_in_the_catalogue(mistake: str) -> None:
    texts = await shown(mistake)
    assert {t: found for t in texts if (found := english_words(t, typed=mistake))} == {}


def test_a_word_that_is_not_in_the_catalogue_is_found() -> None:
    removes = f"{OPEN}Removes {CLOSE}66 % of SOL in 30d"
    assert english_words(removes, typed="/hedge SOL") == ["of", "in"]
    assert english_words("Removes 66 %", typed="/hedge") == ["Removes"]
    assert english_words(f"66 % {OPEN}of variance{CLOSE}", typed="/hedge") == []
