"""From words to what is asked of alerts that exist."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import tr
from handlers._alerts.called import METRICS, nap_in
from handlers._alerts.kinds import (
    AlertsQuery,
    EditQuery,
    KeepQuery,
    ListQuery,
    OffAllQuery,
    OffQuery,
    OneQuery,
    ShowQuery,
    SnoozeQuery,
    WhichQuery,
)
from handlers._alerts.naps import all_of_them, nap
from handlers._alerts.verbs import (
    EVERYTHING,
    FIRING,
    IDLE,
    JOINING,
    LIST,
    NEW,
    OF,
    UNSAID,
    UNTIL_NUMBER,
    VERBS,
)
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.durations import is_unit, looks_like_duration
from handlers._grammar.lengths import length_of
from handlers._grammar.numerals import numeral
from handlers._grammar.sentences import named_in
from handlers._grammar.symbols import WELL_KNOWN
from handlers._grammar.until import LEADING, without_end

_CLOSE = 75
MOST_OFFERED = 4
_NUMBER = re.compile(r"[#№]?(\d{1,6})")
_RANGE = re.compile(r"[#№]?(\d{1,4})\s?(?:-|\.\.)\s?[#№]?(\d{1,4})")
_ROW = re.compile(r"\d{1,4}(?:,\d{1,4})+")
MOST_AT_ONCE = 50
_SIDE = re.compile(r"(?:below|under|above|over|unter|über|bajo|sobre)\s+[-\d.]", re.IGNORECASE)
_CONDITION = re.compile(r"[<>≤≥=]|\b(?:break|lockstep|once|every|quiet)\b", re.IGNORECASE)


def query_of(text: str) -> AlertsQuery:
    """Read a verb and the number of an alert, in either order.

    Raises
    ------
    UsageError
        Something is missing, or is no word of this command.

    """
    typed = (without_end(word).lstrip("¿¡") for word in tidied(text).split())
    # Emoji say nothing; signs such as ``<`` and ``-`` do.
    words = [word for word in typed if word and (word.isascii() or any(map(str.isalnum, word)))]
    said = [word for word in words if not _is_unsaid(word)]
    if all(word.casefold() in LIST for word in said):
        return ListQuery()
    if said[0].casefold() in NEW:
        raise _another_command(" ".join(said[1:]))
    opening = _opening(words)
    if opening.numbers:
        return _of_some(opening)
    return _numberless(opening)


@dataclass(frozen=True, slots=True)
class _Opening:
    """How a request begins: what is to be done with which alerts; ``rest`` is as it was typed."""

    verb: str | None
    numbers: tuple[int, ...]
    is_of_all: bool
    rest: list[str]

    @property
    def said(self) -> list[str]:
        """The rest without the words that say nothing."""
        return [word for word in self.rest if not _is_unsaid(word) and not _is_idle(word)]


def _opening(words: list[str]) -> _Opening:
    verb, numbers, is_of_all, at = None, tuple[int, ...](), False, 0
    while at < len(words):
        word = words[at].casefold()
        found = () if numbers else _numbers_at(words, at)
        if found:
            numbers = found
        elif verb is None and word in VERBS:
            verb = VERBS[word]
        elif not numbers and word in EVERYTHING:
            is_of_all = True
        elif not (_is_unsaid(words[at]) or _is_idle(words[at]) or (at and word == OF)):
            break
        at += 1
        if verb is not None and numbers:
            break
    rest = words[at:]
    if (
        verb is None
        and numbers
        and rest
        and rest[-1].casefold() in VERBS
        and _are_numbers(rest[:-1])
    ):
        # ``1 2 and 3 off``
        verb, rest = VERBS[rest[-1].casefold()], rest[:-1]
    return _Opening(verb, numbers, is_of_all, rest)


def _is_unsaid(word: str) -> bool:
    return word.casefold() in UNSAID and word not in WELL_KNOWN


def _is_idle(word: str) -> bool:
    return word.casefold() in IDLE


def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None


def _are_numbers(words: list[str]) -> bool:
    return all(_is_number(word) or word.casefold() in JOINING for word in words)


def _numbers_at(words: list[str], at: int) -> tuple[int, ...]:
    """The numbers of alerts that a word says: ``7``, ``#7``, ``seven``, ``1,2``, ``1-3``."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if is_unit(following):
        return ()
    if match := _NUMBER.fullmatch(word):
        return (int(match[1]),)
    if match := _RANGE.fullmatch(word):
        return _range(int(match[1]), int(match[2]))
    if _ROW.fullmatch(word):
        return tuple(map(int, re.findall(r"\d+", word)))
    value = None if _is_unsaid(word) else numeral(word)
    return () if value is None else (value,)


def _range(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1)) if 0 <= last - first < MOST_AT_ONCE else ()


