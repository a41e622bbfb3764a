"""When a digest shall come: a time and a place, wherever in a sentence they stand."""

import re
from dataclasses import dataclass
from datetime import time

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import UsageError
from handlers._grammar.clocks import CLOCK, HOUR, clock_of
from handlers._grammar.spoken_times import in_figures, later_by_half
from handlers._grammar.symbols import WELL_KNOWN
from handlers._zones import LIKELY, SHORT, city_of, is_zone, zone_of

EVENING = time(20)
SHORTEST_CITY = 4
MOST_WORDS_OF_A_CITY = 3
_ZONE = re.compile(
    r"(?<!\S)(?:tz|zone|timezone)\s*=\s*([^\s,;]*)((?:\s+[^\W\d]\w*){0,2})", re.IGNORECASE
)
_SAID = re.compile(
    rf"(?<!\S)(?:at|time)\s*=\s*(?P<keyed>{HOUR}|[^\s,;]*)"
    rf"|(?<!\S)(?:(?:at|um|gegen|by|a\s+las?)\s+|@\s*)(?P<led>{HOUR})"
    rf"|(?<![\S])(?P<bare>{CLOCK})",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:utc|gmt)[+-]\d{1,2}(?::?[0-5]\d)?", re.IGNORECASE)
_TIME = frozenset({"time", "zeit", "hora"})
_IN = frozenset({"in", "en"})
_ALSO = re.compile(rf"\s*(?:,|and|und|y|&)\s*({CLOCK})", re.IGNORECASE)
_EVERY_DAY = re.compile(
    r"(?<!\S)(?:(?:every|each) (?:day|morning)|daily|mornings|in the morning|jeden (?:tag|morgen)|täglich|"
    r"morgens|cada (?:día|mañana)|todos los días|todas las mañanas|por la mañana|diario|"
    r"diariamente)(?!\S)",
    re.IGNORECASE,
)
_EVERY_EVENING = re.compile(
    r"(?<!\S)(?:(?:every|each) (?:evening|afternoon)|evenings|in the evening|jeden (?:nachmittag|abend)|"
    r"abends|cada tarde|todas las tardes|por la tarde|(?P<night>(?:every|each) night|nightly|at night|"
    r"jede nacht|nachts|cada noche|todas las noches|por la noche))(?!\S)",
    re.IGNORECASE,
)
_SOME_DAYS = re.compile(
    r"(?<!\S)(?:(?:on|every|each|am|an|los) )?(?:weekdays?|workdays?|weekends?|weekly|werktags|"
    r"wöchentlich|wochenenden?|entre semana|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|"
    r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|lunes|martes|miércoles|jueves|viernes|"
    r"sábados?|domingos?)(?!\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class When:
    """A time and an IANA name, None where they are not said, and the words that are neither."""

    clock: time | None
    zone: str | None
    rest: str


def when_of(text: str, *, behind: str = "") -> When:
    """The time and the place in some words; ``behind`` is what stood before them.

    Raises
    ------
    UsageError
        One of them cannot be read, or there are two of them.

    """
    text = in_figures(text)
    whole = behind + text
    text, zone = _zone(text, behind)
    _refuse_some_days(behind, text)
    text = _EVERY_DAY.sub(" ", text)
    clock = None
    if (evening := _EVERY_EVENING.search(text)) is not None:
        text, clock = _cut(text, evening), EVENING
    if (said := _SAID.search(text)) is not None:
        clock, text = _clock(behind, text, said)
        if evening is not None:
            is_night = evening["night"] is not None
            clock = clock.replace(hour=later_by_half(clock.hour, is_night=is_night))
    if zone is None:
        text, zone = _bare_zone(text, whole)
    return When(clock, zone, " ".join(text.split()).strip(" ,;-@"))


def times(question: str) -> tuple[Correction, ...]:
    """A question with ``{}`` in the place of a time, at two usual ones."""
    return tuple(Correction(t, question.replace("{}", t)) for t in ("08:00", "20:00"))


def _zone(text: str, behind: str) -> tuple[str, str | None]:
    said = _ZONE.search(text)
    if said is None:
        return text, None
    if not said[1]:
        raise UsageError(
            tr("Which zone? For example `{right}`", right="tz=Europe/Berlin"),
            corrections=(
                Correction(
                    city_of(LIKELY[0]),
                    f"/daily {behind}{text[: said.start(1)]}Europe/Berlin{text[said.end(1) :]}",
                ),
            ),
        )
    typed, left = _longest_name(said[1], said[2].split())
    try:
        zone = zone_of(typed).key
    except UsageError as error:
        raise _whole(error, behind + text, said[1]) from None
    return f"{text[: said.start()]} {left} {text[said.end() :]}", zone


def _bare_zone(text: str, whole: str) -> tuple[str, str | None]:
    """A city at the end, as in ``at 8:00 in New York``, or the name of a zone anywhere."""
    words = text.split()
    if len(words) > 1 and words[-1].casefold() in _TIME and _is_place(words[-2], whole):
        words = words[:-1]
    for at, word in enumerate(words):
        if "/" in word and is_zone(word):
            return " ".join(words[:at] + words[at + 1 :]), zone_of(word).key
        if _OFFSET.fullmatch(word):
            return _unknown_zone(whole, word, word)
    for count in range(min(MOST_WORDS_OF_A_CITY, len(words)), 0, -1):
        kept, name = words[:-count], " ".join(words[-count:]).strip(" ,;.")
        is_in = bool(kept) and kept[-1].casefold() in _IN
        if _is_place(name, whole) or (is_in and is_zone(name)):
            return " ".join(kept[:-1] if is_in else kept), zone_of(name).key
    last = words[-1] if words else ""
    is_in = len(words) > 1 and words[-2].casefold() in _IN and last.isalpha()
    is_short = last.casefold() in SHORT and (last.isupper() or _is_behind_time(last, whole))
    if is_in or is_short:
        return _unknown_zone(whole, last, f"{words[-2]} {last}" if is_in else last)
    return text, None


def _unknown_zone(whole: str, name: str, typed: str) -> tuple[str, str | None]:
    """Ask back about what names a place, as it seems, with the whole question put right."""
    try:
        return " ".join(whole.replace(typed, "", 1).split()), zone_of(name).key
    except UsageError as error:
        found = tuple(Correction(c.label, f"tz={c.right}", c.wrong) for c in error.corrections)
        error.corrections = found
        raise _whole(error, whole, typed) from None


def _is_place(name: str, whole: str) -> bool:
    if name.upper() in {"UTC", "GMT"} or (len(name) < SHORTEST_CITY and is_zone(name)):
        # GMT is a coin too, but not behind a time.
        return _is_behind_time(name, whole)
    long_enough = len(name) >= SHORTEST_CITY and name.upper() not in WELL_KNOWN
    return long_enough and not any(map(str.isdigit, name)) and is_zone(name)


def _longest_name(first: str, following: list[str]) -> tuple[str, str]:
    """A city of several words, such as New York, and the words behind it."""
    for count in range(len(following), 0, -1):
        name = " ".join((first, *following[:count]))
        if is_zone(name):
            return name, " ".join(following[count:])
    return first, " ".join(following)


def _is_behind_time(name: str, whole: str) -> bool:
    return re.search(rf"{HOUR}\s+{re.escape(name)}(?!\w)", whole, re.IGNORECASE) is not None


def _clock(behind: str, text: str, said: re.Match[str]) -> tuple[time, str]:
    typed = said["keyed"] or said["led"] or said["bare"] or ""
    clock, left = clock_of(typed), _cut(text, said)
    if clock is None:
        raise _unread_time(behind, text, said, typed)
    again = _ALSO.match(text, said.end()) or _SAID.search(left)
    if again is None:
        return clock, left
    other = clock_of(next(group for group in again.groups() if group is not None))
    if other is not None and other != clock:
        raise _two_times(behind, _cut(left, again) if again.re is _SAID else left, (clock, other))
    return clock, left


def _two_times(behind: str, text: str, clocks: tuple[time, time]) -> UsageError:
    words = " ".join(_ALSO.sub("", f"{behind} {text}").split()).strip(" ,;")
    return UsageError(
        tr("A digest comes once a day. For two times set two of them."),
        corrections=tuple(
            Correction(f"{clock:%H:%M}", f"/daily {words} at={clock:%H:%M}") for clock in clocks
        ),
    )


def _refuse_some_days(behind: str, text: str) -> None:
    some = _SOME_DAYS.search(text)
    if some is None:
        return
    right = " ".join(f"/daily {behind}{_cut(text, some)}".split())
    raise UsageError(
        tr("A daily digest comes every day: leave `{typed}` out.", typed=some[0].strip()),
        corrections=(Correction(tr("every day"), right),),
    )


def _cut(text: str, part: re.Match[str]) -> str:
    return f"{text[: part.start()]} {text[part.end() :]}"


def _whole(error: UsageError, text: str, typed: str) -> UsageError:
    error.corrections = tuple(
        Correction(c.label, f"/daily {text.replace(typed, c.right, 1)}") for c in error.corrections
    )
    return error


def _unread_time(behind: str, text: str, said: re.Match[str], typed: str) -> UsageError:
    before, after = behind + text[: said.start()].strip(), text[said.end() :]
    return UsageError(
        tr("I can't read the time {typed}. Write at=08:00.", typed=typed.replace("`", "'")),
        corrections=times(" ".join(f"/daily {before} at={{}}{after}".split())),
    )
