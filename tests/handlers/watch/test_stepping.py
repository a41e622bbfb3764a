"""The states of an alert: no flapping, no storms, no falls from data that are not there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.readings import Moved, Normal, Reading
from handlers._watch.grammar import rule_of
from handlers._watch.rule import Rule
from handlers._watch.states import (
    Blind,
    Broken,
    Event,
    Expired,
    Expiring,
    Fired,
    Looked,
    NoData,
    Phase,
    Recovered,
    Sighted,
    State,
    StillFiring,
    Trouble,
    state_of,
)
from handlers._watch.stepping import ageing, begun, step

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RULE = rule_of("ETH BTC-PERP corr<0.6 cool=1h")
"""Fires below 0.6 at two checks, clears above 0.66 at two."""


def reading(
    value: float, as_of: datetime, *, sigmas: float | None = None, is_dated: bool = True
) -> Reading:
    normal = None
    moved = Moved(as_of, 0.01) if is_dated else None
    if sigmas is not None:
        around = Estimate(0.8, Interval(0.7, 0.9, 0.95))
        normal = Normal(around, Interval(0.6, 1.0, 0.99), sigmas, 180 * DAY)
    return Reading(
        value, None, as_of, HOUR, ("ETH", "BTC-PERP"), "Binance", Origin("test"), normal, moved
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened at one check."""

    at: datetime
    state: State
    event: Event | None


def hourly(rule: Rule, values: Sequence[float], *, state: State | None = None) -> list[Moment]:
    looks = [reading(value, NOON + n * HOUR) for n, value in enumerate(values)]
    return list(lived(rule, [(NOON + n * HOUR, look) for n, look in enumerate(looks)], state))


def lived(
    rule: Rule, looks: Sequence[tuple[datetime, Looked]], state: State | None = None
) -> Iterator[Moment]:
    state = state or State()
    for now, looked in looks:
        stepped = step(rule, state, looked, now)
        state = stepped.state
        assert state_of(state.as_text()) == state
        yield Moment(now, state, stepped.event)


def told(moments: Sequence[Moment]) -> list[str]:
    return [type(m.event).__name__ for m in moments if m.event is not None]


def phases(moments: Sequence[Moment]) -> str:
    return "".join(moment.state.phase.value[0] for moment in moments)


def test_an_alert_fires_at_the_second_check_and_is_over_at_the_second_above() -> None:
    moments = hourly(RULE, [0.8, 0.59, 0.58, 0.5, 0.63, 0.7, 0.71, 0.8])
    assert phases(moments) == "npfffrnn"
    assert told(moments) == ["Fired", "Recovered"]
    fired, over = (m.event for m in moments if m.event is not None)
    assert isinstance(fired, Fired)
    assert fired.reading.value == 0.58
    assert fired.since == NOON + HOUR
    assert fired.calm == 0.8
    assert isinstance(over, Recovered)
    assert over.lasted == 5 * HOUR


def test_one_check_below_is_nothing() -> None:
    assert told(hourly(RULE, [0.8, 0.5, 0.61, 0.5, 0.61, 0.5])) == []


def test_nothing_flaps_between_the_threshold_and_where_it_clears() -> None:
    moments = hourly(RULE, [0.5, 0.5, *[0.62, 0.58, 0.65, 0.5] * 20])
    assert told(moments) == ["Fired"]
    assert {m.state.phase for m in moments[1:]} == {Phase.FIRING}


def test_one_check_above_is_no_recovery() -> None:
    moments = hourly(RULE, [0.5, 0.5, 0.7, 0.5, 0.7, 0.64, 0.7, 0.7])
    assert phases(moments) == "pfrfrfrn"
    assert told(moments) == ["Fired", "Recovered"]


def test_what_was_told_while_the_clock_was_ahead_silences_nothing_for_days() -> None:
    patient = replace(RULE, cool_down=12 * HOUR)
    assert told(hourly(patient, [0.5, 0.5], state=State(told_at=NOON + 2 * DAY))) == ["Fired"]


def test_a_new_episode_waits_until_the_cool_down_is_over() -> None:
    patient = replace(RULE, cool_down=12 * HOUR)
    values = [0.5, 0.5, 0.7, 0.7, *[0.5] * 12]
    moments = hourly(patient, values)
    assert told(moments) == ["Fired", "Recovered", "Fired"]
    first, second = (m.at for m in moments if isinstance(m.event, Fired))
    assert second - first == 12 * HOUR
    calm_again = hourly(patient, [0.5, 0.5, 0.7, 0.7, 0.5, 0.5, 0.8, 0.8, *[0.8] * 9])
    assert told(calm_again) == ["Fired", "Recovered"], "what ended before was never told"


