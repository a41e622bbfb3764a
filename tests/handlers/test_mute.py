"""/mute and /unmute: what they read, and what a chat has agreed on afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from analytics.errors import RequestError
from bot.store.database import Database
from bot.store.rooms import SqlRooms
from handlers import Preferences, Quiet
from handlers._grammar.until import Until
from handlers._mute.query import MuteQuery
from handlers._muting import muted_now
from handlers.mute import parse
from handlers.unmute import UnmuteQuery
from handlers.unmute import parse as parse_unmute
from tests.handlers.asking import NOW, answers, services, somebody


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("", MuteQuery()),
        ("8h", MuteQuery(length=timedelta(hours=8))),
        ("30 min", MuteQuery(length=timedelta(minutes=30))),
        ("22:00-07:00", MuteQuery(hours=(time(22), time(7)))),
        ("22:00 – 7:00", MuteQuery(hours=(time(22), time(7)))),
        ("22-7", MuteQuery(hours=(time(22), time(7)))),
        ("18:30", MuteQuery(until=Until(time(18, 30)))),
        ("OFF", MuteQuery(is_off=True)),
        ("8h tz=europe/berlin", MuteQuery(length=timedelta(hours=8), zone="Europe/Berlin")),
        ("2 hours please!", MuteQuery(length=timedelta(hours=2))),
        ("für die nächsten 2 Stunden", MuteQuery(length=timedelta(hours=2))),
        ("half an hour", MuteQuery(length=timedelta(minutes=30))),
        ("una hora", MuteQuery(length=timedelta(hours=1))),
        ("2 days 3 hours", MuteQuery(length=timedelta(days=2, hours=3))),
        ("1h30m", MuteQuery(length=timedelta(minutes=90))),
        ("1 Tag", MuteQuery(length=timedelta(days=1))),
        ("🔕 8hrs", MuteQuery(length=timedelta(hours=8))),
        ("8am", MuteQuery(until=Until(time(8)))),
        ("bis 8 Uhr", MuteQuery(until=Until(time(8)))),
        ("hasta las 8", MuteQuery(until=Until(time(8)))),
        ("until noon", MuteQuery(until=Until(time(12)))),
        ("20h30", MuteQuery(until=Until(time(20, 30)))),
        ("until monday", MuteQuery(until=Until(time(8), weekday=0))),
        ("bis Montag um 9 Uhr", MuteQuery(until=Until(time(9), weekday=0))),
        ("hasta el martes", MuteQuery(until=Until(time(8), weekday=1))),
        ("till Friday 5:30pm", MuteQuery(until=Until(time(17, 30), weekday=4))),
        ("bis morgen", MuteQuery(until=Until(time(8), is_tomorrow=True))),
        ("hasta mañana a las 10", MuteQuery(until=Until(time(10), is_tomorrow=True))),
        ("10pm - 7am", MuteQuery(hours=(time(22), time(7)))),
        ("22:00 to 07:00 every day", MuteQuery(hours=(time(22), time(7)))),
        ("von 22 bis 7 Uhr", MuteQuery(hours=(time(22), time(7)))),
        ("entre las 22 y las 7", MuteQuery(hours=(time(22), time(7)))),
        ("22h-7h in Berlin", MuteQuery(hours=(time(22), time(7)), zone="Europe/Berlin")),
        ("aus", MuteQuery(is_off=True)),
        ("until 8 in the evening", MuteQuery(until=Until(time(20)))),
        ("bis halb acht", MuteQuery(until=Until(time(7, 30)))),
        ("bis morgen abend um 8", MuteQuery(until=Until(time(20), is_tomorrow=True))),
        ("from 10 at night to 7 in the morning", MuteQuery(hours=(time(22), time(7)))),
        ("bis 1.12.", MuteQuery(until=Until(time(8), day=(12, 1)))),
        ("until december 1st 2027", MuteQuery(until=Until(time(8), day=(12, 1), year=2027))),
        ("until mar 3", MuteQuery(until=Until(time(8), day=(3, 3)))),
        ("till 7am tomorrow", MuteQuery(until=Until(time(7), is_tomorrow=True))),
        ("bis 8 Uhr am Montag", MuteQuery(until=Until(time(8), weekday=0))),
        ("until 15/12", MuteQuery(until=Until(time(8), day=(12, 15)))),
        ("until 12/15/2027", MuteQuery(until=Until(time(8), day=(12, 15), year=2027))),
        ("quiet hours 2200-0700", MuteQuery(hours=(time(22), time(7)))),
        ("22:00 07:00", MuteQuery(hours=(time(22), time(7)))),
        ("Ruhezeiten aus", MuteQuery(is_off=True)),
        ("until christmas", MuteQuery(until=Until(time(8), day=(12, 25)))),
        ("until New Year’s Eve", MuteQuery(until=Until(time(8), day=(12, 31)))),
        ("till new year's", MuteQuery(until=Until(time(8), day=(1, 1)))),
        ("bis Heiligabend um 18 Uhr", MuteQuery(until=Until(time(18), day=(12, 24)))),
        ("hasta la nochevieja", MuteQuery(until=Until(time(8), day=(12, 31)))),
        ("hasta año nuevo", MuteQuery(until=Until(time(8), day=(1, 1)))),
        ("until next week", MuteQuery(until=Until(time(8), weekday=0))),
        ("everything for 2 hours pls", MuteQuery(length=timedelta(hours=2))),
        ("22:00–07:00 Berlin time", MuteQuery(hours=(time(22), time(7)), zone="Europe/Berlin")),
    ],
)
def test_it_reads(said: str, query: MuteQuery) -> None:
    assert parse(said) == query


@pytest.mark.parametrize("said", ["8", "22:00-22:00", "25-26", "2y", "soon", "tz="])
def test_it_refuses_with_something_to_tap(said: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(said)
    assert refusal.value.corrections
    for correction in refusal.value.corrections:
        parse(correction.applied_to(f"/mute {said}").partition(" ")[2])


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("all weekend", ["/mute until monday"]),
        ("bis zum Wochenende", ["/mute until saturday"]),
        ("tonight", ["/mute until tomorrow 08:00", "/mute 22:00-07:00"]),
        ("heute", ["/mute until 00:00"]),
        ("every night", ["/mute 22:00-07:00"]),
        ("1h30", ["/mute 90min", "/mute until 01:30"]),
        ("90", ["/mute 90min", "/mute 22:00-07:00"]),
        ("forever", ["/mute 1y", "/alerts"]),
        ("alert 8 for 2h", ["/alerts snooze 8 2h"]),
        ("ETH BTC-PERP 8h", ["/alerts", "/mute 8h"]),
        ("all", ["/mute 8h", "/mute 22:00-07:00"]),
        ("-2h", ["/mute 2h", "/mute 22:00-07:00"]),
        ("alle 2 Stunden", ["/mute 2h", "/mute 22:00-07:00"]),
        ("bis 8.10", ["/mute until 08:10", "/mute until 8.10."]),
        ("10 to 7", ["/mute 22:00-07:00", "/mute 10:00-19:00", "/mute 10:00-07:00"]),
        ("weekdays 9-17", ["/mute 9-17"]),
        ("tonight at 9", ["/mute until 21:00", "/mute 21:00-07:00"]),
        ("until easter", ["/mute 8h", "/mute 22:00-07:00"]),
        ("until 5/6", ["/mute until 5jun", "/mute until 6may"]),
        ("until further notice", ["/mute 1y", "/alerts"]),
        ("durante la noche", ["/mute 22:00-07:00"]),
        ("bis Weihnachten", ["/mute until 24dec", "/mute until 25dec"]),
        ("bis Weihnachten 18 Uhr", ["/mute until 24dec_18:00", "/mute until 25dec_18:00"]),
        ("until sunday night", ["/mute 8h", "/mute 22:00-07:00"]),
    ],
)
def test_what_says_no_moment_is_asked_back_with_what_was_probably_meant(
    said: str, offered: list[str]
) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(said)
    assert [one.applied_to(f"/mute {said}") for one in refusal.value.corrections] == offered
    assert "`until`" not in refusal.value.sentence


@pytest.mark.parametrize("said", ["", "now please!", "all alerts", "bitte alles"])
def test_an_end_of_silence_needs_no_words(said: str) -> None:
    assert parse_unmute(said) == UnmuteQuery()


def test_one_alert_is_woken_alone() -> None:
    with pytest.raises(RequestError) as refusal:
        parse_unmute("alert 7")
    rights = [one.applied_to("/unmute alert 7") for one in refusal.value.corrections]
    assert rights == ["/alerts wake 7", "/unmute"]


@pytest.mark.parametrize(
    ("asked", "quiet"),
    [
        ("/mute 8h", Quiet(until=NOW + timedelta(hours=8))),
        ("/mute 22:00-07:00", Quiet(hours=(time(22), time(7)))),
        ("/mute 15:00", Quiet(until=datetime(2026, 11, 5, 14, tzinfo=UTC))),
        ("/mute 16:00", Quiet(until=datetime(2026, 11, 4, 15, tzinfo=UTC))),
        ("/mute until monday", Quiet(until=datetime(2026, 11, 9, 7, tzinfo=UTC))),
        ("/mute until wednesday 18:00", Quiet(until=datetime(2026, 11, 11, 17, tzinfo=UTC))),
        ("/mute until tomorrow 18:00", Quiet(until=datetime(2026, 11, 5, 17, tzinfo=UTC))),
        ("/mute bis 1.12.", Quiet(until=datetime(2026, 12, 1, 7, tzinfo=UTC))),
        ("/mute until 1 march", Quiet(until=datetime(2027, 3, 1, 7, tzinfo=UTC))),
        ("/mute", Quiet()),
    ],
)
async def test_it_is_kept_by_the_clock_of_the_chat(
    database: Database, asked: str, quiet: Quiet
) -> None:
    rooms = SqlRooms(database)
    await rooms.set_preferences(5, Preferences(zone="Europe/Berlin"))
    router = answers(replace(services(), rooms=rooms))
    assert not (await router.answer(asked, asker=somebody(5))).is_error
    assert await rooms.quiet(5) == quiet
    await router.answer("/unmute", asker=somebody(5))
    assert await rooms.quiet(5) == Quiet()


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [
        (time(21, 59), False),
        (time(22), True),
        (time(0), True),
        (time(6, 59), True),
        (time(7), False),
    ],
)
async def test_quiet_hours_pass_midnight(database: Database, clock: time, is_quiet: bool) -> None:
    rooms = SqlRooms(database)
    await rooms.set_quiet(5, Quiet(hours=(time(22), time(7))))
    now: Callable[[], datetime] = lambda: datetime.combine(NOW.date(), clock, tzinfo=UTC)  # noqa: E731 - a clock
    using = replace(services(), rooms=rooms, asker=somebody(5), now=now)
    assert (await muted_now(using) is not None) is is_quiet


@pytest.mark.parametrize(
    ("now", "clock", "until"),
    [
        # 02:00 to 03:00 comes twice in autumn: first by summer time, until 01:00 UTC.
        ("2026-10-25T00:10", "02:30", "2026-10-25T00:30"),
        ("2026-10-25T00:40", "02:30", "2026-10-25T01:30"),
        ("2026-10-25T01:10", "02:30", "2026-10-25T01:30"),
        ("2026-10-25T01:40", "02:30", "2026-10-26T01:30"),
        # In spring it does not come at all: the clocks show a later time from 01:00 UTC on.
        ("2026-03-29T00:10", "02:30", "2026-03-29T01:00"),
        ("2026-03-29T01:10", "02:30", "2026-03-30T00:30"),
    ],
)
async def test_it_ends_when_the_clock_next_shows_that_time_though_an_hour_is_missing_or_comes_twice(
    database: Database, now: str, clock: str, until: str
) -> None:
    rooms = SqlRooms(database)
    await rooms.set_preferences(5, Preferences(zone="Europe/Berlin"))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    router = answers(replace(services(), rooms=rooms, now=lambda: moment))
    assert not (await router.answer(f"/mute {clock}", asker=somebody(5))).is_error
    quiet = await rooms.quiet(5)
    assert quiet.until == datetime.fromisoformat(until).replace(tzinfo=UTC)
