"""What can be asked of alerts that exist, as values."""

from dataclasses import dataclass
from datetime import timedelta

from analytics.market.instruments import Instrument
from handlers._grammar.until import Until


@dataclass(frozen=True, slots=True)
class ListQuery:
    """All alerts of this chat, or those that fire."""

    is_firing: bool = False


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
    """Hear nothing of an alert for a while, or until a moment; None ends that."""

    number: int
    length: timedelta | Until | None


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

    ``markets`` and ``metric`` are those that it is about, where they are named.
    """

    verb: str
    rest: str = ""
    markets: tuple[Instrument, ...] = ()
    metric: str | None = None


OneQuery = ShowQuery | OffQuery | SnoozeQuery | EditQuery | KeepQuery
AlertsQuery = ListQuery | OffAllQuery | WhichQuery | OneQuery
