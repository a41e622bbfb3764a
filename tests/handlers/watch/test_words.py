"""What an alert says of everything that happens to it."""

import textwrap
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics.charts import PairPicture
from analytics.errors import SourceError
from analytics.market.markets import Market
from analytics.market.simulated import SimulatedPrices
from analytics.statistics.estimate import Interval
from analytics.studies.readings import Reading
from bot.telegram.markup import pages, written
from handlers import Reply
from handlers._watch.grammar import asked_of
from handlers._watch.measure import Metric
from handlers._watch.names import beyond
from handlers._watch.reading import reading
from handlers._watch.states import (
    Blind,
    Event,
    Expired,
    Expiring,
    Fired,
    Recovered,
    Sighted,
    State,
    StillFiring,
    Trouble,
)
from handlers._watch.words import told
from handlers.alerts import parse
from tests.handlers.asking import NOW, Desk, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone
from tests.handlers.watch.telling import DECOUPLED, alert, price_fact

NOTIFICATION = 110
PAIR = "ETH BTC-PERP"


def fired(seen: Reading = DECOUPLED, calm: float | None = None) -> Fired:
    return Fired(seen, seen.as_of - timedelta(hours=1), calm)


async def said(asked: str, event: Event) -> Reply:
    return await told(event, alert(asked), services())


def as_shown(text: str) -> str:
    return textwrap.dedent(text).strip()


async def test_two_markets_that_came_apart_are_told_like_this() -> None:
    reply = await said("40 ETH -2.48 BTC-PERP break", fired())
    assert shown(reply) == as_shown(
        """
        🔴 ETH × BTC-PERP decoupled: ρ 0.86 → 0.58 since ~12 Oct (p 0.004)

        30d now       0.58 (0.47–0.67)
        180d before   0.86 (0.83–0.89)
        Usual         0.79–0.91

        Your hedge    −2.480 BTC
        New target    −0.770 BTC (−69 %)
                      (−0.89 to −0.65)
        Removes now   34 % (22–45 %)
                      was 71 % (66–76 %)

        Prices        ETH −58 %
                      BTC-PERP −52 %
                      in 210d

        ⚠ Simulated prices.

        Alert 7 · break · 2 checks in a row
        clears half way back · next not before 12 h
        Simulated · 14:00 UTC · not advice

        [Snooze 1h]  [8h]  [24h]
        [Chart]  [Size]  [Off]
        """
    )
    assert reply.chart is not None
    assert written(reply).length <= 600


async def test_a_threshold_without_a_position_sizes_one_unit() -> None:
    reply = await said(f"{PAIR} corr<0.6 for=3 cool=2d once clear=0.7", fired())
    assert shown(reply) == as_shown(
        """
        🔴 ETH × BTC-PERP fell below 0.6: ρ 0.86 → 0.58 · decoupled since ~12 Oct (p 0.004)

        30d now       0.58 (0.47–0.67)
        180d before   0.86 (0.83–0.89)
        Usual         0.79–0.91

        Hedge ratio   0.71 (0.60–0.82)
                      was 1.20 (1.15–1.25)
        Removes now   34 % (22–45 %)
                      was 71 % (66–76 %)

        Prices        ETH −58 %
                      BTC-PERP −52 %
                      in 210d

        ⚠ Simulated prices.

        Alert 7 · corr<0.6 · 3 checks in a row
        clears above 0.7 · told once
        Simulated · 14:00 UTC · not advice

        [Snooze 1h]  [8h]  [24h]
        [Chart]  [Size]  [Off]
        """
    )


@pytest.mark.parametrize(
    ("asked", "seen", "line"),
    [
        (
            "BTC-INV funding<0",
            price_fact(-0.02, "BTC-INV"),
            "🔴 BTC-INV funding fell below 0 %/yr: −2.0 %/yr",
        ),
        (
            "BTC-INV basis>0.5%",
            price_fact(0.006, "BTC-INV"),
            "🔴 BTC-INV basis rose above 0.5 %: +0.6 %",
        ),
        (
            "BTC binance,bybit spread>20bp",
            price_fact(0.0025, "Binance BTC", "Bybit BTC"),
            "🔴 Binance BTC × Bybit BTC spread rose above 20 bp: 25 bp",
        ),
        (
            "BTC ETH SOL lockstep",
            replace(
                DECOUPLED,
                value=0.93,
                interval=Interval(0.9, 0.95),
                names=("BTC", "ETH", "SOL"),
                hedge=None,
                moved=None,
            ),
            "🔴 BTC × ETH × SOL in lockstep: mean ρ 0.86 → 0.93",
        ),
        (
            f"{PAIR} beta>1.3",
            replace(DECOUPLED, value=1.4, interval=Interval(1.3, 1.5), normal=None, moved=None),
            "🔴 ETH × BTC-PERP hedge ratio rose above 1.3: 1.20 → 1.40",
        ),
        (
            f"{PAIR} break",
            replace(DECOUPLED, value=0.97, interval=Interval(0.96, 0.98), moved=None),
            "🔴 ETH × BTC-PERP in lockstep: ρ 0.86 → 0.97",
        ),
        (
            f"{PAIR} break",
            replace(DECOUPLED, value=-0.9, interval=Interval(-0.95, -0.85), moved=None),
            "🔴 ETH × BTC-PERP opposed: ρ 0.86 → −0.90",
        ),
    ],
)
async def test_the_first_line_tells_the_story(asked: str, seen: Reading, line: str) -> None:
    calm = 1.2 if "beta" in asked else None
    reply = await said(asked, fired(seen, calm))
    assert f"{reply.title} {reply.answer}" == line
    assert len(line) <= NOTIFICATION


