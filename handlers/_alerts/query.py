"""What can be asked of alerts that exist."""

import re
from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import DAY, spelled
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.durations import duration_of

LONGEST_SNOOZE = 30 * DAY
VERBS = {
    **dict.fromkeys(("off", "delete", "del", "remove", "stop", "cancel"), "off"),
    **dict.fromkeys(("snooze", "sleep", "pause"), "snooze"),
    **dict.fromkeys(("wake", "unsnooze", "resume"), "wake"),
    **dict.fromkeys(("edit", "change", "set"), "edit"),
    **dict.fromkeys(("test", "try", "preview"), "test"),
    **dict.fromkeys(("keep", "extend", "renew"), "keep"),
}
_CLOSE = 60
_NUMBER = re.compile(r"[#№]?(\d{1,6})")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """All alerts of this chat."""


@dataclass(frozen=True, slots=True)
class ShowQuery:
    """One alert in full; as it would look if it fired now where ``is_test``."""

    number: int
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class OffQuery:
    """Forget an alert."""

    number: int


@dataclass(frozen=True, slots=True)
class OffAllQuery:
    """Forget all alerts of this chat."""


@dataclass(frozen=True, slots=True)
class SnoozeQuery:
    """Hear nothing of an alert for a while; None ends that."""

    number: int
    length: timedelta | None


@dataclass(frozen=True, slots=True)
class EditQuery:
    """Give an alert another condition, window or option; ``words`` as typed."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class KeepQuery:
    """Let an alert live on."""

    number: int


AlertsQuery = ListQuery | ShowQuery | OffQuery | OffAllQuery | SnoozeQuery | EditQuery | KeepQuery


def query_of(text: str) -> AlertsQuery:
    """Read a verb and the number of an alert, in either order.

    Raises
    ------
    UsageError
        Something is missing, or is no word of this command.

    """
    words = tidied(text).split()
    if not words:
        return ListQuery()
    number = _first_number(words)
    if number is not None:
        words = [word for at, word in enumerate(words) if at != number[0]]
    if not words:
        assert number is not None  # noqa: S101 - there was a word, and it was the number
        return ShowQuery(number[1])
    verb = VERBS.get(words[0].casefold())
    if verb is None:
        raise _unknown_verb(words[0], None if number is None else number[1])
    if verb == "off" and number is None and [w.casefold() for w in words[1:]] == ["all"]:
        return OffAllQuery()
    if number is None:
        raise _numberless(verb)
    return _asked(verb, number[1], words[1:])


def _first_number(words: list[str]) -> tuple[int, int] | None:
    """The number of an alert is the first or the second word; later ones belong to the rest."""
    for at, word in enumerate(words[:2]):
        if match := _NUMBER.fullmatch(word):
            return at, int(match[1])
    return None


def _asked(verb: str, number: int, rest: list[str]) -> AlertsQuery:
    match verb:
        case "snooze":
            return SnoozeQuery(number, _nap(number, rest))
        case "edit":
            if not rest:
                right = f"/alerts edit {number} corr<0.5"
                raise UsageError(
                    tr("What shall change? For example `{right}`", right=right),
                    corrections=(Correction(tr("Show it"), f"/alerts {number}"),),
                )
            return EditQuery(number, " ".join(rest))
    if rest:
        right = f"/alerts {verb} {number}"
        raise UsageError(
            tr("I read one number. `{right}` is all.", right=right),
            corrections=(Correction(right, right),),
        )
    match verb:
        case "off":
            return OffQuery(number)
        case "wake":
            return SnoozeQuery(number, None)
        case "keep":
            return KeepQuery(number)
        case _:
            return ShowQuery(number, is_test=True)


def _nap(number: int, rest: list[str]) -> timedelta:
    length = duration_of("".join(rest)) if rest else None
    naps = tuple(Correction(nap, f"/alerts snooze {number} {nap}") for nap in ("1h", "8h", "24h"))
    if length is None:
        raise UsageError(
            tr("How long shall alert {number} be quiet?", number=number), corrections=naps
        )
    if length > LONGEST_SNOOZE:
        raise UsageError(
            tr("{length} is very long: 30 days at most, or delete it.", length=spelled(length)),
            corrections=(
                Correction("30d", f"/alerts snooze {number} 30d"),
                Correction(tr("Off"), f"/alerts off {number}"),
            ),
        )
    return length


def _unknown_verb(word: str, number: int | None) -> UsageError:
    close = process.extractOne(word.casefold(), list(VERBS), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if close is None:
        return UsageError(
            tr("`/alerts` lists; `/alerts 7` shows one; off, snooze, wake, edit, test, keep."),
            corrections=(Correction("/alerts", "/alerts"),),
        )
    verb = VERBS[close[0]]
    right = f"/alerts {verb}" if number is None else f"/alerts {verb} {number}"
    return UsageError(
        tr("I don't know `{word}`. Did you mean {verb}?", word=word[:20], verb=verb),
        corrections=(Correction(verb, right),),
    )


def _numberless(verb: str) -> UsageError:
    return UsageError(
        tr("Which alert? For example `{right}`", right=f"/alerts {verb} 7"),
        corrections=(Correction(tr("All alerts"), "/alerts"),),
    )
