"""What /daily is told to do, read from its words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.instruments import Instrument
from handlers._daily.rhythm import refuse_open, refuse_rhythm
from handlers._daily.when import times, when_of
from handlers._digest.query import DigestQuery
from handlers._digest.reading import digest_query
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.clocks import clock_of
from handlers._grammar.sentences import named_in
from handlers._grammar.symbols import COURTESIES, HURRIED

EXAMPLE = "/daily ETH BTC-PERP 30d at=08:00"
EVERYTHING = frozenset({"all", "everything"})
EVERYTHING_ELSEWHERE = frozenset({"alle", "alles", "todo", "todos"})
VERBS = {
    **dict.fromkeys(("list", "show", "liste", "anzeigen", "lista", "ver", "mostrar"), "list"),
    **dict.fromkeys(("time", "when", "status", "uhrzeit", "wann", "hora", "cuándo"), "list"),
    **dict.fromkeys(("off", "stop", "delete", "del", "remove", "end", "cancel"), "off"),
    **dict.fromkeys(("aus", "stopp", "löschen", "lösche", "beenden", "weg"), "off"),
    **dict.fromkeys(("borrar", "borra", "parar", "quitar", "eliminar", "fuera"), "off"),
    **dict.fromkeys(("on", "resume", "an", "weiter", "reanudar"), "on"),
    **dict.fromkeys(("now", "send", "test", "jetzt", "ahora"), "now"),
    **dict.fromkeys(("pause", "snooze", "mute", "pausieren", "pausar"), "pause"),
    **dict.fromkeys(("at", "move", "edit", "change", "set", "ändern", "cambiar", "mover"), "at"),
}
"""What may be done with a digest that exists; *off* and *on* are coins where pairs are named."""
_UNSAID = (
    COURTESIES
    | HURRIED
    | {"number", "nr", "no", "digest", "digests", "it", "the", "den", "el", "now"}
)
_IDLE = (
    COURTESIES
    | HURRIED
    | frozenset(
        """
        turn switch it can you add new my the digest digests schalte bitte neu neue neuen füge nuevo nueva
        añade agrega
        """.split()  # noqa: SIM905 - a column of quoted words is harder to read
    )
)
"""What may stand before a request; coins of such names are written in capitals."""
_TO = frozenset({"to", "auf", "a", "um", "las"})
_HOUR = frozenset({"time", "hour", "zeit", "uhrzeit", "hora"})


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
    """Stop digests by number, or those ``about`` some markets; None stops all."""

    numbers: tuple[int, ...] | None
    about: tuple[Instrument, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """Send a digest at another time, or by the clock of another place; None is the only one."""

    number: int | None
    at: time | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class ResumeQuery:
    """Send a paused digest again; None is the only one."""

    number: int | None


@dataclass(frozen=True, slots=True)
class NowQuery:
    """Offer a digest at once; None is the only one."""

    number: int | None


DailyQuery = ListQuery | AddQuery | OffQuery | MoveQuery | ResumeQuery | NowQuery


def daily_query(asked: str) -> DailyQuery:
    """Read what to do.

    Raises
    ------
    RequestError
        With corrections that are whole questions.

    """
    text = _without_idle(" ".join(tidied(asked).split(" ")).strip())
    first, words = _request(text)
    first = first.strip("?!.")
    verb = VERBS.get(first.casefold())
    # OFF is a coin too, in capitals.
    is_coin = verb == "off" and not first.islower()
    found = _of_existing(verb, words, is_coin=is_coin) if verb is not None else None
    return _add(text) if found is None else found


def _of_existing(verb: str, words: list[str], *, is_coin: bool) -> DailyQuery | None:
    """What to do with digests that exist; None where the verb is no request."""
    are_numbers, markets = all(map(_is_number, words)), _markets(words)
    match verb:
        case "list" if are_numbers:
            return NowQuery(_number(words, "now")) if words else ListQuery()
        case "off" if are_numbers or _is_everything(words):
            return _off(words)
        case "off" if not markets:
            raise _which("off")
        case "off" if not is_coin:
            return OffQuery((), markets)
        case "on" if are_numbers:
            return ResumeQuery(_number(words, "on"))
        case "now" if are_numbers:
            return NowQuery(_number(words, "now"))
        case "pause" if not markets:
            raise _no_pause(words if are_numbers else ())
        case "at":
            return _retimed(words)
    return None


def _retimed(words: list[str]) -> MoveQuery | None:
    """A new time of a digest: ``at 2 9:30``, ``change the time to 9``."""
    if words and _is_number(words[0]):
        return _move(words)
    clock = clock_of(" ".join(_new_time(words)))
    return None if clock is None else MoveQuery(None, clock, None)


def _request(text: str) -> tuple[str, list[str]]:
    """The verb first, and what stands behind it: ``2 off`` is ``off 2``, and ``2 9:30`` is ``at 2 9:30``."""
    first, *words = text.replace(",", " ").split() or ["list"]
    if first.casefold() in VERBS:
        words = [word for word in words if word.casefold() not in _UNSAID]
    if not _is_number(first):
        return first, words
    if not words:
        return "now", [first]
    verb = VERBS.get(words[0].casefold())
    if verb is None and clock_of(" ".join(_without_to(words))) is None:
        return first, words
    return verb or "at", [first, *(words[1:] if verb else words)]


def _without_idle(text: str) -> str:
    """A request without the words before what is wanted: ``turn it off``, ``please add BTC ETH``."""
    words = text.split()
    while words and words[0].islower() and words[0].strip(".,;!?") in _IDLE:
        words = words[1:]
    while words and words[-1].casefold().strip(".,;!?") in COURTESIES | HURRIED:
        words = words[:-1]
    return " ".join(words)


def _without_to(words: Sequence[str]) -> list[str]:
    """A new time without the word that leads it in: ``to 9:30``, ``auf 9 Uhr``."""
    return [word for at, word in enumerate(words) if at or word.casefold() not in _TO]


def _new_time(words: Sequence[str]) -> list[str]:
    """What stands behind ``change the time to``."""
    return [word for word in words if word.casefold() not in _TO | _HOUR]


def _markets(words: Sequence[str]) -> tuple[Instrument, ...]:
    named = named_in(" ".join(words))
    return tuple(dict.fromkeys(one.market for one in named if one.market is not None))


def _is_number(word: str) -> bool:
    return word.lstrip("#").isdecimal()


def _is_everything(words: Sequence[str]) -> bool:
    return len(words) == 1 and words[0].casefold() in EVERYTHING | EVERYTHING_ELSEWHERE


def _off(words: Sequence[str]) -> OffQuery:
    if _is_everything(words):
        return OffQuery(None)
    return OffQuery(tuple(dict.fromkeys(int(word.lstrip("#")) for word in words)))


def _move(words: Sequence[str]) -> MoveQuery:
    number = words[0].lstrip("#")
    said = _without_to(words[1:])
    if said and clock_of(" ".join(said)) is not None:
        return MoveQuery(int(number), clock_of(" ".join(said)), None)
    if said and clock_of(said[0]) is not None:
        said[0] = f"at={said[0]}"
    when = when_of(" ".join(said), behind=f"at {number} ")
    if (when.clock is None and when.zone is None) or when.rest:
        raise UsageError(
            tr("When? For example `/daily at {number} 09:30`", number=number),
            corrections=times(f"/daily at {number} {{}}"),
        )
    return MoveQuery(int(number), when.clock, when.zone)


def _add(text: str) -> AddQuery | MoveQuery:
    refuse_rhythm(text)
    when = when_of(text)
    if not when.rest and text:
        return MoveQuery(None, when.clock, when.zone)
    refuse_open(when)
    try:
        query = digest_query(when.rest)
        _refuse_past(query)
    except RequestError as error:
        raise _as_daily(error, when.clock, when.zone) from None
    return AddQuery(query, when.clock, when.zone)


def _number(words: Sequence[str], verb: str) -> int | None:
    if len(words) > 1:
        raise _which(verb)
    return int(words[0].lstrip("#")) if words else None


def _which(verb: str) -> UsageError:
    return UsageError(
        tr("Which one? Say its number: `/daily {verb} 2`. `/daily` lists all.", verb=verb),
        corrections=(Correction("/daily", "/daily"),),
    )


def _no_pause(words: Sequence[str]) -> UsageError:
    right = f"/daily off {' '.join(words)}".rstrip()
    return UsageError(
        tr("A digest does not pause: stop it, and Undo brings it back. `{right}`", right=right),
        corrections=(Correction(right.removeprefix("/daily "), right),),
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
