"""Times of day as people say them, in figures: ``half past seven``, ``8 Uhr abends``, ``las 8 y media``."""

import re

from handlers._grammar.numerals import numeral

_HOURS = """
    one two three four five six seven eight nine ten eleven twelve
    eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig
    una dos tres cuatro cinco seis siete ocho nueve diez once doce
""".split()  # noqa: SIM905 - a column of quoted words is harder to read
_HOUR = rf"(?:[01]?\d|2[0-4]|{'|'.join(_HOURS)})"
_FIRST = r"half past|quarter (?:past|to)|halb|viertel (?:nach|vor)"
_THEN = r"y media|y cuarto|menos cuarto"
_SHIFT = {
    **dict.fromkeys(("half past", "y media"), 30),
    **dict.fromkeys(("quarter past", "viertel nach", "y cuarto"), 15),
    **dict.fromkeys(("quarter to", "viertel vor", "menos cuarto"), -15),
    "halb": -30,
}
_MORNING = (
    r"in the morning|this morning|morgens|am morgen|(?:in der )?früh|vormittags|am vormittag|"
    r"(?:de|por) la (?:mañana|madrugada)"
)
_EVENING = (
    r"in the (?:afternoon|evening)|this (?:afternoon|evening)|nachmittags|am nachmittag|"
    r"abends|(?:heute|am) abend|abend|(?:de|por) la tarde"
)
_NIGHT = r"at night|tonight|nachts|heute nacht|in der nacht|(?:de|por) la noche|esta noche"
_PART = rf"(?:(?P<morning>{_MORNING})|(?P<evening>{_EVENING})|(?P<night>{_NIGHT}))"
_CORE = (
    rf"(?:(?P<first>{_FIRST})\s+)?(?P<hour>{_HOUR})"
    rf"(?:(?P<minute>[:.h][0-5]\d)(?!\d))?(?P<sign>\s?(?:uhr|h|o ?'?clock)\b)?"
    rf"(?:\s(?P<uhr>[0-5]\d)(?![\d.,]))?(?:\s+(?P<then>{_THEN}))?"
)
_AT = r"at|um|gegen|by|@|until|till|bis|(?:a|hasta|sobre)\s+las?|from|von|desde\s+las?|to"
_BEFORE = re.compile(rf"(?<![\w-]){_PART}\s+(?P<at>{_AT})\s+{_CORE}(?![\w:])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<![\w.,:$-]){_CORE}\s+{_PART}(?!\w)", re.IGNORECASE)
_ALONE = re.compile(
    rf"(?<![\w.,:$-])(?:(?P<at>{_AT}|las?)\s+)?{_CORE}(?![\w:%])(?!\.\d)", re.IGNORECASE
)
_HALF_A_DAY = 12
_LATE = 6
"""From this hour on somebody who says *at night* means before midnight."""


def in_figures(text: str, *, is_expected: bool = True) -> str:
    """A text with each time of day that is said in words as ``20:30``; the rest as it was.

    Where a time is not ``is_expected``, an hour in letters counts only at the end of what is said:
    ``um zwei BTC`` is no time.
    """
    if not _MAYBE.search(text):
        return text
    text = _BEHIND.sub(lambda said: _figures(said) or said[0], text)
    text = _BEFORE.sub(_after_its_part, text)
    return _ALONE.sub(lambda said: _spelled(said, text, is_expected=is_expected), text)


def later_by_half(hour: int, *, is_night: bool = False) -> int:
    """The hour of an evening, or of a night, that is said without its half of the day."""
    if is_night and hour == _HALF_A_DAY:
        return 0
    is_late = hour >= _LATE if is_night else hour > 0
    return hour + _HALF_A_DAY if is_late and hour < _HALF_A_DAY else hour


def _after_its_part(said: re.Match[str]) -> str:
    figures = _figures(said)
    return said[0] if figures is None else f"{said['at']} {figures}"


def _spelled(said: re.Match[str], text: str, *, is_expected: bool) -> str:
    in_letters = said["hour"].isalpha()
    is_shaped = said["first"] or said["then"] or (said["sign"] and "clock" in said["sign"])
    is_hour = in_letters and (said["at"] or said["sign"])
    if in_letters and not is_shaped and not said["sign"] and not is_expected:
        is_hour = is_hour and not text[said.end() :].strip(" .,;!?")
    figures = _figures(said) if is_shaped or is_hour else None
    return said[0] if figures is None else f"{said['at'] or ''} {figures}".strip()


def _figures(said: re.Match[str]) -> str | None:
    word = said["hour"]
    hour = int(word) if word.isdecimal() else (numeral(word) or (1 if word else 0))
    minute = int((said["minute"] or said["uhr"] or "0").lstrip(":.hH") or 0)
    shift = sum(
        _SHIFT[" ".join(word.casefold().split())] for word in (said["first"], said["then"]) if word
    )
    parts = said.groupdict()
    if parts.get("evening") or parts.get("night"):
        hour = later_by_half(hour, is_night=bool(parts.get("night")))
    total = 60 * hour + minute + shift
    return f"{total // 60 % 24:02}:{total % 60:02}" if total < 60 * 24 else None


_MAYBE = re.compile(
    rf"\b(?:half past|quarter|halb|viertel|media|cuarto|clock|{'|'.join(_HOURS)})\b|{_MORNING}|{_EVENING}|{_NIGHT}",
    re.IGNORECASE,
)
