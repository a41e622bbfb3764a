"""Conditions as people say them, and what is asked back where they leave something open."""

from dataclasses import replace
from datetime import time

import pytest

from analytics.errors import RequestError
from handlers._grammar.until import Until
from handlers._watch.grammar import asked_of, rule_of
from handlers._watch.rule import Repeat
from handlers._watch.spoken import condensed

BTC_INSTEAD = ["BTC ETH-PERP break", "BTC-PERP funding<0", "BTC-PERP basis>0.5%"]
ETH_INSTEAD = ["ETH BTC-PERP break", "ETH-PERP funding<0", "ETH-PERP basis>0.5%"]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("BTC ETH corr below 80%", "BTC ETH corr<0.8"),
        ("BTC ETH correlation drops below .5", "BTC ETH corr<0.5"),
        ("ETH BTC-PERP Korrelation < 0,6", "ETH BTC-PERP corr<0.6"),
        ("ETH BTC-PERP Korrelation fällt unter 0,6 90d", "ETH BTC-PERP corr<0.6 90d"),
        ("ETH BTC-PERP correlación cae por debajo de 0,6 30d", "ETH BTC-PERP corr<0.6 30d"),
        ("ETH BTC-PERP effectiveness under 60 percent once", "ETH BTC-PERP he<60% once"),
        ("BTC-INV funding rate negative", "BTC-INV funding<0%"),
        ("BTC-INV Funding über 10 Prozent", "BTC-INV funding>10%"),
        ("BTC binance,bybit spread above 20bp", "BTC binance,bybit spread>20bp"),
        ("40 ETH −2.48 BTC‑PERP drift more than 10%", "40 ETH -2.48 BTC-PERP drift>10%"),
        ("BTC ETH corr < .8 for 3 checks", "BTC ETH corr<0.8 for=3"),
        ("BTC ETH corr < .8 until 2027-03-01", "BTC ETH corr<0.8 until=2027-03-01"),
        ("BTC ETH drift apart 90d", "BTC ETH break 90d"),
        ("BTC ETH corr < 60 %", "BTC ETH corr<0.6"),
        ("corr of BTC ETH < 0.6", "BTC ETH corr<0.6"),
        ("BTC-INV funding wird negativ", "BTC-INV funding<0%"),
        ("BTC ETH corr<0.6 once a day", "BTC ETH corr<0.6 cool=1d"),
        ("BTC ETH corr<0.6 höchstens einmal pro Woche", "BTC ETH corr<0.6 cool=7d"),
        ("BTC ETH corr<0.6 no sound", "BTC ETH corr<0.6 quiet"),
        ("BTC ETH corr<0.6 cooldown 1d timeframe 4h", "BTC ETH corr<0.6 cool=1d bar=4h"),
        ("BTC ETH corr =< 0.6", "BTC ETH corr<=0.6"),
        ("BTC ETH corr less 0.6", "BTC ETH corr<0.6"),
        ("BTC ETH Korrelation kleiner 0,6", "BTC ETH corr<0.6"),
        ("BTC ETH corr drops to 0.5", "BTC ETH corr<0.5"),
        ("BTC ETH Korrelation steigt auf 0,9", "BTC ETH corr>0.9"),
        ("40 eth short 2.48 btc perp drift>10%", "40 ETH -2.48 BTC-PERP drift>10%"),
        ("40 eth, 2.48 btc perp short, drift > 10 %", "40 ETH -2.48 BTC-PERP drift>10%"),
        ("eth perp btc perp corr below 0.6", "ETH-PERP BTC-PERP corr<0.6"),
        ("BTC ETH corr<0.6 until 3 months once", "BTC ETH corr<0.6 until=90d once"),
    ],
)
def test_a_condition_in_words_is_read(said: str, rule: str) -> None:
    assert rule_of(said) == rule_of(rule)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("until friday", Until(time(8), weekday=4)),
        ("bis zum Freitag 9:00 once", Until(time(9), weekday=4)),
        ("hasta el viernes", Until(time(8), weekday=4)),
        ("bis 31.12.", Until(time(8), day=(12, 31))),
        ("until dec 15", Until(time(8), day=(12, 15))),
        ("until=tomorrow", Until(time(8), is_tomorrow=True)),
        ("until 18:00", Until(time(18))),
    ],
)
def test_an_end_on_a_day_is_read_and_not_lost(said: str, until: Until) -> None:
    asked = asked_of(f"BTC ETH corr>90% {said}")
    assert asked.until == until
    assert replace(asked.rule, repeat=Repeat.EPISODES) == rule_of("BTC ETH corr>0.9")


