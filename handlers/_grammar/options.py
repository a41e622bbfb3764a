"""The ``key=value`` options, each with its typed value."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from handlers._grammar.amounts import amount_of
from handlers._grammar.durations import duration_of
from handlers._grammar.holdings import Amount
from handlers._grammar.quantities import fraction_of, number_of
from handlers._grammar.symbols import QUOTES, VENUES

T_co = TypeVar("T_co", bound=Hashable, covariant=True)
E = TypeVar("E", bound=StrEnum)


_LEVELS = {level: level for level in (0.90, 0.95, 0.99)}


def _never(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Option(Generic[T_co]):
    """One option that a command knows.

    Attributes
    ----------
    read
        The typed value of the text after ``=``; None when it says nothing sensible.
    examples
        Values to offer when the given one was not understood.
    aliases
        Other keys that mean the same.
    bare
        Whether a word alone, without ``key=``, can only mean this option.
    """

    key: str
    read: Callable[[str], T_co | None]
    examples: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    bare: Callable[[str], bool] = _never


def choice(
    key: str,
    values: type[E],
    *,
    aliases: tuple[str, ...] = (),
    bare: Callable[[str], bool] = _never,
) -> Option[E]:
    """An option whose value is one of an enumeration's; a beginning of three letters will do."""

    def read(text: str) -> E | None:
        wanted = text.casefold()
        for value in values:
            if value == wanted or (len(wanted) >= 3 and value.startswith(wanted)):  # noqa: PLR2004
                return value
        return None

    return Option(key, read, tuple(values), aliases, bare)


class Method(StrEnum):
    """Which correlation."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    EWMA = "ewma"


class Side(StrEnum):
    """Whether partners are sought to hold beside, or to sell against."""

    LONG = "long"
    SHORT = "short"


def _length(text: str) -> timedelta | None:
    return duration_of(text)


def _level(text: str) -> float | None:
    value = fraction_of(text)
    return None if value is None else _LEVELS.get(value if value < 1 else value / 100)


def _venue(text: str) -> str | None:
    return text.casefold() if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{1,19}", text) else None


def _end(text: str) -> datetime | None:
    if not re.fullmatch(
        r"(?:19|20)\d\d-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d)?([Zz]|[+-]\d\d:\d\d)?)?", text, re.ASCII
    ):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(second=0)
    except ValueError:
        return None


def _quote(text: str) -> str | None:
    return text.upper() if re.fullmatch(r"[A-Za-z]{2,10}", text) else None


def _positive(text: str) -> float | None:
    value = _number(text)
    return value if value is not None and value > 0 else None


def _number(text: str) -> float | None:
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", text):
        return None
    value = number_of(text).value
    return value if value < 1e12 else None  # noqa: PLR2004 - beyond it, nothing is meant


def _leverage(text: str) -> float | None:
    value = _positive(text.casefold().removesuffix("x").removeprefix("x"))
    return value if value is not None and 1 <= value <= 200 else None  # noqa: PLR2004 - as venues


def _share(text: str) -> float | None:
    value = fraction_of(text)
    return value if value is not None and 0 < value <= 1 else None


def _fee(text: str) -> float | None:
    """Only with its unit: 0.05 alone may mean five per cent or five hundredths of one."""
    value = fraction_of(text) if re.search(r"[%p]s?$", text.casefold()) or text == "0" else None
    return value if value is not None and 0 <= value <= 0.05 else None  # noqa: PLR2004


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9]\d{0,2}", text, re.ASCII) else None


def _zone(text: str) -> str | None:
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{1,39}", text, re.ASCII) else None


def _names_method(word: str) -> bool:
    return word.casefold() in set(Method)


def _names_venue(word: str) -> bool:
    return word.casefold() in VENUES


def _names_leverage(word: str) -> bool:
    return re.fullmatch(r"\d{1,3}(\.\d+)?x|x\d{1,3}", word.casefold()) is not None


BAR: Option[timedelta] = Option(
    "bar", _length, ("1h", "4h", "1d"), ("timeframe", "tf", "interval", "bars")
)
"""Length of one price bar."""
ROLL: Option[timedelta] = Option("roll", _length, ("7d", "14d"), ("rolling",))
"""Length of the rolling window in the chart."""
METHOD: Option[Method] = choice("m", Method, aliases=("method",), bare=_names_method)
"""Which correlation."""
LEVEL: Option[float] = Option("ci", _level, ("90", "95", "99"), ("level", "conf", "confidence"))
"""Coverage of intervals: 0.90, 0.95 or 0.99."""
VENUE: Option[str] = Option("venue", _venue, ("binance", "bybit"), ("exchange",), bare=_names_venue)
"""Where prices come from, in lower case; applied to every market that names no venue."""
END: Option[datetime] = Option("end", _end, ("2026-09-01", "2026-09-01T14:30"), ("until",))
"""Where the window ends, aware UTC; a date alone means its first minute."""
QUOTE: Option[str] = Option("quote", _quote, QUOTES[:3])
"""The currency of prices; applied to every market that names none."""
COLLATERAL: Option[Amount] = Option(
    "coll", amount_of, ("0.5BTC", "$5000"), ("collateral", "margin")
)
"""What is posted as margin."""
LEVERAGE: Option[float] = Option("lev", _leverage, ("3", "5"), ("leverage",), bare=_names_leverage)
"""Notional over collateral, 1 to 200; ``5x`` alone says it too."""
PART: Option[float] = Option("part", _share, ("80%", "50%"), ("share",))
"""How much of the position to hedge, a fraction in (0, 1]."""
RATIO: Option[float] = Option("h", _positive, ("1", "0.8"), ("ratio",))
"""A hedge ratio to use instead of the estimated one."""
FEE: Option[float] = Option("fee", _fee, ("0.05%", "5bp"), ("fees",))
"""Cost of a trade as a fraction of its notional."""
HOLD: Option[timedelta] = Option("hold", _length, ("3d", "1d"), ("horizon",))
"""For how long the hedge stands."""
TOP: Option[int] = Option("top", _count, ("5", "10"), ("limit", "n"))
"""How many rows, 1 to 999."""
SIDE: Option[Side] = choice("side", Side)
"""Hold beside, or sell against."""
TAIL: Option[float] = Option("q", _share, ("5%", "10%"), ("tail",))
"""The share of worst days, a fraction in (0, 1]."""
ZONE: Option[str] = Option("tz", _zone, ("Europe/Berlin", "UTC"), ("zone", "timezone"))
"""The name of a time zone as typed; whether it exists is for the command to look up."""

COMMON: tuple[Option[Hashable], ...] = (BAR, ROLL, METHOD, LEVEL, VENUE, QUOTE, END)
"""What every command about a window of prices knows."""
