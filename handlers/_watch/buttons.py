"""The questions under a message about an alert."""

from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from handlers._grammar import Holding, Unit
from handlers._held import contract_of, is_contract
from handlers._questions import same_stretch
from handlers._reply import Button
from handlers._watch.alert import Alert
from handlers._watch.measure import Measure, Metric
from handlers._watch.names import instruments_of
from handlers._watch.position import unsized

NAPS = ("1h", "8h", "24h")
UNKNOWN_SIZE = 10_000.0
"""Dollars that a hedge is sized for where nobody said what they hold."""
USUAL_MARGIN = "lev=3"

Row = tuple[Button, ...]


def ringing(alert: Alert) -> tuple[Row, ...]:
    """Of an alert that fires: quiet for a while, a closer look, the new size, the end of it."""
    return snoozes(alert), (*looks(alert), off(alert))


def snoozes(alert: Alert) -> Row:
    """Nothing of this alert for a while."""
    first, *others = NAPS
    labels = (tr("Snooze {length}", length=first), *others)
    return tuple(
        Button(label, f"/alerts snooze {alert.number} {nap}")
        for label, nap in zip(labels, NAPS, strict=True)
    )


def looks(alert: Alert) -> Row:
    """What the measure looks like, and what hedge it calls for."""
    measure = alert.rule.measure
    size = _size(measure)
    chart = Button(tr("Chart"), _chart(measure))
    return (chart,) if size is None else (chart, Button(tr("Size"), size))


def off(alert: Alert) -> Button:
    """Forget the alert."""
    return Button(tr("Off"), f"/alerts off {alert.number}")


def keep(alert: Alert) -> Button:
    """Let the alert live on."""
    return Button(tr("Keep"), f"/alerts keep {alert.number}")


def whole(alert: Alert) -> Button:
    """The alert in full."""
    return Button(tr("Alert {number}", number=alert.number), f"/alerts {alert.number}")


def _chart(measure: Measure) -> str:
    named = " ".join(map(str, instruments_of(measure)))
    stretch = same_stretch(measure.window)
    match measure.metric:
        case Metric.FUNDING | Metric.BASIS:
            return f"/carry {named} {stretch}"
        case Metric.SPREAD:
            return f"/lead {named}"
        case Metric.LOCKSTEP:
            return f"/break {named}"
        case _:
            return f"/corr {named} {stretch}"


def _size(measure: Measure) -> str | None:
    stretch = same_stretch(measure.window)
    if measure.holdings:
        margin = measure.margin or ((USUAL_MARGIN,) if unsized(measure) else ())
        return " ".join(("/drift", *map(str, measure.holdings), stretch, *margin))
    match measure.metric, instruments_of(measure):
        case ((Metric.SPREAD | Metric.LOCKSTEP), _):
            return None
        case _, (contract,):
            return _hedge(Instrument(contract.base, venue=contract.venue), contract, stretch)
        case _, (first, second):
            return _hedge(first, second, stretch)
    return None


def _hedge(held: Instrument, hedge: Instrument, stretch: str) -> str:
    if is_contract(held) and not is_contract(hedge):
        held, hedge = hedge, held
    if held.kind is Kind.INVERSE:
        held = Instrument(held.base, venue=held.venue)
    if not is_contract(hedge):
        hedge = contract_of(hedge)
    margin = f" {USUAL_MARGIN}" if hedge.kind is Kind.INVERSE and hedge.base != held.base else ""
    return f"/hedge {Holding(UNKNOWN_SIZE, Unit.DOLLARS, held)} {hedge} {stretch}{margin}"