@pytest.mark.parametrize(
    ("said", "sentence", "offered"),
    [
        (
            "BTC ETH corr < .8 for 2d",
            "in 10 checks at most",
            ["BTC ETH corr<.8 for=2 bar=1d", "BTC ETH corr<.8 until=2d"],
        ),
        (
            "BTC ETH corr<.8 for two weeks",
            "stay so for 14d",
            ["BTC ETH corr<.8 for=10 bar=1d", "BTC ETH corr<.8 until=14d"],
        ),
        (
            "BTC ETH corr<.8 for 6h 30d",
            "stay so for 6h",
            ["BTC ETH corr<.8 for=6 30d", "BTC ETH corr<.8 until=6h 30d"],
        ),
        (
            "BTC ETH corr<.8 until easter once",
            "Until when?",
            ["BTC ETH corr<.8 until=30d", "BTC ETH corr<.8 until=90d"],
        ),
        (
            "BTC ETH corr<.8 bis Weihnachten once",
            "Which day is Weihnachten?",
            ["BTC ETH corr<.8 until=24dec once", "BTC ETH corr<.8 until=25dec once"],
        ),
        ("BTC ETH corr 0.6", "Below 0.6 or above?", ["BTC ETH corr<0.6", "BTC ETH corr>0.6"]),
        ("BTC ETH corr=0.6", "Below 0.6 or above?", ["BTC ETH corr<0.6", "BTC ETH corr>0.6"]),
        ("BTC ETH corr", "Below which correlation?", ["BTC ETH corr<0.6", "BTC ETH break"]),
        (
            "BTC ETH corr between 0.4 and 0.6",
            "one side",
            ["BTC ETH corr<0.4", "BTC ETH corr>0.6"],
        ),
        ("BTC ETH falls below 80%", "What is below 80%?", ["BTC ETH corr<80%"]),
        ("BTC ETH 0.6", "Below 0.6 or above?", ["BTC ETH corr<0.6", "BTC ETH corr>0.6"]),
        ("BTC ETH < 80%", "What is below 80%?", ["BTC ETH corr<80%"]),
        ("BTC ETH steigt über 0,9 once", "What is above 0,9?", ["BTC ETH corr>0,9 once"]),
        ("BTC ETH below 80 percent 90d", "What is below 80%?", ["BTC ETH corr<80% 90d"]),
        ("BTC drops 5%", "no alerts on prices", BTC_INSTEAD),
        ("BTC 60000", "no alerts on prices", BTC_INSTEAD),
        ("avísame si BTC baja de 60.000", "no alerts on prices", BTC_INSTEAD),
        ("ETH/BTC < 0.04", "no alerts on prices", ETH_INSTEAD),
        ("ETH < 2000", "no alerts on prices", ETH_INSTEAD),
        ("BTC fällt unter 60000", "no alerts on prices", BTC_INSTEAD),
        ("BTC hits $100k", "no alerts on prices", BTC_INSTEAD),
        (
            "the correlation between BTC and ETH drops below 0.5 once",
            "only a part",
            ["BTC ETH corr<0.5 once"],
        ),
        ("let me know if sol stops moving together with btc", "only a part", ["SOL BTC break"]),
        ("btc and eth, tell me when they break", "only a part", ["BTC ETH break"]),
        ("btc eth wenn sie auseinanderlaufen", "only a part", ["BTC ETH break"]),
        ("BTC ETH corr drops 10%", "not for a change", ["BTC ETH corr<0.6", "BTC ETH break"]),
        ("BTC ETH corr fällt um 0,1", "not for a change", ["BTC ETH corr<0.6", "BTC ETH break"]),
        ("BTC ETH corr 0.5-0.8", "one side", ["BTC ETH corr<0.5", "BTC ETH corr>0.8"]),
        ("BTC-PERP funding", "On which side", ["BTC-PERP funding<0%"]),
        ("40 ETH -2 BTC-PERP drift", "On which side", ["40 ETH -2 BTC-PERP drift>10%"]),
        (
            "40 ETH -2 BTC-PERP drift 10%",
            "Below 10% or above?",
            ["40 ETH -2 BTC-PERP drift>10%", "40 ETH -2 BTC-PERP drift<10%"],
        ),
        ("BTC ETH corr<0.6 quiet hours 22-7", "whole chat", ["/mute 22-7"]),
        ("off", "Alerts that exist", ["/alerts off"]),
        ("off 3", "Alerts that exist", ["/alerts off 3"]),
        ("delete all", "Alerts that exist", ["/alerts delete all"]),
        ("list", "Alerts that exist", ["/alerts list"]),
    ],
)
def test_what_is_left_open_is_asked_back(said: str, sentence: str, offered: list[str]) -> None:
    with pytest.raises(RequestError) as refusal:
        asked_of(said)
    assert sentence in refusal.value.sentence
    rights = [one.applied_to(f"/watch {said}") for one in refusal.value.corrections]
    assert [right.removeprefix("/watch ") for right in rights] == offered
    for right in rights:
        if right.startswith("/watch"):
            asked_of(right.partition(" ")[2])


@pytest.mark.parametrize(
    "rule",
    [
        "BETA DRIFT-PERP corr<0.6 30d for=2 once",
        "40 DRIFT -2.48 BETA-PERP drift>10% 30d",
        "DRIFT BETA break 30d",
        "DIVERGE DECOUPLE break 30d",
        "doge popcat wif lockstep",
        "SPREAD OVER BASIS lockstep 30d",
    ],
)
def test_a_rule_that_is_kept_is_read_as_it_was_written(rule: str) -> None:
    assert condensed(rule) == rule
    assert str(rule_of(str(rule_of(rule)))) == str(rule_of(rule))


def test_a_rate_of_eight_hours_is_not_taken_for_one_a_year_in_silence() -> None:
    assert asked_of("BTC-PERP funding>0.01%").notes == (
        "Funding is counted a year: 0.01% every 8 hours would be `funding>11%`.",
    )
    assert not asked_of("BTC-PERP funding>11%").notes
    assert not asked_of("BTC-PERP funding<0").notes