async def test_a_position_off_its_target_names_the_new_one_at_once() -> None:
    seen = replace(DECOUPLED, value=0.31, interval=Interval(0.2, 0.4), normal=None, moved=None)
    reply = await said("40 ETH -2.48 BTC-PERP drift>10%", fired(seen))
    assert f"{reply.title} {reply.answer}" == (
        "🔴 40 ETH · −2.48 BTC-PERP off target rose above 10 %: "
        "31 % (20–40 %) · new target −0.770 BTC (−69 %)"
    )


async def test_contracts_on_the_held_coin_are_counted_in_contracts() -> None:
    seen = await reading(alert("2.5 BTC -1499c BTC-INV drift>1%").rule.measure, services())
    reply = await said("2.5 BTC -1499c BTC-INV drift>1%", fired(seen))
    facts = {fact.label: fact.value for group in reply.facts for fact in group}
    assert facts["Your hedge"] == "−1,499c"
    study = seen.value
    goal = float(facts["New target"].partition("c")[0].replace(",", "").replace("−", "-"))
    assert abs(goal / -1499 - 1) == pytest.approx(study / (1 + study), rel=0.02)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            StillFiring(DECOUPLED, NOW - timedelta(hours=50)),
            "🔴 ETH × BTC-PERP still below 0.6: ρ 0.58 (0.47–0.67) · for 2 d 2 h",
        ),
        (
            Recovered(DECOUPLED, timedelta(hours=5, minutes=10)),
            "🟢 ETH × BTC-PERP recovered: ρ 0.58 (0.47–0.67) · after 5 h",
        ),
        (
            Blind("No venue answers for ETH-PERP.", is_error=False),
            "⚪ No data for ETH × BTC-PERP: No venue answers for ETH-PERP.",
        ),
        (
            Blind("ETH-PERP is gone.", is_error=True),
            "⚪ Alert 7 cannot go on: ETH-PERP is gone.",
        ),
        (
            Sighted(DECOUPLED, timedelta(minutes=40)),
            "🟢 Data for ETH × BTC-PERP are back: ρ 0.58 (0.47–0.67) · after 40 min",
        ),
        (Expiring(NOW + timedelta(days=3)), "⏳ Alert 7 ends on 7 Nov: ETH × BTC-PERP · corr<0.6"),
        (Expired(), "⏳ Alert 7 has ended: ETH × BTC-PERP · corr<0.6"),
    ],
    ids=["still", "recovered", "blind", "broken", "sighted", "expiring", "expired"],
)
async def test_every_other_event_is_told_in_one_line(event: Event, text: str) -> None:
    reply = await said(f"{PAIR} corr<0.6", event)
    assert f"{reply.title} {reply.answer}" == text
    assert reply.numbers["alert"] == 7


@pytest.mark.parametrize(
    ("asked", "seen", "line"),
    [
        (
            "SOL BTC-PERP beta<1.3",
            replace(DECOUPLED, value=1.13, interval=None, names=("SOL", "BTC-PERP")),
            "🔴 SOL × BTC-PERP hedge ratio still below 1.3: 1.13 · for 3 h",
        ),
        (
            "BTC-INV funding<0",
            price_fact(-0.031, "BTC-INV"),
            "🔴 BTC-INV funding still below 0 %/yr: −3.1 %/yr · for 3 h",
        ),
    ],
    ids=["hedge ratio", "funding"],
)
async def test_what_goes_on_is_named_once(asked: str, seen: Reading, line: str) -> None:
    reply = await said(asked, StillFiring(seen, NOW - timedelta(hours=3)))
    assert f"{reply.title} {reply.answer}" == line