def test_every_repeats_after_each_cool_down_and_only_while_it_goes_on() -> None:
    every = rule_of("ETH BTC-PERP corr<0.6 every cool=12h")
    moments = hourly(every, [*[0.5] * 26, 0.7, 0.7])
    assert told(moments) == ["Fired", "StillFiring", "StillFiring", "Recovered"]
    times = [m.at for m in moments if isinstance(m.event, Fired | StillFiring)]
    assert [later - sooner for sooner, later in pairwise(times)] == [
        12 * HOUR,
        12 * HOUR,
    ]


def test_the_same_bar_again_is_no_second_check() -> None:
    same = reading(0.5, NOON)
    moments = list(lived(RULE, [(NOON + n * timedelta(minutes=5), same) for n in range(10)]))
    assert phases(moments) == "p" * 10
    assert told(moments) == []


def test_nothing_is_concluded_from_old_prices() -> None:
    old = [(NOON + n * HOUR, reading(0.1, NOON - 3 * HOUR)) for n in range(6)]
    moments = list(lived(RULE, old))
    assert told(moments) == ["Blind"], "told once"
    assert {m.state.phase for m in moments} == {Phase.NORMAL}


def test_a_gap_keeps_phase_and_streak() -> None:
    gap = NoData("Binance does not answer.", venue="Binance")
    looks = [
        (NOON, reading(0.5, NOON)),
        *((NOON + n * HOUR, gap) for n in range(1, 6)),
        (NOON + 6 * HOUR, reading(0.5, NOON + 6 * HOUR)),
    ]
    moments = list(lived(RULE, looks))
    assert phases(moments) == "pppppp" + "f"
    assert told(moments) == ["Blind", "Fired"]
    assert moments[3].event == Blind("Binance does not answer.", is_error=False)
    assert moments[-1].state.trouble is None


def test_a_short_silence_is_no_news() -> None:
    gap = NoData("Binance does not answer.", venue="Binance")
    looks = [(NOON + n * timedelta(seconds=75), gap) for n in range(80)]
    moments = list(lived(RULE, [*looks, (NOON + 2 * HOUR, reading(0.8, NOON + 2 * HOUR))]))
    assert told(moments) == []


def test_the_end_of_a_told_silence_is_told() -> None:
    gap = NoData("It does not answer.")
    looks = [(NOON + n * HOUR, gap) for n in range(4)]
    moments = list(lived(RULE, [*looks, (NOON + 4 * HOUR, reading(0.8, NOON + 4 * HOUR))]))
    assert told(moments) == ["Blind", "Sighted"]
    back = moments[-1].event
    assert isinstance(back, Sighted)
    assert back.lasted == 4 * HOUR


def test_a_market_that_is_missing_twice_has_gone_and_is_told_once() -> None:
    gone = Broken("Binance no longer lists ETH.", is_final=True)
    moments = list(lived(RULE, [(NOON + n * HOUR, gone) for n in range(5)]))
    assert [m.event is not None for m in moments] == [False, True, False, False, False]
    assert moments[1].event == Blind("Binance no longer lists ETH.", is_error=True)
    torn = [(NOON, gone), (NOON + HOUR, reading(0.8, NOON + HOUR))]
    assert told(list(lived(RULE, torn))) == []


def test_a_band_without_a_past_sees_nothing() -> None:
    band = rule_of("ETH BTC-PERP break")
    looks = [(NOON + n * HOUR, reading(0.1, NOON + n * HOUR)) for n in range(5)]
    assert told(list(lived(band, looks))) == ["Blind"]


def test_a_band_fires_outside_and_clears_at_half_the_distance() -> None:
    band = rule_of("ETH BTC-PERP break cool=1h")
    sigmas = [0, -2.7, -2.7, -1.4, -1.4, -1.29, -1.29, 0, 2.7, 2.7]
    looks = [
        (NOON + n * HOUR, reading(0.5, NOON + n * HOUR, sigmas=s)) for n, s in enumerate(sigmas)
    ]
    moments = list(lived(band, looks))
    assert phases(moments) == "npfffrnnpf"
    lockstep = rule_of("ETH BTC SOL lockstep")
    assert told(list(lived(lockstep, looks))) == ["Fired"], "less together is no lockstep"


def test_two_have_parted_only_where_a_test_dates_it() -> None:
    def looks(*, is_dated: bool) -> list[tuple[datetime, Looked]]:
        times = [NOON + n * HOUR for n in range(4)]
        return [(at, reading(0.5, at, sigmas=-5, is_dated=is_dated)) for at in times]

    band = rule_of("ETH BTC-PERP break")
    assert told(list(lived(band, looks(is_dated=False)))) == []
    assert told(list(lived(band, looks(is_dated=True)))) == ["Fired"]


def test_what_was_true_already_is_told_when_it_comes_again() -> None:
    state = begun(RULE, reading(0.5, NOON - HOUR))
    moments = hourly(RULE, [0.5, 0.5, 0.7, 0.7, 0.5, 0.5], state=state)
    assert phases(moments) == "uuun" + "pf"
    assert told(moments) == ["Fired"]


