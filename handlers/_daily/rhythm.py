"""What /daily says to another rhythm than once a day, and to what may be a time or something else."""

import re
from datetime import time

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import BadWindowError, spelled
from handlers._daily.when import When
from handlers._errors import UsageError
from handlers._grammar.clocks import clock_of
from handlers._grammar.lengths import length_of

LEAST_OF_BOTH = 3
"""Digits from which on a number says minutes too."""
_UNIT = r"(?:h|hours?|hrs?|m|min|mins|minutes?|std|stunden?|minuten?|horas?|minutos?)"
_OTHER = re.compile(
    r"(?<!\S)(?:hourly|stündlich|cada hora|every hour|jede stunde|"
    rf"(?:every|each|alle|cada) \d+ ?{_UNIT}|"
    r"(?:twice|(?:two|three|2|3) times) (?:a|per|each) day|twice daily|"
    r"(?:zwei|drei|2|3)mal (?:am tag|pro tag|täglich)|(?:dos|tres|2|3) veces (?:al|por) día|"
    r"monthly|monatlich|mensual(?:mente)?|every month|jeden monat|cada mes)(?!\S)",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"(?<!\S)(?:for|für|durante|por) (?P<length>(?:the next |die nächsten |los próximos )?"
    r"(?:\d+ ?|(?!the|last|past|die|los|las)[^\W\d_]+ )[^\W\d_]+)(?!\S)",
    re.IGNORECASE,
)
_HOUR_OR_HOURS = re.compile(r"(?<!\S)(?P<hour>[01]?\d|2[0-3])h(?!\S)", re.IGNORECASE)
_BARE = re.compile(r"^[^\W\d].*(?<!\d) (?P<hour>\d{1,2}(?:[.,]\d\d)?|\d{3,4})$")
_COUNTED = re.compile(r"(?<![^\s,])-?\$?\d[\d.,]*k? ?[^\W\d_]", re.IGNORECASE)


def refuse_rhythm(text: str) -> None:
    """Refuse ``every 4 hours`` and ``for 2 weeks``: a digest comes once a day until it is stopped."""
    if (other := _OTHER.search(text)) is not None:
        right = _asked(_cut(text, other))
        raise UsageError(
            tr(
                "A daily digest comes once a day: leave `{typed}` out. News in between: `/watch`",
                typed=other[0],
            ),
            corrections=(Correction(tr("every day"), right),),
        )
    run = _RUN.search(text)
    try:
        length = length_of(run["length"]) if run else None
    except BadWindowError:
        return
    if run is not None and length is not None:
        window = spelled(length)
        right = _asked(f"{_cut(text, run)} {window}")
        raise UsageError(
            tr(
                "A digest comes every day until you stop it: `/daily off`. Shall it look back {length}?",
                length=window,
            ),
            corrections=(
                Correction(window, right),
                Correction(tr("every day"), _asked(_cut(text, run))),
            ),
        )


def refuse_open(when: When) -> None:
    """Ask back about ``btc eth 19h`` and ``btc eth 8``, where no time is said otherwise."""
    if when.clock is not None:
        return
    zone = f" tz={when.zone}" if when.zone else ""
    if (said := _HOUR_OR_HOURS.search(when.rest)) is not None:
        clock = f"at={int(said['hour']):02}:00"
        raise UsageError(
            tr("Is {said} a time of day, or how far to look back?", said=said[0]),
            corrections=(
                Correction(clock, _asked(f"{_cut(when.rest, said)} {clock}{zone}")),
                Correction(said[0], _asked(f"{when.rest} at=08:00{zone}")),
            ),
        )
    said = None if _COUNTED.search(when.rest) else _BARE.match(when.rest)
    typed = said["hour"] if said else ""
    found = _clock(typed)
    if said is None or found is None:
        return
    words, clock = when.rest[: said.start("hour")].strip(), f"at={found:%H:%M}"
    days = (f"{typed}d",) if typed.isdecimal() and typed[0] != "0" else ()
    raise UsageError(
        tr("Is {said} a time of day? Write {clock}.", said=typed, clock=clock),
        corrections=(
            Correction(clock, _asked(f"{words} {clock}{zone}")),
            *(Correction(one, _asked(f"{words} {one}{zone}")) for one in days),
        ),
    )


def _clock(typed: str) -> time | None:
    """A time that is written as a number: ``8``, ``8.30``, ``0830``."""
    if typed.isdecimal() and len(typed) >= LEAST_OF_BOTH:
        return clock_of(f"{typed[:-2]}:{typed[-2:]}")
    return clock_of(typed.replace(",", "."))


def _cut(text: str, part: re.Match[str]) -> str:
    return f"{text[: part.start()]} {text[part.end() :]}"


def _asked(text: str) -> str:
    return " ".join(f"/daily {text}".split())
