"""The current language: English unless somebody chose another, and never across tasks."""

import asyncio
from gettext import c2py as plural_form

from analytics.language import (
    ENGLISH,
    counted,
    current_language,
    language_name,
    languages,
    later,
    proofread,
    speaking,
    tr,
)
from analytics.language.catalogue import Catalogue


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


def test_english_german_and_spanish_are_spoken() -> None:
    assert {"en", "de", "es"} <= set(languages())
    assert [language_name(one) for one in ("en", "de", "es")] == ["English", "Deutsch", "Español"]


def test_one_and_many_are_told_apart_in_every_language() -> None:
    alerts = ("1 alert", "{n} alerts")
    assert [counted(*alerts, n) for n in (1, 2)] == ["1 alert", "2 alerts"]
    with speaking("de"):
        assert [counted(*alerts, n) for n in (1, 2)] == ["1 Alarm", "2 Alarme"]
    with speaking("es"):
        assert [counted(*alerts, n) for n in (1, 2)] == ["1 alerta", "2 alertas"]
    assert counted("{paid} payment", "{paid} payments", 3, paid="1 + 2") == "1 + 2 payments"


def test_a_language_with_more_forms_takes_the_one_for_the_number() -> None:
    slavic = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"
    polish = Catalogue(
        {}, {"1 alert": ("{n} alert", "{n} alerty", "{n} alertów")}, plural_form(slavic)
    )
    said = [polish.counted("1 alert", "{n} alerts", n) for n in (1, 3, 5, 22)]
    assert said == ["{n} alert", "{n} alerty", "{n} alertów", "{n} alerty"]


def test_a_proof_reader_sees_every_text_before_its_values() -> None:
    with proofread(str.upper):
        assert tr("Removes it") == "REMOVES IT"
        assert counted("once", "often", 2) == "OFTEN"
    assert tr("Removes it") == "Removes it"
