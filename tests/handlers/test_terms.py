"""Every word that a reply prints has its explanation."""

import re

import pytest

from handlers import Fact, Reply, load_commands
from handlers._questions import terms_button
from handlers._terms import TERMS, term, term_of_label
from tests.handlers.asking import answers

QUESTIONS = [
    f"{example}{switch}"
    for command in load_commands()
    if not command.is_personal
    for example in command.examples
    for switch in ("", " full")
]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_label_that_a_command_prints_has_a_term(question: str) -> None:
    reply = (await answers().answer(question)).reply
    labels = [fact.label for group in reply.facts for fact in group]
    unknown = [label for label in labels if term_of_label(label) is None]
    assert not unknown, (
        f"{question} prints {unknown}, which nothing explains. Add each to the `labels` of a Term "
        "in handlers/_terms (# is a number with its unit, ~ a day, @ a market), or add a Term."
    )


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Now (7d)", "rolling"),
        ("Last 90d", "correlation"),
        ("Worst 5 days", "worst days"),
        ("1-day vol", "effectiveness"),
        ("Tail 5 %", "tail"),
        ("Tail 2.5 %", "tail"),
        ("5 Aug 24", "crash days"),
        ("BTC×ETH-PERP", "correlation"),
        ("Nonsense", None),
        ("Now (seven)", None),
    ],
)
def test_a_label_is_known_whatever_its_numbers_are(label: str, name: str | None) -> None:
    found = term_of_label(label)
    assert (None if found is None else found.name) == name


def test_names_are_unique_and_every_name_finds_its_term() -> None:
    spellings = [spelling for found in TERMS for spelling in (found.name, *found.aliases)]
    assert len(spellings) == len(set(spellings))
    for found in TERMS:
        for spelling in (found.name, *found.aliases):
            assert term(spelling.upper()) is found, spelling


def test_labels_belong_to_one_term_each() -> None:
    labels = [label for found in TERMS for label in found.labels]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("found", TERMS, ids=lambda found: found.name)
def test_texts_are_short_and_plain(found) -> None:  # noqa: ANN001
    sentences = re.findall(r"[.?!](?= |$)", found.says)
    assert 1 <= len(sentences) <= 4
    assert len(found.says) <= 420
    assert 20 <= len(found.example) <= 160
    assert any(digit.isdigit() for digit in found.example), "a worked example has numbers"


def test_the_button_opens_each_term_of_a_reply_once() -> None:
    facts = (Fact("Now (7d)", "0.81"), Fact("Range (7d)", "0.7 to 0.9"), Fact("Break test", "none"))
    button = terms_button(Reply("title", "answer", facts=(facts,)))
    assert button.question == "/explain rolling, break test"
    assert terms_button(Reply("title", "answer")).question == "/explain"
