"""Until when a chat wants no alerts: across midnight, zones and changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.posting.quiet import quiet_until
from handlers import Quiet

BERLIN, TOKYO, KATHMANDU = (ZoneInfo(n) for n in ("Europe/Berlin", "Asia/Tokyo", "Asia/Kathmandu"))
NIGHT = Quiet(hours=(time(22), time(7)))
NOON = Quiet(hours=(time(12), time(13, 30)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "until"),
    [
        (Quiet(), BERLIN, "2026-01-01 03:00", None),
        (NIGHT, BERLIN, "2026-01-01 20:59", None),
        (NIGHT, BERLIN, "2026-01-01 21:00", "2026-01-02 06:00"),
        (NIGHT, BERLIN, "2026-01-02 05:59", "2026-01-02 06:00"),
        (NIGHT, BERLIN, "2026-01-02 06:00", None),
        (NIGHT, TOKYO, "2026-01-01 14:00", "2026-01-01 22:00"),
        (NIGHT, KATHMANDU, "2026-01-01 16:20", "2026-01-02 01:15"),
        (NOON, BERLIN, "2026-01-01 11:30", "2026-01-01 12:30"),
        (NOON, BERLIN, "2026-01-01 12:30", None),
        (Quiet(hours=(time(8), time(8))), BERLIN, "2026-01-01 07:00", None),
        # The night on which the clock is set forward, and the one on which it is set back.
        (NIGHT, BERLIN, "2026-03-28 23:00", "2026-03-29 05:00"),
        (NIGHT, BERLIN, "2026-10-24 23:00", "2026-10-25 06:00"),
        # 02:30 does not come: from 01:00 UTC on the clock shows a later time.
        (Quiet(hours=(time(22), time(2, 30))), BERLIN, "2026-03-29 00:10", "2026-03-29 01:00"),
        (Quiet(hours=(time(22), time(2, 30))), BERLIN, "2026-03-29 00:30", "2026-03-29 01:00"),
        (Quiet(hours=(time(22), time(2, 30))), BERLIN, "2026-03-29 01:00", None),
        (Quiet(hours=(time(22), time(2, 30))), BERLIN, "2026-10-25 00:10", "2026-10-25 00:30"),
        (Quiet(hours=(time(22), time(2, 30))), BERLIN, "2026-10-25 01:10", "2026-10-25 01:30"),
    ],
)
def test_quiet_ends(quiet: Quiet, zone: ZoneInfo, now: str, until: str | None) -> None:
    assert quiet_until(quiet, zone, at(now)) == (at(until) if until else None)


def test_a_silence_that_ends_in_quiet_hours_goes_on_until_they_end() -> None:
    until = at("2026-01-01 23:00")
    both = Quiet(until=until, hours=NIGHT.hours)
    assert quiet_until(both, BERLIN, at("2026-01-01 12:00")) == at("2026-01-02 06:00")
    assert quiet_until(Quiet(until=until), BERLIN, at("2026-01-01 12:00")) == until
    assert quiet_until(Quiet(until=until), BERLIN, until) is None


@given(
    st.integers(0, 6 * 366 * 1440).map(lambda n: at("2024-01-01 00:00") + timedelta(minutes=n)),
    st.times(),
    st.times(),
    st.sampled_from([BERLIN, TOKYO, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_quiet_lies_ahead_and_is_over_when_it_ends(
    now: datetime, begins: time, ends: time, zone: ZoneInfo
) -> None:
    quiet = Quiet(hours=(begins, ends))
    until = quiet_until(quiet, zone, now)
    if until is None:
        return
    assert now < until <= now + timedelta(hours=26)
    later = quiet_until(quiet, zone, until)
    # Where the clock is set back over the end, the hours come a second time.
    assert later is None or until.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
