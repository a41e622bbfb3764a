"""What /mute says to what it cannot read, with what was probably meant."""

import re
from collections.abc import Sequence
from datetime import time, timedelta

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.windows import spelled
from handlers._errors import UsageError
from handlers._grammar.clocks import CLOCK
from handlers._grammar.durations import looks_like_duration
from handlers._grammar.lengths import length_of
from handlers._grammar.sentences import named_in
from handlers._grammar.until import LEADING, TOMORROW, Until
from handlers._mute.days import EVENINGS, FOR_EVER, NIGHTS, TODAY, WEEKEND, WORKDAYS

EXAMPLE = "/mute 22:00-07:00"
HOURS_A_DAY = 24
HALF_A_DAY = 12
_BEGINS = re.compile(rf"(?:at|um|ab|from|von|desde|a\s+las?|starting)\s+({CLOCK})", re.IGNORECASE)
_HOURS = re.compile(r"\b(\d\d?(?::\d\d)?)\s?-\s?(\d\d?(?::\d\d)?)(?!\w)")
_NUMBER = re.compile(r"\d{1,3}")
_ALERT = re.compile(r"(?:alert|alarm|alerta)s? ?#?(\d{1,6}) ?(.*)|#(\d{1,6}) ?(.*)", re.IGNORECASE)


def unread(said: str) -> UsageError:
    """The refusal of words that say neither how long nor until when."""
    begins_now = tr("A mute begins now. Until when shall it last?")
    if EVENINGS.fullmatch(said) or TOMORROW.fullmatch(said.casefold()):
        return _instead(begins_now, "until tomorrow 08:00", "22:00-07:00")
    if TODAY.fullmatch(said):
        return _instead(begins_now, "until 00:00")
    if WEEKEND.fullmatch(said):
        day = "saturday" if LEADING.match(said) else "monday"
        return _instead(begins_now, f"until {day}")
    if begins := _BEGINS.fullmatch(said):
        return _instead(begins_now, f"until {begins[1]}", f"{begins[1]}-07:00")
    if WORKDAYS.fullmatch(said) or (hours := _HOURS.search(said)) is not None:
        hours = _HOURS.search(said)
        right = "-".join(hours.groups()) if hours else "09:00-17:00"
        return _instead(
            tr(
                "Quiet hours are the same on every day. For example `{hours}`",
                hours=f"/mute {right}",
            ),
            right,
        )
    if NIGHTS.fullmatch(said):
        return _instead(tr("Between which hours? For example `{hours}`", hours=EXAMPLE), EXAMPLE)
    if FOR_EVER.fullmatch(said):
        sentence = tr("A year at most. What you never want to hear, delete: `/alerts`")
        return _instead(sentence, "1y", "/alerts")
    if alert := _ALERT.fullmatch(said):
        return _one_alert(alert[1] or alert[3], alert[2] or alert[4] or "")
    if any(one.market for one in named_in(said)):
        lengths = [word for word in said.split() if looks_like_duration(word)]
        sentence = tr("`/mute` silences this whole chat. One alert alone: `/alerts snooze 7 8h`")
        return _instead(sentence, "/alerts", *lengths[:1])
    return _anything(said)


def time_or_day(said: str, clock: time, day: tuple[int, int]) -> UsageError:
    """What to say to ``bis 8.10``, a time and a day at once."""
    month, number = day
    rights = (f"until {clock:%H:%M}", f"until {number}.{month}.")
    sentence = tr("Is {said} a time, or a day?", said=said)
    return _instead(sentence, *rights)


def which_day(said: str, days: Sequence[Until]) -> UsageError:
    """What to say to ``bis weihnachten``, which is the eve or the day."""
    sentence = tr("Which day is {said}?", said=said)
    return _instead(sentence, *(f"until {day}" for day in days))


def either_half(first: time, last: time) -> UsageError:
    """What to say to ``from 10 to 7``, hours whose half of the day nobody says."""
    hours = (24 - first.hour + last.hour) % HOURS_A_DAY
    rights = (
        f"{first.hour % HALF_A_DAY + HALF_A_DAY:02}:00-{last:%H:%M}",
        f"{first:%H:%M}-{last.hour % HALF_A_DAY + HALF_A_DAY:02}:00",
        f"{first:%H:%M}-{last:%H:%M}",
    )
    return _instead(
        tr(
            "From {first} to {last} is {n} hours. Which do you mean?",
            first=f"{first:%H:%M}",
            last=f"{last:%H:%M}",
            n=hours,
        ),
        *rights,
    )


def _one_alert(number: str, rest: str) -> UsageError:
    length = rest if LEADING.match(rest) else _length_in(rest) or "8h"
    right = f"/alerts snooze {number} {length}"
    return _instead(
        tr("`/mute` silences this whole chat. One alert alone: `{right}`", right=right), right
    )


def _anything(said: str) -> UsageError:
    rights = [_length_in(said) or "8h", "22:00-07:00"]
    if _NUMBER.fullmatch(said) and int(said) > 0:
        rights[0] = f"{int(said)}h" if int(said) <= HOURS_A_DAY else f"{int(said)}min"
    return _instead(
        tr(
            "I can't read `{said}`. How long, or between which times? `/mute 8h` or `{hours}`",
            said=said[:40],
            hours=EXAMPLE,
        ),
        *rights,
    )


def _length_in(said: str) -> str | None:
    """A length among other words: ``-8h``, ``for work 2 hours``."""
    named = [one.words for one in named_in(said.replace("-", " "))]
    lengths = [spelled(length) for words in named if (length := _length(words)) is not None]
    return lengths[0] if lengths else None


def _length(words: str) -> timedelta | None:
    try:
        return length_of(words)
    except RequestError:
        return None


def _instead(sentence: str, *rights: str) -> UsageError:
    return UsageError(
        sentence,
        corrections=tuple(
            Correction(
                right.removeprefix("/mute "),
                right if right.startswith("/") else f"/mute {right}",
            )
            for right in rights
        ),
    )
