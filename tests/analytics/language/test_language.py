"""The current language: English unless somebody chose another, and never across tasks."""

import asyncio

from analytics.language import ENGLISH, current_language, languages, later, speaking, tr


def test_english_is_what_stands_in_the_code() -> None:
    assert current_language() == ENGLISH
    assert tr("Removes {share} of variance", share="66 %") == "Removes 66 % of variance"
    assert tr("braces {} stay where nothing is put in") == "braces {} stay where nothing is put in"
    assert tr(later("a constant")) == "a constant"


def test_a_language_that_nobody_translated_is_english() -> None:
    with speaking("tlh"):
        assert current_language() == ENGLISH


def test_the_language_ends_with_its_block() -> None:
    for language in languages():
        with speaking(language):
            assert current_language() == language
        assert current_language() == ENGLISH


async def test_answers_made_side_by_side_keep_their_languages() -> None:
    async def spoken(language: str) -> str:
        with speaking(language):
            await asyncio.sleep(0)
            return current_language()

    assert await asyncio.gather(*map(spoken, languages())) == [*languages()]