async def test_an_outage_speaks_for_all_alerts_of_the_venue() -> None:
    trouble = Trouble("Binance is silent.", NOW, venue="binance")
    blind = alert(f"{PAIR} corr<0.6", state=State(trouble=trouble))
    reply = await told(Blind(trouble.sentence, is_error=False), blind, services())
    assert reply.text[0].startswith("All alerts on it wait")


async def test_an_ending_alert_can_be_kept_by_a_tap() -> None:
    reply = await said(f"{PAIR} corr<0.6", Expiring(NOW + timedelta(days=3)))
    assert [b.question for row in reply.buttons for b in row] == ["/alerts keep 7", "/alerts off 7"]


@pytest.mark.parametrize(
    "asked",
    [
        f"{PAIR} corr<0.6",
        "40 ETH -2.48 BTC-PERP drift>10%",
        "BTC-INV funding<0",
        "BTC-PERP basis>1%",
        "BTC ETH SOL lockstep",
        "simulated:BTC mirror:BTC spread>20bp",
        "ETH BTC he<60%",
    ],
)
async def test_the_buttons_of_an_alert_ask_what_can_be_read(asked: str) -> None:
    using = services()
    seen = await reading(alert(asked).rule.measure, using)
    reply = await told(fired(seen), alert(asked), using)
    naps, looks = reply.buttons
    assert [b.label for b in naps] == ["Snooze 1h", "8h", "24h"]
    assert [b.label for b in looks] in (["Chart", "Size", "Off"], ["Chart", "Off"])
    from tests.handlers.test_commands import parsed

    for button in (*naps, *looks):
        parsed(button.question)


async def test_the_picture_shows_threshold_usual_range_and_the_break() -> None:
    desk = Desk()
    await told(fired(), alert(f"{PAIR} corr<0.6"), services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, PairPicture)
    assert (picture.limit, picture.limit_words) == (0.6, "corr<0.6")
    assert picture.band == Interval(0.79, 0.91)
    assert picture.baseline == 0.86
    assert picture.tested_break is not None
    assert picture.roll == "30d"
    assert picture.words.warning == "Simulated prices"


async def test_an_alert_goes_out_without_its_picture_when_the_past_fails_to_come() -> None:
    class Silent(SimulatedPrices):
        async def candles(self, market: Market, *_args: object, **_more: object) -> Any:
            raise SourceError("Nobody answers.", venue=market.venue)

    using = services(Silent(clock=lambda: NOW))
    reply = await told(fired(), alert("40 ETH -2.48 BTC-PERP break"), using)
    assert reply.chart is None
    assert reply.title == "🔴 ETH × BTC-PERP decoupled:"
    assert "Your hedge" not in shown(reply)


async def test_the_longest_alert_fits_below_its_picture() -> None:
    names = ("1000000MOGWHATEVER", "simulated:1000PEPEWHATEVER-PERP")
    notes = tuple(
        f"{n} Binance does not answer. Used Bybit; prices differ by a few bp." for n in "12"
    )
    seen = replace(DECOUPLED, names=names, notes=notes, interval=Interval(0.4712, 0.4713))
    long = "123456.789 ETH -98765.4321 BTC-PERP corr<0.612345 clear=0.712345 for=10 cool=29d"
    reply = await told(fired(seen), alert(long, number=123456), services())
    assert reply.chart is not None
    assert_it_fits_a_phone(reply)


async def test_a_target_of_many_digits_stands_in_lines_of_its_own() -> None:
    reply = await said("12345678.9 ETH -98765.4321 BTC-PERP break", fired())
    [target] = [fact for group in reply.facts for fact in group if fact.label == "New target"]
    assert (target.value, *target.below) == (
        "−237,661.759 BTC",
        "(+141 %)",
        "(−274,483 to",
        "−200,841)",
    )
    assert_it_fits_a_phone(reply)
    assert len(pages(reply)) == 1


async def test_the_question_of_an_alert_sets_the_same_again() -> None:
    rule = alert("40 ETH -2.48 BTC-PERP corr<0.6 clear=0.7 every").rule
    assert asked_of(rule.question.removeprefix("/watch ")).rule == rule
    assert parse("snooze 7 8h") is not None


def test_a_value_just_beyond_its_limit_shows_the_digits_that_tell() -> None:
    assert beyond(Metric.CORRELATION, 0.597, 0.6) == "0.597"
    assert beyond(Metric.CORRELATION, 0.59994, 0.6) == "0.5999"
    assert beyond(Metric.CORRELATION, -0.597, -0.6) == "−0.597"
    assert beyond(Metric.CORRELATION, 0.58, 0.6) == "0.58"
    assert beyond(Metric.EFFECTIVENESS, 0.598, 0.6) == "60 %"
