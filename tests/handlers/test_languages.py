"""Every answer in every language fits a phone, and the words in it are explained."""

import pytest

from analytics.language import ENGLISH, languages, speaking, tr
from bot.telegram.markup import CAPTION_LIMIT, LINE_WIDTH, pages, table_lines, written
from handlers import Preferences, load_commands
from handlers._terms import TERMS, term, term_of_label
from tests.analytics.charts.test_layout import faults
from tests.handlers.asking import Desk, answers, services

TRANSLATED = [language for language in languages() if language != ENGLISH]
EXAMPLES = [command.examples[0] for command in load_commands() if not command.is_personal]
BUTTON_LABEL = 64
NOTIFICATION = 125
"""What the lock screens of usual phones show of a caption; other languages may take a word more."""


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("example", EXAMPLES)
async def test_examples_fit_a_phone_in_every_language_and_their_labels_are_explained(
    example: str, language: str
) -> None:
    desk = Desk()
    answer = await answers(services(desk=desk)).answer(
        example, wanted=Preferences(language=language)
    )
    reply = answer.reply
    assert not answer.is_error, reply.answer
    assert written(reply).length <= (CAPTION_LIMIT if reply.chart else 4096)
    assert len(pages(reply)) == 1
    if reply.facts:
        assert len(f"{reply.title} {reply.answer}") <= NOTIFICATION
    with speaking(language):
        for group in reply.facts:
            assert all(len(line) <= LINE_WIDTH for line in table_lines(group)), group
            assert [fact.label for fact in group if term_of_label(fact.label) is None] == []
        for picture in desk.pictures:
            assert list(faults(picture)) == []
    for row in reply.buttons:
        assert all(1 <= len(button.label) <= BUTTON_LABEL for button in row), row


@pytest.mark.parametrize("language", TRANSLATED)
def test_terms_are_found_by_their_name_in_the_language_and_in_english(language: str) -> None:
    with speaking(language):
        for found in TERMS:
            assert term(found.name) is found
            assert term(tr(found.name).upper()) is found, found.name


@pytest.mark.parametrize(
    ("language", "asked", "title"),
    [
        ("de", "/explain Korrelation", "Korrelation"),
        ("de", "/explain absicherungsquote", "Absicherungsquote"),
        ("de", "/explain break test", "Bruchtest"),
        ("es", "/explain correlación", "Correlación"),
        ("es", "/explain Ratio de cobertura", "Ratio de cobertura"),
    ],
)
async def test_a_word_is_explained_in_the_language_it_is_asked_in(
    language: str, asked: str, title: str
) -> None:
    answer = await answers().answer(asked, wanted=Preferences(language=language))
    assert not answer.is_error, answer.reply.answer
    assert answer.reply.title == title


async def test_a_word_misspelt_in_a_language_is_guessed_in_it() -> None:
    answer = await answers().answer("/explain korelation", wanted=Preferences(language="de"))
    assert "Meintest du Korrelation" in answer.reply.answer
    assert answer.reply.buttons[0][0].label == "Korrelation"


@pytest.mark.parametrize("language", languages())
async def test_amounts_are_typed_with_a_comma_or_a_point_in_every_language(language: str) -> None:
    wanted = Preferences(language=language)
    router = answers()
    comma = await router.answer("/size 2,5 BTC BTC-INV lev=5", wanted=wanted)
    point = await router.answer("/size 2.5 BTC BTC-INV lev=5", wanted=wanted)
    assert comma.reply.answer == point.reply.answer
    ambiguous = await router.answer("/size 1.234 BTC BTC-INV lev=5", wanted=wanted)
    assert not ambiguous.is_error
    grouped = await router.answer("/size 1,234 BTC BTC-INV lev=5", wanted=wanted)
    assert grouped.is_error
    assert {row[0].label for row in grouped.reply.buttons} == {"1234", "1.234"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "SHORT 1,383 contracts ($138,300)"),
        ("de", "SHORT 1.383 Kontrakte ($138.300)"),
        ("es", "SHORT 1.383 contratos ($138.300)"),
    ],
)
async def test_an_answer_is_whole_in_its_language(language: str, expected: str) -> None:
    wanted = Preferences(language=language)
    reply = (await answers().answer("/size 2.5 BTC BTC-INV lev=5", wanted=wanted)).reply
    assert reply.answer == expected


@pytest.mark.parametrize(
    ("language", "first"),
    [("de", "Was du fragen kannst"), ("es", "Qué puedes preguntar")],
)
async def test_help_speaks_the_language(language: str, first: str) -> None:
    wanted = Preferences(language=language)
    reply = (await answers().answer("/help", wanted=wanted)).reply
    assert reply.title == first
    assert "/corr – " in reply.text[0]
