"""What a digest says to one chat alone: that it is late, what was left out, what is muted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.language import counted, tr
from handlers import _format as text
from handlers._daily.schedule import DailyTime

LATE_FROM = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Muted:
    """So many alerts of a chat say nothing until a moment."""

    alerts: int
    until: datetime


def remark(
    at: DailyTime, *, late: timedelta, skipped: int, muted: Muted | None = None
) -> str | None:
    """One line of short sentences; None where there is nothing to say."""
    sentences = []
    if late >= LATE_FROM:
        sentences.append(tr("{length} late.", length=_length(late)))
    if skipped:
        sentences.append(
            counted(
                "The one before was left out: I was not running.",
                "{n} before this one were left out: I was not running.",
                skipped,
            )
        )
    if muted is not None:
        sentences.append(_muted(muted, at))
    return " ".join(sentences) or None


def _length(late: timedelta) -> str:
    if late < HOUR:
        return tr("{minutes} min", minutes=late // MINUTE)
    return tr("{hours} h", hours=round(late / HOUR))


def _muted(muted: Muted, at: DailyTime) -> str:
    # With its day even today: a mute may last a year, and the letter may be read tomorrow.
    local = at.local(muted.until)
    until = f"{text.day(local)} {local:%H:%M}"
    return counted(
        "1 alert muted until {until}.", "{n} alerts muted until {until}.", muted.alerts, until=until
    )
