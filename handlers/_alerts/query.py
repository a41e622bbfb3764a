"""What can be asked of alerts that exist."""

import re
from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, spelled
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.lengths import length_of
from handlers._grammar.numerals import numeral
from handlers._grammar.sentences import named_in
from handlers._grammar.symbols import COURTESIES

LONGEST_SNOOZE = 30 * DAY
VERBS = {
    **dict.fromkeys(("off", "delete", "del", "remove", "stop", "cancel", "end", "kill"), "off"),
    **dict.fromkeys(("aus", "stopp", "löschen", "lösche", "entfernen", "weg", "beenden"), "off"),
    **dict.fromkeys(("borrar", "borra", "quitar", "eliminar", "elimina", "parar"), "off"),
    **dict.fromkeys(("snooze", "sleep", "pause", "mute", "silence", "quiet", "hush"), "snooze"),
    **dict.fromkeys(("stumm", "schlummern", "ruhe", "pausieren", "silenciar", "pausar"), "snooze"),
    **dict.fromkeys(("wake", "unsnooze", "unmute", "resume", "on", "an", "wecken"), "wake"),
    **dict.fromkeys(("despertar", "activar", "reanudar"), "wake"),
    **dict.fromkeys(("edit", "change", "set", "ändern", "ändere", "editar", "cambiar"), "edit"),
    **dict.fromkeys(("test", "try", "preview", "testen", "probar", "prueba"), "test"),
    **dict.fromkeys(("keep", "extend", "renew", "behalten", "verlängern", "mantener"), "keep"),
    **dict.fromkeys(("show", "see", "open", "zeigen", "zeige", "ver", "mostrar"), "show"),
}
LIST = frozenset({"list", "show", "all", "liste", "alle", "zeigen", "lista", "todas", "ver"})
EVERYTHING = frozenset({"all", "everything", "alle", "alles", "todo", "todas", "todos"})
NEW = frozenset({"new", "add", "create", "neu", "neue", "nueva", "crear", "watch"})
_CLOSE = 75
_NUMBER = re.compile(r"[#№]?(\d{1,6})")
_BETWEEN_NUMBERS = frozenset({"and", "und", "y", "&", "+"})
_UNSAID = COURTESIES | frozenset(
    """
    alert alerts alarm alarme alerta alertas number nr the it this that den diesen das ihn la esta esa
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
_SIDE = re.compile(r"(?:below|under|above|over|unter|über|bajo|sobre)\s+[-\d.]", re.IGNORECASE)
_CONDITION = re.compile(r"[<>≤≥=]|\b(?:break|lockstep|once|every|quiet)\b", re.IGNORECASE)


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
    """Forget alerts."""

    numbers: tuple[int, ...]


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


@dataclass(frozen=True, slots=True)
class WhichQuery:
    """Something to be done with an alert whose number is not said: ``rest`` is what stands behind it.

    ``markets`` are those that it is about, where they are named.
    """

    verb: str
    rest: str = ""
    markets: tuple[Instrument, ...] = ()


OneQuery = ShowQuery | OffQuery | SnoozeQuery | EditQuery | KeepQuery
AlertsQuery = ListQuery | OffAllQuery | WhichQuery | OneQuery


def query_of(text: str) -> AlertsQuery:
    """Read a verb and the number of an alert, in either order.

    Raises
    ------
    UsageError
        Something is missing, or is no word of this command.

    """
    words = [w for w in tidied(text).split() if w.casefold() not in _UNSAID]
    if not words or (len(words) == 1 and words[0].casefold() in LIST):
        return ListQuery()
    if words[0].casefold() in NEW:
        raise _another_command(" ".join(words[1:]))
    number = _first_number(words)
    if number is not None:
        words = [word for at, word in enumerate(words) if at != number[0]]
    if not words:
        assert number is not None  # noqa: S101 - there was a word, and it was the number
        return ShowQuery(number[1])
    if words[0].casefold() in EVERYTHING and len(words) > 1:
        words = [words[1], words[0], *words[2:]]
    verb = VERBS.get(words[0].casefold())
    if number is not None:
        return _asked(*_meant(verb, words, number[1]), number[1])
    return _numberless(verb, words)


def _meant(verb: str | None, words: list[str], number: int) -> tuple[str, list[str]]:
    """The verb and what stands behind it; ``7 8h`` snoozes and ``7 corr<0.5`` edits."""
    if verb is not None:
        return verb, words[1:]
    if length_of(" ".join(words)) is not None:
        return "snooze", words
    said = " ".join(words)
    if _CONDITION.search(said) or _SIDE.match(said):
        return "edit", words
    raise _unknown_verb(words[0], number)


def _first_number(words: list[str]) -> tuple[int, int] | None:
    """The number of an alert is the first or the second word; later ones belong to the rest."""
    for at, word in enumerate(words[:2]):
        if match := _NUMBER.fullmatch(word.rstrip(",")):
            return at, int(match[1])
        value = numeral(word)
        if value is not None and (at == 0 or len(words) > at):
            return at, value
    return None


def _asked(verb: str, rest: list[str], number: int) -> OneQuery:
    match verb:
        case "off":
            return OffQuery(_numbers(number, rest))
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
        case "wake":
            return SnoozeQuery(number, None)
        case "keep":
            return KeepQuery(number)
        case _:
            return ShowQuery(number, is_test=verb == "test")


def _numbers(number: int, rest: list[str]) -> tuple[int, ...]:
    """Several alerts: ``7, 8 and 9``."""
    found = [number]
    for part in re.split(r"[\s,&+]+", " ".join(rest).replace("#", "")):
        if part.isdecimal():
            found.append(int(part))
        elif part and part.casefold() not in _BETWEEN_NUMBERS:
            right = f"/alerts off {' '.join(map(str, found))}"
            raise UsageError(
                tr("I read numbers of alerts. `{right}` is all.", right=right),
                corrections=(Correction(right, right),),
            )
    return tuple(dict.fromkeys(found))


def _numberless(verb: str | None, words: list[str]) -> AlertsQuery:
    rest = words[1:] if verb is not None else words
    parted = re.split(r"[,&+]", " ".join(rest))
    numbers = [int(part) for part in parted if part.strip().isdecimal()]
    if verb == "off" and len(numbers) == len(parted) > 1:
        return OffQuery(tuple(dict.fromkeys(numbers)))
    if rest and rest[0].casefold() in EVERYTHING:
        if verb == "off" and len(rest) == 1:
            return OffAllQuery()
        if verb == "snooze":
            raise _all_of_them(" ".join(rest[1:]) or "8h")
    markets = tuple(one.market for one in named_in(" ".join(rest)) if one.market is not None)
    if verb is None and not markets:
        raise _unknown_verb(words[0], None)
    is_about = bool(markets) and verb != "edit"
    return WhichQuery(
        verb or "show", "" if is_about else " ".join(rest), markets if is_about else ()
    )


def _all_of_them(length: str) -> UsageError:
    right = f"/mute {length}"
    return UsageError(
        tr("All alerts of this chat are hushed by `{right}`.", right=right),
        corrections=(Correction(right, right),),
    )


def _another_command(rest: str) -> UsageError:
    right = f"/watch {rest}".rstrip()
    return UsageError(
        tr("`/watch` sets an alert: `{right}`", right=right),
        corrections=(Correction(right[:60], right),),
    )


def _nap(number: int, rest: list[str]) -> timedelta:
    length = length_of(" ".join(rest)) if rest else None
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
