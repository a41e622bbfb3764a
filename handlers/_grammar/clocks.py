"""Times of day as people write them: ``8:00``, ``8am``, ``8 Uhr``, ``20h30``, ``noon``."""

import re
from datetime import time

HALF_A_DAY = 12
_WORDS = {
    **dict.fromkeys(("noon", "midday", "mittag", "mittags", "mediodía", "mediodia"), time(12)),
    **dict.fromkeys(("midnight", "mitternacht", "medianoche"), time(0)),
}
_HALF = r"(?:a\.?m\.?|p\.?m\.?)"
_END = r"(?![\w:])"
CLOCK = (
    rf"(?:\d{{1,2}}(?:[:.h]\d\d)?\s?{_HALF}{_END}|\d{{1,2}}[:h]\d\d(?:\s?(?:uhr|h)\b)?{_END}|"
    rf"\d{{1,2}}(?:\.\d\d)?\s?uhr(?:\s\d\d)?{_END}|\b(?:{'|'.join(_WORDS)})\b)"
)
"""What can only be a time of day, as a part of a pattern."""
HOUR = rf"(?:{CLOCK}|\d{{1,2}}(?:[.]\d\d)?\s?h?{_END})"
"""What is a time of day where one is expected: ``8``, ``8h``, ``8.30`` too."""
_PARTS = re.compile(
    rf"(\d{{1,2}})(?:[:.h](\d\d)|\s?uhr\s(\d\d))?\s?({_HALF}|uhr|h)?", re.IGNORECASE
)


def clock_of(text: str) -> time | None:
    """The time of day that a text spells where one is expected; None where it spells none."""
    said = " ".join(text.casefold().split())
    if said in _WORDS:
        return _WORDS[said]
    match = _PARTS.fullmatch(said)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or match[3] or 0)
    half = (match[4] or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= HALF_A_DAY:
            return None
        hour = hour % HALF_A_DAY + (HALF_A_DAY if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a clock