def _of_some(opening: _Opening) -> AlertsQuery:
    number, rest = opening.numbers[0], opening.rest
    if not rest and opening.verb is None and len(opening.numbers) == 1:
        return ShowQuery(number)
    said = opening.said
    if opening.verb in (None, "show") and said and all(w.casefold() in FIRING for w in said):
        return ShowQuery(number)
    verb, rest = _meant(opening.verb, rest, number)
    if verb == "off":
        return OffQuery(_numbers(opening.numbers, rest))
    others, rest = _others(rest)
    numbers = tuple(dict.fromkeys((*opening.numbers, *others)))
    if len(numbers) > 1:
        raise _one_at_a_time(verb, numbers, rest)
    return _asked(verb, rest, number)


def _meant(verb: str | None, words: list[str], number: int) -> tuple[str, list[str]]:
    """The verb and what stands behind it; ``7 8h`` snoozes and ``7 corr<0.5`` edits."""
    if verb is not None:
        return verb, words
    said = " ".join(words)
    if not words:
        return "show", words
    if LEADING.match(said) or length_of(said) is not None:
        return "snooze", words
    if _CONDITION.search(said) or _SIDE.match(said):
        return "edit", words
    raise _unknown_verb(words[0], number)


def _others(rest: list[str]) -> tuple[tuple[int, ...], list[str]]:
    """Further numbers behind the first, ``and 2``, and what follows them."""
    others, at = [], 0
    while at < len(rest):
        behind = rest[at + 1] if at + 1 < len(rest) else ""
        is_joined = at > 0 and rest[at - 1].casefold() in JOINING
        goes_on = _is_number(behind) or behind.casefold() in JOINING or looks_like_duration(behind)
        if _is_number(rest[at]) and (is_joined or goes_on) and not is_unit(behind):
            others.append(int(rest[at].lstrip("#№")))
        elif rest[at].casefold() not in JOINING:
            break
        at += 1
    return tuple(others), rest[at:]


def _one_at_a_time(verb: str, numbers: tuple[int, ...], rest: list[str]) -> UsageError:
    rights = [" ".join(("/alerts", verb, str(n), *rest)) for n in numbers[:MOST_OFFERED]]
    return UsageError(
        tr("One alert at a time, please: `{right}`", right=rights[0]),
        corrections=tuple(Correction(right.removeprefix("/alerts "), right) for right in rights),
    )


def _asked(verb: str, rest: list[str], number: int) -> OneQuery:
    match verb:
        case "snooze":
            return SnoozeQuery(number, nap(number, rest))
        case "edit":
            rest = rest[1:] if rest and rest[0].casefold() in UNTIL_NUMBER | {"auf"} else rest
            if not rest:
                right = f"/alerts edit {number} corr<0.5"
                raise UsageError(
                    tr("What shall change? For example `{right}`", right=right),
                    corrections=(Correction(tr("Show it"), f"/alerts {number}"),),
                )
            return EditQuery(number, " ".join(rest))
    rest = [word for word in rest if not _is_unsaid(word) and not _is_idle(word)]
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


def _numbers(first: tuple[int, ...], rest: list[str]) -> tuple[int, ...]:
    """Several alerts: ``7, 8 and 9``, ``7 bis 9``."""
    found = list(first)
    parts = [part for part in re.split(r"[\s,&+]+", " ".join(rest).replace("#", "")) if part]
    for at, part in enumerate(parts):
        if part.isdecimal():
            is_last = at > 0 and parts[at - 1].casefold() in UNTIL_NUMBER
            found += _range(found[-1], int(part)) if is_last else (int(part),)
        elif match := _RANGE.fullmatch(part):
            found += _range(int(match[1]), int(match[2]))
        elif part.casefold() not in JOINING | UNTIL_NUMBER and not _is_unsaid(part):
            right = f"/alerts off {' '.join(map(str, dict.fromkeys(found)))}"
            raise UsageError(
                tr("I read numbers of alerts. `{right}` is all.", right=right),
                corrections=(Correction(right, right),),
            )
    return tuple(dict.fromkeys(found))


def _numberless(opening: _Opening) -> AlertsQuery:
    verb, rest, said = opening.verb, opening.rest, opening.said
    if opening.is_of_all:
        if verb == "off" and not said:
            return OffAllQuery()
        if verb == "snooze":
            raise all_of_them(" ".join(rest))
    markets = tuple(one.market for one in named_in(" ".join(rest)) if one.market is not None)
    fires = any(word.casefold() in FIRING for word in said)
    if fires and verb in (None, "show") and not markets:
        return ListQuery(is_firing=True)
    if not markets and verb is None and _CONDITION.search(" ".join(said)):
        return WhichQuery("edit", " ".join(rest))
    metric = next((METRICS[w.casefold()] for w in said if w.casefold() in METRICS), None)
    if verb is None and not markets and metric is None:
        number = next((int(word.lstrip("#№")) for word in said if _is_number(word)), None)
        raise _unknown_verb(said[0] if said else "", number)
    if verb == "edit" or not (markets or metric):
        return WhichQuery(verb or "show", " ".join(said))
    return WhichQuery(verb or "show", nap_in(rest) if verb == "snooze" else "", markets, metric)


def _another_command(rest: str) -> UsageError:
    right = f"/watch {rest}".rstrip()
    return UsageError(
        tr("`/watch` sets an alert: `{right}`", right=right),
        corrections=(Correction(right[:60], right),),
    )


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
