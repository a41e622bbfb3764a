"""What an alert looks at, without its threshold: equal measures are looked at once for everybody."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.market.instruments import Instrument
from analytics.market.windows import Window, spelled
from handlers._grammar import Amount, Holding
from handlers._restated import options_said


class Metric(StrEnum):
    """What is measured; the value is the word that people type."""

    CORRELATION = "corr"
    BETA = "beta"
    EFFECTIVENESS = "he"
    DRIFT = "drift"
    FUNDING = "funding"
    BASIS = "basis"
    SPREAD = "spread"
    BREAK = "break"
    LOCKSTEP = "lockstep"


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of some markets over a window.

    ``holdings`` for drift (what is held, then the hedge) and where a position stands behind the
    pair; else ``instruments``. For ``spread`` the instruments are one coin on two venues. Funding,
    basis and spread look at what is there now, ``window`` is their background. ``collateral`` or
    ``leverage`` margin a position in an inverse contract on another coin than the held one.
    """

    metric: Metric
    instruments: tuple[Instrument, ...]
    window: Window
    holdings: tuple[Holding, ...] = ()
    collateral: Amount | None = None
    leverage: float | None = None

    def __str__(self) -> str:
        """The canonical spelling: equal measures have equal ones."""
        what = map(str, self.holdings or self.instruments)
        words = [str(self.metric), *what, spelled(self.window.length)]
        if self.window.bar is not None:
            words.append(spelled(self.window.bar))
        return " ".join((*words, *self.margin))

    @property
    def margin(self) -> tuple[str, ...]:
        """What is posted, as people type it: ``lev=3``."""
        leverage = None if self.leverage is None else f"{self.leverage:g}"
        return tuple(options_said(coll=self.collateral, lev=leverage))
