"""For how long an alert shall be quiet, as people say it."""

import re
from datetime import timedelta

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.windows import DAY, BadWindowError, spelled
from handlers._errors import UsageError
from handlers._grammar.lengths import length_of
from handlers._grammar.until import Until, until_of
from handlers._mute.query import MuteQuery, mute_query

LONGEST_SNOOZE = 30 * DAY
_USUAL = ("1h", "8h", "24h")
_BARE = re.compile(r"\d{1,3}")


def nap(number: int, rest: list[str]) -> timedelta | Until:
    """A length, or the moment at which the alert is awake again; read as /mute reads it.

    Raises
    ------
    UsageError
        There is none in the words.

    """
    said = " ".join(rest)
    asked = _read(said)
    if asked is not None and asked.until is not None and asked.zone is None:
        return asked.until
    length = asked.length if asked is not None else None
    if length is None:
        raise UsageError(
            tr("How long shall alert {number} be quiet?", number=number),
            corrections=tuple(
                Correction(right, f"/alerts snooze {number} {right}") for right in _meant(said)
            ),
        )
    if length > LONGEST_SNOOZE:
        raise too_long(number, spelled(length))
    return length


def too_long(number: int, length: str) -> UsageError:
    """What to say to somebody who wants to hear nothing for more than a month."""
    return UsageError(
        tr("{length} is very long: 30 days at most, or delete it.", length=length),
        corrections=(
            Correction("30d", f"/alerts snooze {number} 30d"),
            Correction(tr("Off"), f"/alerts off {number}"),
        ),
    )


def all_of_them(said: str) -> UsageError:
    """That a whole chat is hushed by another command, with what that reads of the words."""
    try:
        mute_query(said)
        rights = [f"/mute {said}".rstrip()] if said else ["/mute 8h"]
    except RequestError as error:
        offered = [one.applied_to(f"/mute {said}") for one in error.corrections]
        rights = [right for right in offered if right.startswith("/mute")] or ["/mute 8h"]
    return UsageError(
        tr("All alerts of this chat are hushed by `{right}`.", right=rights[0]),
        corrections=tuple(Correction(right, right) for right in rights),
    )


def _read(said: str) -> MuteQuery | None:
    day = until_of(said)
    if day is not None and day.is_of_a_day:
        return MuteQuery(until=day)
    try:
        return mute_query(said) if said else None
    except RequestError:
        return None


def _meant(said: str) -> tuple[str, ...]:
    """The lengths that may be meant by words that say none."""
    if _BARE.fullmatch(said):
        return tuple(one for one in (f"{int(said)}min", f"{int(said)}h") if _is_length(one))
    try:
        mute_query(said)
    except RequestError as error:
        offered = [one.applied_to(f"/mute {said}") for one in error.corrections]
    else:
        return _USUAL
    words = [right.removeprefix("/mute ") for right in offered if right.startswith("/mute ")]
    fitting = [one for one in words if one.startswith("until ") or _is_length(one)]
    return tuple(fitting) if fitting not in ([], ["8h"]) else _USUAL


def _is_length(words: str) -> bool:
    try:
        length = length_of(words)
    except BadWindowError:
        return False
    return length is not None and length <= LONGEST_SNOOZE