def test_now_anyway_fires_at_the_next_look() -> None:
    state = begun(RULE, reading(0.5, NOON), now_anyway=True)
    moments = hourly(RULE, [0.5, 0.5], state=state)
    assert phases(moments) == "ff"
    assert told(moments) == ["Fired"]


def test_a_snooze_holds_words_back_and_not_the_state() -> None:
    state = State()
    for n, value in enumerate([0.5, 0.5, 0.5]):
        at = NOON + n * HOUR
        stepped = step(RULE, state, reading(value, at), at, snoozed_until=at + HOUR)
        state = stepped.state
        assert stepped.event is None
    assert state.phase is Phase.FIRING
    after = step(RULE, state, reading(0.5, NOON + 3 * HOUR), NOON + 3 * HOUR)
    assert isinstance(after.event, Fired), "told at the first check after the snooze"
    assert after.event.since == NOON
    over = [reading(0.7, NOON + n * HOUR) for n in (3, 4)]
    quiet = list(lived(RULE, [(look.as_of, look) for look in over], state))
    assert told(quiet) == [], "what nobody was told of needs no end"


def test_an_owner_is_warned_once_before_the_end() -> None:
    created, expires = NOON, NOON + 90 * DAY
    state, events = State(), []
    for day in range(92):
        aged = ageing(state, created=created, expires=expires, now=NOON + day * DAY)
        state = aged.state
        events += [aged.event] if aged.event else []
    assert events == [Expiring(expires), Expired(), Expired()]
    kept = ageing(state, created=created, expires=expires + 90 * DAY, now=expires + 88 * DAY)
    assert kept.event == Expiring(expires + 90 * DAY), "kept, it is warned of again"
    short = ageing(State(), created=NOON, expires=NOON + DAY, now=NOON + HOUR)
    assert short.event is None


VALUES = st.sampled_from([0.3, 0.55, 0.599, 0.6, 0.63, 0.659, 0.66, 0.7, 0.9])
LOOKS = st.one_of(VALUES, st.sampled_from(["stale", "silent", "unfit", "gone", "bug", "same"]))


@given(
    st.lists(LOOKS, max_size=60),
    st.integers(1, 4),
    st.integers(1, 30),
    st.sampled_from(["", "every"]),
)
def test_whatever_is_seen_no_alarm_follows_another_without_its_end(
    seen: list[float | str], checks: int, cool_hours: int, repeat: str
) -> None:
    rule = rule_of(f"ETH BTC-PERP corr<0.6 for={checks} cool={cool_hours}h {repeat}")
    looks = [(NOON + n * HOUR, looked(what, n)) for n, what in enumerate(seen)]
    is_on, told_at, blind = False, None, False
    for moment, (now, look) in zip(lived(rule, looks), looks, strict=True):
        event = moment.event
        if event is not None and not (isinstance(look, Reading) and not look.is_stale(now)):
            assert isinstance(event, Blind), "without fresh data nothing else is said"
        match event:
            case Fired() | StillFiring():
                assert is_on == isinstance(event, StillFiring)
                assert told_at is None or now - told_at >= rule.cool_down
                assert event.reading.value < 0.6
                is_on, told_at = True, now
            case Recovered():
                assert is_on
                assert event.reading.value >= 0.66
                is_on = False
            case Blind():
                blind = True
            case Sighted():
                assert blind
        assert moment.state.trouble is None or not isinstance(event, Sighted)


def looked(what: float | str, n: int) -> Looked:
    now = NOON + n * HOUR
    match what:
        case "stale":
            return reading(0.1, now - 3 * HOUR)
        case "silent":
            return NoData("silent", venue="Binance")
        case "unfit":
            return NoData("too patchy")
        case "gone":
            return Broken("gone", is_final=True)
        case "bug":
            return Broken("broke")
        case "same":
            return reading(0.1, now - HOUR)
        case _:
            assert isinstance(what, float)
            return reading(what, now)


TIMES = st.one_of(st.none(), st.integers(0, 10**9).map(lambda s: NOON + timedelta(seconds=s)))
FLOATS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
WORDS = st.text(max_size=20)


@given(
    st.builds(
        State,
        phase=st.sampled_from(Phase),
        streak=st.integers(0, 20),
        episode=st.integers(0, 99),
        since=TIMES,
        told_at=TIMES,
        is_told=st.booleans(),
        value=FLOATS,
        as_of=TIMES,
        calm=FLOATS,
        trouble=st.one_of(
            st.none(),
            st.builds(
                Trouble,
                sentence=WORDS,
                since=TIMES.filter(bool),
                is_error=st.booleans(),
                venue=st.one_of(st.none(), WORDS),
                notice=st.one_of(st.none(), WORDS),
            ),
        ),
        expiry_told=TIMES,
    )
)
def test_a_state_survives_the_way_into_the_database(state: State) -> None:
    assert state_of(state.as_text()) == state
