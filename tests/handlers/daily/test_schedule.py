"""Exactly one digest a local date, in every zone, across every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers._daily.schedule import (
    ONE_DAY,
    SENT_UNTIL,
    DailyTime,
    changed,
    owed,
    recovered,
)

ZONES = sorted(z for z in available_timezones() if not z.startswith(("posix", "right")))
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
HOUR = timedelta(hours=1)
NAIVE_FIRST, NAIVE_LAST = (datetime.combine(day, time()) for day in (FIRST, LAST))


def at(clock: str, zone: str) -> DailyTime:
    hour, minute = map(int, clock.split(":"))
    return DailyTime(60 * hour + minute, zone)


@pytest.mark.parametrize(
    ("clock", "zone", "day", "expected"),
    [
        ("08:00", "Europe/Berlin", "2026-11-05", "2026-11-05T07:00"),
        ("08:00", "Asia/Kolkata", "2026-11-05", "2026-11-05T02:30"),
        ("02:30", "Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),  # no such time
        ("02:00", "Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),
        ("02:30", "Europe/Berlin", "2026-10-25", "2026-10-25T00:30"),  # twice: the first
        ("02:15", "Australia/Lord_Howe", "2026-10-04", "2026-10-03T15:30"),  # half an hour
        ("00:30", "Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),  # the day begins at 01:00
        ("23:30", "America/Nuuk", "2025-03-29", "2025-03-30T01:00"),  # the day ends at 23:00
    ],
)
def test_a_time_is_the_first_moment_at_which_clocks_show_it_or_a_later_one(
    clock: str, zone: str, day: str, expected: str
) -> None:
    moment = at(clock, zone).moment(date.fromisoformat(day))
    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_date_that_the_date_line_left_out_has_no_digest() -> None:
    apia = at("08:00", "Pacific/Apia")
    assert apia.day_after(date(2011, 12, 29)) == date(2011, 12, 31)
    assert apia.latest(datetime(2011, 12, 30, 12, tzinfo=UTC)) == date(2011, 12, 29)


def _all_fires(zone: str, minute: int, first: date, last: date) -> list[tuple[date, datetime]]:
    """Every fire of a digest that is told of a moment only when it has come."""
    when = DailyTime(minute, zone)
    settled_day, due = first - ONE_DAY, when.moment(first)
    fires = []
    while settled_day < last:
        found = owed(when, promised=due, last=settled_day, now=due)
        assert found is not None
        fires.append((found.day, due))
        settled_day = found.day
        _, due = when.next(due, last=settled_day)
    return fires


@settings(deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    first=st.dates(FIRST, LAST - 40 * ONE_DAY),
)
def test_forty_days_anywhere_have_one_fire_a_date(zone: str, minute: int, first: date) -> None:
    last = first + 39 * ONE_DAY
    days = [day for day, _ in _all_fires(zone, minute, first, last)]
    assert days == [first + i * ONE_DAY for i in range(40)]


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), minute=st.integers(0, 1439), day=st.dates(FIRST, LAST))
def test_the_moment_is_what_a_search_minute_by_minute_finds(
    zone: str, minute: int, day: date
) -> None:
    when = DailyTime(minute, zone)
    wall = datetime.combine(day, when.wall)
    start = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC) - 2 * HOUR
    start -= timedelta(seconds=start.second)
    minutes = (start + timedelta(minutes=i) for i in range(6 * 60))
    expected = next(m for m in minutes if m.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= wall)
    found = when.moment(day)
    # Clocks that fell back show an earlier wall first; where they did, both are the same.
    assert found == expected or found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


@pytest.mark.slow
def test_every_zone_from_2024_to_2030_has_one_fire_a_date_around_every_change_of_its_clocks() -> (
    None
):
    checked = 0
    for zone in ZONES:
        for day in _days_of_change(zone):
            first, last = day - ONE_DAY, day + ONE_DAY
            for minute in (0, 30, 90, 120, 150, 180, 480, 1380, 1410, 1439):
                fires = _all_fires(zone, minute, first, last)
                assert [d for d, _ in fires] == [first, day, last], (zone, day, minute)
                assert all(0 < (b[1] - a[1]) / HOUR <= 26 for a, b in pairwise(fires))
                checked += 1
    assert checked > 10_000


@pytest.mark.slow
def test_every_zone_from_2024_to_2030_has_one_fire_on_each_of_2557_dates() -> None:
    days = [FIRST + i * ONE_DAY for i in range((LAST - FIRST).days + 1)]
    assert len(days) == 2557
    for zone in ZONES:
        when = DailyTime(480, zone)
        moments = [when.moment(day) for day in days]
        assert [m.astimezone(ZoneInfo(zone)).date() for m in moments] == days, zone
        assert moments == sorted(set(moments)), zone


def _days_of_change(zone: str) -> list[date]:
    clock = ZoneInfo(zone)
    days = [FIRST + i * ONE_DAY for i in range((LAST - FIRST).days)]
    noon = [
        datetime(d.year, d.month, d.day, tzinfo=UTC).astimezone(clock).utcoffset() for d in days
    ]
    changes = [i for i in range(1, len(days)) if noon[i] != noon[i - 1]]
    return sorted({days[i + j] for i in changes for j in (-1, 0)})


BERLIN = at("08:00", "Europe/Berlin")
DUE = BERLIN.moment(date(2026, 11, 5))
BEFORE = date(2026, 11, 4)


@pytest.mark.parametrize(
    ("down_for", "day", "late_hours", "skipped", "is_sent"),
    [
        (0, 5, 0, 0, True),
        (2, 5, 2, 0, True),
        (6, 5, 6, 0, True),
        (7, 5, 7, 0, False),
        (23, 5, 23, 0, False),
        (26, 6, 2, 1, True),
        (24 * 9 + 1, 14, 1, 9, True),
    ],
)
def test_after_being_down_only_the_last_digest_counts(
    down_for: int, day: int, late_hours: int, skipped: int, is_sent: bool
) -> None:
    found = owed(BERLIN, promised=DUE, last=BEFORE, now=DUE + down_for * HOUR)
    assert found is not None
    assert found.day == date(2026, 11, day)
    assert found.late == late_hours * HOUR
    assert (found.skipped, found.is_sent) == (skipped, is_sent)


def test_the_first_digest_owes_nothing_of_the_days_before_it_was_made() -> None:
    found = owed(BERLIN, promised=DUE, last=None, now=DUE)
    assert found is not None
    assert (found.day, found.skipped) == (date(2026, 11, 5), 0)


def test_one_that_was_skipped_is_told_of_in_the_next() -> None:
    missed = owed(BERLIN, promised=DUE, last=None, now=DUE + 8 * HOUR)
    assert missed is not None
    assert not missed.is_sent
    _, due = BERLIN.next(DUE + 8 * HOUR, last=missed.since)
    found = owed(BERLIN, promised=due, last=missed.since, now=due)
    assert found is not None
    assert (found.day, found.skipped, found.late) == (date(2026, 11, 6), 1, timedelta(0))


def test_a_time_zone_that_changed_its_rules_meanwhile_is_looked_up_again() -> None:
    promised = DUE - HOUR  # as older rules had it
    assert owed(BERLIN, promised=promised, last=BEFORE, now=promised) is None
    assert BERLIN.next(promised, last=BEFORE) == (date(2026, 11, 5), DUE)


@pytest.mark.parametrize(
    ("clock", "last", "now", "expected"),
    [
        ("09:30", 4, "07:00", "5 09:30"),  # still to come
        ("09:30", 5, "08:30", "6 09:30"),  # has been today
        ("06:00", 4, "07:00", "5 07:00"),  # not yet today, and its new time has passed: at once
        ("06:00", 5, "08:30", "6 06:00"),
        ("12:00", None, "10:00", "5 12:00"),  # new today
        ("06:00", None, "10:00", "6 06:00"),
    ],
)
def test_a_changed_time_neither_doubles_nor_loses_a_day(
    clock: str, last: int | None, now: str, expected: str
) -> None:
    def moment(day: str, clock: str) -> datetime:
        return at(clock, "Europe/Berlin").moment(date(2026, 11, int(day)))

    day = None if last is None else date(2026, 11, last)
    due = changed(at(clock, "Europe/Berlin"), last=day, now=moment("5", now))
    assert due == moment(*expected.split())


@settings(deadline=None, max_examples=300)
@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    start=st.datetimes(NAIVE_FIRST, NAIVE_LAST, timezones=st.just(UTC)),
    jumps=st.lists(
        st.one_of(
            st.tuples(st.integers(1, 40), st.sampled_from([-1, 1, 24]), st.integers(1, 23)),
            # For longer than six hours a clock that is a day behind is as good as none.
            st.tuples(st.integers(1, 40), st.just(-24), st.integers(1, 5)),
        ),
        max_size=3,
    ),
)
def test_clocks_that_jump_and_come_back_double_nothing_and_miss_nothing(
    zone: str, minute: int, start: datetime, jumps: list[tuple[int, int, int]]
) -> None:
    """A clock is wrong by an hour or a day for some hours, several times; ticks are half hours."""
    when = DailyTime(minute, zone)
    model = _Model(when, start)
    for hours, wrong_by, hours_wrong in jumps:
        model.live(hours=hours, wrong_by=0)
        model.live(hours=hours_wrong, wrong_by=wrong_by)
    model.live(hours=72, wrong_by=0)
    assert len(model.keys) == len(set(model.keys)), "none twice"
    last = when.latest(model.true)
    expected = set()
    day = model.first
    while day <= last:
        expected.add(day)
        day = when.day_after(day)
    assert expected <= set(model.keys), "none missing"


class _Model:
    """A digest in a process whose clock may be wrong; what was sent is known by its key."""

    def __init__(self, when: DailyTime, start: datetime) -> None:
        self.when, self.true, self.made = when, start, start
        self.first, self.due = when.next(start)
        self.last: date | None = None
        self.keys: list[date] = []
        self.was_wrong_by = 0

    def live(self, *, hours: int, wrong_by: int) -> None:
        steps = 2 * hours
        for step in range(steps):
            self.true += HOUR / 2
            now = self.true + wrong_by * HOUR
            if step == 0 and wrong_by < self.was_wrong_by - 1:
                self._recover(now)
            self._tick(now)
            self.was_wrong_by = wrong_by

    def _recover(self, now: datetime) -> None:
        self.last, self.due = recovered(
            self.when, promised=self.due, last=self.last, made=self.made, now=now
        )

    def _tick(self, now: datetime) -> None:
        if self.due > now:
            return
        found = owed(self.when, promised=self.due, last=self.last, now=now)
        if found is not None and found.is_sent:
            self.last = found.day
            if found.day not in self.keys:
                self.keys.append(found.day)
        elif found is not None:
            self.last = found.since
        self.due = self.when.next(now, last=self.last)[1]


def test_what_is_worth_sending_is_at_most_six_hours_old() -> None:
    assert SENT_UNTIL == 6 * HOUR
