"""Where a step could say too much, too little, or the wrong time, and nobody would notice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from analytics.market.windows import DAY, HOUR
from handlers._watch.grammar import rule_of
from handlers._watch.rule import Repeat
from handlers._watch.schedule import LATEST_RETRY, SOONEST, check_after
from handlers._watch.states import (
    Blind,
    Broken,
    Fired,
    NoData,
    Phase,
    Recovered,
    State,
    StillFiring,
    Trouble,
)
from handlers._watch.stepping import step, too_old, woken
from tests.handlers.watch.test_stepping import NOON, RULE, hourly, lived, reading

SILENT = NoData("Binance does not answer.", venue="Binance")
FIRING = State(Phase.FIRING, episode=1, since=NOON, told_at=NOON, is_told=True, as_of=NOON)


def at(hours: float) -> datetime:
    return NOON + hours * HOUR


def test_an_episode_began_at_the_first_of_the_checks_in_a_row() -> None:
    moments = hourly(RULE, [0.5, 0.7, 0.5, 0.5, 0.7, 0.7])
    fired, over = (moments[n].event for n in (3, 5))
    assert isinstance(fired, Fired)
    assert isinstance(over, Recovered)
    assert fired.since == at(2), "not at the one that led to nothing"
    assert over.lasted == 3 * HOUR


def test_what_fired_in_a_snooze_is_not_told_while_it_is_not_met() -> None:
    untold = replace(FIRING, told_at=None, is_told=False)
    between = step(RULE, untold, reading(0.62, at(1)), at(1), snoozed_until=at(0.5))
    assert between.event is None, "0.62 is not below 0.6"
    assert between.state.phase is Phase.FIRING
    below = step(RULE, between.state, reading(0.58, at(2)), at(2), snoozed_until=at(0.5))
    assert isinstance(below.event, Fired)


def test_an_alert_that_still_fires_after_a_snooze_says_so_once() -> None:
    state, said = FIRING, []
    for hours in range(1, 8):
        stepped = step(RULE, state, reading(0.5, at(hours)), at(hours), snoozed_until=at(3))
        state = stepped.state
        said.append(stepped.event)
    assert [type(event) for event in said if event] == [StillFiring]
    assert isinstance(said[2], StillFiring), "at the first check after it"


def test_a_market_that_goes_after_a_silence_that_was_told_is_told_too() -> None:
    gone = Broken("Binance no longer lists ETH.", is_final=True)
    looks = [*((at(n), SILENT) for n in range(4)), *((at(n), gone) for n in (4, 5, 6))]
    events = [moment.event for moment in lived(RULE, looks)]
    assert [event for event in events if event] == [
        Blind(SILENT.sentence, is_error=False),
        Blind(gone.sentence, is_error=True),
    ]
    assert events[5] is not None


def test_prices_that_are_old_at_first_sight_are_no_news_yet() -> None:
    stale = too_old(reading(0.5, at(-9)), NOON, venue="Binance")
    first = step(RULE, State(), stale, NOON)
    assert first.event is None
    assert first.state.trouble is not None
    assert first.state.trouble.since == at(-9)
    assert isinstance(step(RULE, first.state, stale, at(0.02)).event, Blind)


def test_a_snoozed_alert_does_not_say_that_prices_are_back() -> None:
    blind = replace(FIRING, trouble=Trouble("x", NOON, notice="unseen:1"))
    stepped = step(RULE, blind, reading(0.5, at(1)), at(1), snoozed_until=at(2))
    assert stepped.event is None
    assert stepped.state.trouble is None


@pytest.mark.parametrize(
    ("repeat", "phase"), [(Repeat.ONCE, Phase.UNARMED), (Repeat.EPISODES, Phase.NORMAL)]
)
def test_what_speaks_once_and_has_spoken_wakes_unarmed(repeat: Repeat, phase: Phase) -> None:
    assert woken(replace(RULE, repeat=repeat), FIRING).phase is phase
    assert woken(replace(RULE, repeat=repeat), State()).phase is Phase.NORMAL


@pytest.mark.parametrize(
    ("asks_for", "wait"),
    [
        (None, timedelta(seconds=30)),
        (timedelta(seconds=20), timedelta(seconds=21)),
        (timedelta(seconds=1), SOONEST),
        (timedelta(minutes=30), LATEST_RETRY),
    ],
)
def test_a_silent_venue_is_asked_again_when_it_says_so_and_soon_at_the_latest(
    asks_for: timedelta | None, wait: timedelta
) -> None:
    assert check_after(RULE, SILENT, NOON, retry_after=asks_for) == NOON + wait
    assert timedelta(seconds=90) > LATEST_RETRY, "its return is to be seen within 90 s"


def test_the_next_look_waits_until_the_bar_that_has_closed_is_published() -> None:
    now = NOON + timedelta(minutes=20)
    assert check_after(RULE, reading(0.8, NOON), now) == at(1) + timedelta(seconds=15)
    late = check_after(RULE, reading(0.8, at(-1)), now)
    assert NOON < now < late < at(1), "a bar that is late is looked for again"
    daily = rule_of("ETH BTC-PERP corr<0.6 90d 1d")
    assert check_after(daily, reading(0.8, NOON - DAY), now) <= now + timedelta(minutes=10)
