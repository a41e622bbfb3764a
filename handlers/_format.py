"""One way to write each kind of number."""

import math
from datetime import date, datetime, timedelta

from analytics.market.windows import DAY, HOUR, MINUTE, spelled
from analytics.statistics.estimate import Estimate, Interval

MINUS = "−"
CLOSE_TO_ONE = 0.995
TINY_P = 0.001


def ratio(value: float, *, decimals: int | None = None) -> str:
    """A correlation or hedge ratio: ``0.84``, ``−0.31``, ``0.9995`` where two digits say nothing."""
    if decimals is None:
        decimals = 4 if CLOSE_TO_ONE <= abs(value) <= 1 else 2
    return _minus(f"{value:.{decimals}f}")


def ratio_range(interval: Interval) -> str:
    """An interval of ratios with as many digits as its width warrants: ``0.79–0.88``."""
    return _range(*(ratio(end, decimals=_decimals(interval)) for end in _ends(interval)))


def ratio_estimate(estimate: Estimate) -> str:
    """A ratio with its interval: ``0.84 (0.79–0.88)``."""
    value = ratio(estimate.value, decimals=_decimals(estimate.interval))
    return f"{value} ({ratio_range(estimate.interval)})"


def percent(fraction: float, *, signed: bool = False) -> str:
    """A share: ``66 %``, ``99.7 %``, ``+3.1 %``."""
    return f"{_percent_digits(fraction, _percent_decimals(fraction), signed=signed)} %"


def percent_range(interval: Interval) -> str:
    """An interval of shares: ``58–73 %``, ``−1.2 to 4.0 %``."""
    decimals = max(map(_percent_decimals, _ends(interval)))
    return f"{_range(*(_percent_digits(end, decimals) for end in _ends(interval)))} %"


def usd(amount: float) -> str:
    """An amount of money, short: ``$148.8k``, ``−$31k``, ``$1.25M``, ``$25``."""
    sign, size = (MINUS if amount < 0 else ""), abs(amount)
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * unit:
            return f"{sign}${size / unit:.{1 if size < 1000 * unit else 0}f}{letter}"
    return f"{sign}${size:.0f}" if size >= 10 or size == 0 else f"{sign}${size:.2g}"  # noqa: PLR2004


def price(value: float) -> str:
    """A price in full: ``$74,700``, ``$0.1234``."""
    if value >= 1000:  # noqa: PLR2004 - cents say nothing there
        return f"${value:,.0f}"
    return f"${value:,.2f}" if value >= 1 else f"${value:.4g}"


def coins(amount: float, *, step: float = 0.0) -> str:
    """An amount of coins with the digits that its step has, else four significant ones."""
    if step > 0:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    else:
        size = abs(amount)
        decimals = max(0, 3 - math.floor(math.log10(size))) if size > 0 else 0
        text = f"{amount:,.{decimals}f}"
        return _minus(text.rstrip("0").rstrip(".") if "." in text else text)
    return _minus(f"{amount:,.{decimals}f}")


def p_value(p: float) -> str:
    """A probability under chance: ``p 0.31``, ``p < 0.001``."""
    if p < TINY_P:
        return "p < 0.001"
    return f"p {p:.2f}" if p >= 0.01 else f"p {p:.3f}"  # noqa: PLR2004 - two digits that say something


def bars(n: int, bar: timedelta) -> str:
    """How many bars of which length: ``720 hourly bars``, ``180 4h bars``."""
    names = {DAY: "daily", HOUR: "hourly", MINUTE: "one-minute"}
    return f"{n:,} {names.get(bar, spelled(bar))} bars"


def as_of(moment: datetime, now: datetime) -> str:
    """The time of the last close, with the date where it is not today: ``14:00 UTC``."""
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M} UTC"


def day(moment: date) -> str:
    """A day without its year: ``12 Mar``."""
    return f"{moment:%-d %b}"


def level(interval: Interval) -> str:
    """How often the interval holds the truth: ``95 %``."""
    return f"{interval.level:.0%}".replace("%", " %")


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _decimals(interval: Interval) -> int:
    width = interval.high - interval.low
    return 2 + sum(width < limit for limit in (0.02, 0.002))


def _percent_decimals(fraction: float) -> int:
    """More digits near 0 and 1, where the difference is what matters."""
    size = abs(fraction)
    if size == 0:
        return 0
    small = sum(size < limit for limit in (0.0995, 0.001))
    almost_whole = sum(abs(1 - size) < limit for limit in (0.015, 0.001))
    return max(small, almost_whole if size != 1 else 0)


def _percent_digits(fraction: float, decimals: int, *, signed: bool = False) -> str:
    shown = f"{100 * fraction:{'+' if signed else ''}.{decimals}f}"
    if fraction < 1 and float(shown) >= 100:  # noqa: PLR2004 - rounding must not complete a share
        shown = f"{100 - 10**-decimals:.{decimals}f}"
    return _minus(shown)


def _range(low: str, high: str) -> str:
    return f"{low} to {high}" if low.startswith(MINUS) else f"{low}–{high}"


def _minus(text: str) -> str:
    zero = text.lstrip("-").strip("0.,") == ""
    return text.removeprefix("-") if zero else text.replace("-", MINUS)
