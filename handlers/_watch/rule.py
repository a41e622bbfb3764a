"""When an alert fires, when it is over, and how often it speaks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from analytics.market.windows import DAY, HOUR, spelled
from analytics.studies.readings import Reading
from handlers._grammar import typed
from handlers._restated import lengths_said, moment_said, options_said
from handlers._watch.clearing import usual_clear
from handlers._watch.condition import BANDS, Condition, spelled_figure
from handlers._watch.measure import Measure, Metric
from handlers._watch.syntax import SYNTAX

BAND_SIGMAS = 2.6
"""How far a value must leave what is normal, in standard errors of the difference."""
DEFAULT_CHECKS = 2
DEFAULT_COOL_DOWN = 12 * HOUR
DEFAULT_LIFE = 90 * DAY

PRICE_FACTS = frozenset({Metric.FUNDING, Metric.BASIS, Metric.SPREAD})
"""Metrics of what is there now; all others are of a window of bars."""
PRICE_PACE = timedelta(minutes=5)


class Repeat(StrEnum):
    """How often an alert speaks; the value is the word that people type, if any."""

    EPISODES = ""
    """Each time that it fires anew."""
    EVERY = "every"
    """And again after each cool-down while it goes on."""
    ONCE = "once"
    """One time, and then never again."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A standing question.

    Attributes
    ----------
    measure
        What is looked at.
    condition
        None for ``break`` and ``lockstep``, which fire outside the band of what is normal.
    checks
        How many checks in a row must meet it, and how many must clear it.
    clear
        Where it is over; None for the usual place.
    cool_down
        The least time between two tellings that it fires.
    until
        How long it lives, or the moment at which it ends.
    is_quiet
        Told without a sound.
    to_private
        Told in its owner's private chat.
    """

    measure: Measure
    condition: Condition | None = None
    checks: int = DEFAULT_CHECKS
    clear: float | None = None
    cool_down: timedelta = DEFAULT_COOL_DOWN
    until: timedelta | datetime = DEFAULT_LIFE
    repeat: Repeat = Repeat.EPISODES
    is_quiet: bool = False
    to_private: bool = False

    def __str__(self) -> str:
        """The words behind ``/watch``, which ``rule_of`` reads back to an equal value."""
        lengths = lengths_said(self.measure.window)
        parts = (*self._markets(), *self._test(), *lengths, *self._options())
        return " ".join(parts)

    @property
    def question(self) -> str:
        """The whole question that sets this alert."""
        return f"/{SYNTAX.command} {self}"

    @property
    def test(self) -> str:
        """The condition as people type it: ``corr<0.6``, ``break``."""
        return "".join(self._test())

    @property
    def cleared_at(self) -> float | None:
        """The value beyond which it is over; None for a band."""
        if self.condition is None or self.clear is not None:
            return self.clear
        return usual_clear(self.measure.metric, self.condition)

    def is_met(self, reading: Reading) -> bool:
        """Whether a reading meets the condition.

        A band without a past is never left, and two markets have parted only where a test dates
        it: without the test three of four steady years would have a false alarm (docs/alerts.md).
        """
        if self.condition is not None:
            return self.condition.is_met(reading.value)
        if reading.normal is None or self._distance(reading.normal.sigmas) <= BAND_SIGMAS:
            return False
        return self.measure.metric is Metric.LOCKSTEP or reading.moved is not None

    def is_clear(self, reading: Reading) -> bool:
        """Whether a reading is far enough on the good side for the alert to be over."""
        if self.condition is None:
            normal = reading.normal
            return normal is not None and self._distance(normal.sigmas) <= BAND_SIGMAS / 2
        assert self.cleared_at is not None  # noqa: S101 - every condition has one
        if self.condition.comparison.is_downward:
            return reading.value >= self.cleared_at and not self.is_met(reading)
        return reading.value <= self.cleared_at and not self.is_met(reading)

    @property
    def pace(self) -> timedelta:
        """How often there is something new to look at: every bar, or every few minutes."""
        metric = self.measure.metric
        return PRICE_PACE if metric in PRICE_FACTS else self.measure.window.chosen_bar

    def expires(self, created: datetime) -> datetime:
        """When an alert that was set at that moment ends."""
        return self.until if isinstance(self.until, datetime) else created + self.until

    def _distance(self, sigmas: float) -> float:
        # Assets that move together less than usual are no lockstep.
        return sigmas if self.measure.metric is Metric.LOCKSTEP else abs(sigmas)

    def _markets(self) -> tuple[str, ...]:
        what = self.measure.holdings or self.measure.instruments
        return tuple(typed(one, SYNTAX) for one in what)

    def _test(self) -> tuple[str, ...]:
        metric = self.measure.metric
        if self.condition is None:
            assert metric in BANDS  # noqa: S101 - all others have a threshold
            return (metric.value,)
        figure = spelled_figure(self.condition.threshold, metric)
        return (f"{metric}{self.condition.comparison}{figure}",)

    def _options(self) -> tuple[str, ...]:
        clear = None
        if self.clear is not None:
            clear = spelled_figure(self.clear, self.measure.metric)
        options = options_said(
            **{"for": None if self.checks == DEFAULT_CHECKS else self.checks},
            clear=clear,
            cool=None if self.cool_down == DEFAULT_COOL_DOWN else spelled(self.cool_down),
            until=None if self.until == DEFAULT_LIFE else _spelled_end(self.until),
        )
        switches = ("quiet" if self.is_quiet else "", "dm" if self.to_private else "")
        words = (word for word in (self.repeat.value, *switches) if word)
        return (*self.measure.margin, *options, *words)


def _spelled_end(until: timedelta | datetime) -> str | None:
    return spelled(until) if isinstance(until, timedelta) else moment_said(until)
