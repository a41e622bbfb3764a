"""What /daily is told to do, read from its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from analytics.errors import Correction, RequestError
from analytics.language import tr
from handlers._digest.query import DigestQuery
from handlers._digest.reading import digest_query
from handlers._errors import UsageError
from handlers._grammar import AT, tidied
from handlers._zones import is_zone, zone_of

EXAMPLE = "/daily ETH BTC-PERP 30d at=08:00"
EVERYTHING = frozenset({"all", "everything"})
_AT = re.compile(r"(?<!\S)(?:at|time)\s*(?:=\s*|\s(?=\d{1,2}:))([^\s,;]+)", re.IGNORECASE)
_ZONE = re.compile(
    r"(?<!\S)(?:tz|zone|timezone)\s*=\s*([^\s,;]+)((?:\s+[^\W\d]\w*){0,2})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Show all digests of the chat."""


@dataclass(frozen=True, slots=True)
class AddQuery:
    """Send these pairs every day; a time or a zone that is None is the chat's own."""

    digest: DigestQuery
    at: time | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class OffQuery:
    """Stop digests by number; None stops all."""

    numbers: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """Send a digest at another time, or by the clock of another place."""

    number: int
    at: time | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class ResumeQuery:
    """Send a paused digest again."""

    number: int


@dataclass(frozen=True, slots=True)
class NowQuery:
    """Offer a digest at once."""

    number: int


DailyQuery = ListQuery | AddQuery | OffQuery | MoveQuery | ResumeQuery | NowQuery


def daily_query(asked: str) -> DailyQuery:
    """Read what to do.

    Raises
    ------
    RequestError
        With corrections that are whole questions.

    """
    text = " ".join(tidied(asked).split(" ")).strip()
    verb, *words = text.replace(",", " ").split() or [""]
    match verb.casefold():
        case "" | "list":
            return ListQuery()
        case "off" | "stop" | "delete" | "del" | "remove":
            return _off(words)
        case "on" | "resume":
            return ResumeQuery(_number(words, "on"))
        case "now" | "send":
            return NowQuery(_number(words, "now"))
        case "at" | "move" if words and words[0].lstrip("#").isdecimal():
            return _move(words)
        case _:
            return _add(text)


def _off(words: Sequence[str]) -> OffQuery:
    if len(words) == 1 and words[0].casefold() in EVERYTHING:
        return OffQuery(None)
    numbers = tuple(dict.fromkeys(int(w.lstrip("#")) for w in words if w.lstrip("#").isdecimal()))
    if len(numbers) != len(words):
        raise _which("off")
    return OffQuery(numbers)


def _move(words: Sequence[str]) -> MoveQuery:
    number, *said = words[0].lstrip("#"), *words[1:]
    if said and AT.read(said[0]) is not None:
        said[0] = f"at={said[0]}"
    clock, zone, rest = _when(" ".join(said), behind=f"at {number} ")
    if (clock is None and zone is None) or rest:
        raise UsageError(
            tr("When? For example `/daily at {number} 09:30`", number=number),
            corrections=_times(f"/daily at {number} {{}}"),
        )
    return MoveQuery(int(number), clock, zone)


def _add(text: str) -> AddQuery:
    clock, zone, rest = _when(text)
    try:
        query = digest_query(rest)
        _refuse_past(query)
    except RequestError as error:
        raise _as_daily(error, clock, zone) from None
    return AddQuery(query, clock, zone)


def _when(text: str, *, behind: str = "") -> tuple[time | None, str | None, str]:
    """The time, the zone, and the words that are neither; ``behind`` what they were said."""
    clock = zone = None
    if (said := _ZONE.search(text)) is not None:
        typed, left = _longest_name(said[1], said[2].split())
        try:
            zone = zone_of(typed).key
        except UsageError as error:
            raise _whole(error, behind + text, said[1]) from None
        text = f"{text[: said.start()]} {left} {text[said.end() :]}"
    if (said := _AT.search(text)) is not None:
        clock = AT.read(said[1])
        if clock is None:
            raise _unread_time(behind, text, said)
        text = f"{text[: said.start()]} {text[said.end() :]}"
    return clock, zone, text.strip(" ,;")


def _longest_name(first: str, following: list[str]) -> tuple[str, str]:
    """A city of several words, such as New York, and the words behind it."""
    for count in range(len(following), 0, -1):
        name = " ".join((first, *following[:count]))
        if is_zone(name):
            return name, " ".join(following[count:])
    return first, " ".join(following)


def _number(words: Sequence[str], verb: str) -> int:
    if len(words) != 1 or not words[0].lstrip("#").isdecimal():
        raise _which(verb)
    return int(words[0].lstrip("#"))


def _which(verb: str) -> UsageError:
    return UsageError(
        tr("Which one? Say its number: `/daily {verb} 2`. `/daily` lists all.", verb=verb),
        corrections=(Correction("/daily", "/daily"),),
    )


def _refuse_past(query: DigestQuery) -> None:
    if query.pairs[0].window.end is None:
        return
    pairs = tuple(replace(p, window=replace(p.window, end=None)) for p in query.pairs)
    raise UsageError(
        tr("A daily digest looks at the latest prices: leave `end=` out."),
        corrections=(Correction(tr("without end="), replace(query, pairs=pairs).asked()),),
    )


def _as_daily(error: RequestError, clock: time | None, zone: str | None) -> RequestError:
    """The same error about a /digest as one about a /daily at that time."""
    when = [f"at={clock:%H:%M}"] if clock else []
    when += [f"tz={zone}"] if zone else []
    sentence = error.sentence.replace("/digest", "/daily")
    corrections = tuple(
        Correction(
            _daily(c.label, ()), _daily(c.right, when), None if c.right.startswith("/") else c.wrong
        )
        for c in error.corrections
    )
    return UsageError(sentence, corrections=corrections)


def _daily(text: str, when: Sequence[str]) -> str:
    if not text.startswith("/digest"):
        return text
    return " ".join((text.replace("/digest", "/daily", 1), *when))


def _whole(error: UsageError, text: str, typed: str) -> UsageError:
    error.corrections = tuple(
        Correction(c.label, f"/daily {text.replace(typed, c.right, 1)}") for c in error.corrections
    )
    return error


def _unread_time(behind: str, text: str, said: re.Match[str]) -> UsageError:
    before, after = behind + text[: said.start()].strip(), text[said.end() :]
    return UsageError(
        tr("I can't read the time {typed}. Write at=08:00.", typed=said[1].replace("`", "'")),
        corrections=_times(" ".join(f"/daily {before} at={{}}{after}".split())),
    )


def _times(question: str) -> tuple[Correction, ...]:
    return tuple(Correction(t, question.replace("{}", t)) for t in ("08:00", "20:00"))
