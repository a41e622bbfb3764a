"""One way to write each kind of number."""

import math
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from analytics.language import later, tr
from analytics.language.numbers import localised, short_date
from analytics.market.windows import DAY, HOUR, MINUTE, spelled
from analytics.statistics.estimate import Estimated, Interval

MINUS = "−"
CLOSE_TO_ONE = 0.995
MOST_DECIMALS = 6
TINY_P = 0.001
TWO_DIGITS_SAY = 0.01
VALUE_WIDTH = 20
"""Characters that a phone shows beside a label."""
UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def ratio(value: float, *, decimals: int | None = None) -> str:
    """A correlation or hedge ratio: ``0.84``, ``−0.31``, ``0.9995`` where two digits say nothing."""
    if decimals is None:
        decimals = _short_of_one(value, 4 if CLOSE_TO_ONE <= abs(value) < 1 else 2)
    return _minus(localised(f"{value:.{decimals}f}"))


def ratio_span(low: float, high: float) -> str:
    """From one ratio to another, both with the same digits: ``0.73–0.89``, ``−0.1 to 0.4``."""
    return ratio(low) if low == high else ratio_range(Interval(low, high))


def ratio_range(interval: Interval) -> str:
    """An interval of ratios with as many digits as its width warrants: ``0.79–0.88``."""
    return _range(*(ratio(end, decimals=_decimals(interval)) for end in _ends(interval)))


def ratio_estimate(estimate: Estimated) -> str:
    """A ratio with its interval: ``0.84 (0.79–0.88)``."""
    value = ratio(estimate.value, decimals=_decimals(estimate.interval))
    return f"{value} ({ratio_range(estimate.interval)})"


def estimate_lines(estimate: Estimated) -> tuple[str, ...]:
    """A ratio with its interval, below it where a phone has no room beside."""
    whole = ratio_estimate(estimate)
    if len(whole) <= VALUE_WIDTH:
        return (whole,)
    value, _, interval = whole.partition(" ")
    return value, interval


def percent(fraction: float, *, signed: bool = False) -> str:
    """A share: ``66 %``, ``99.7 %``, ``+3.1 %``."""
    return f"{_percent_digits(fraction, _percent_decimals(fraction), signed=signed)} %"


def percent_range(interval: Interval) -> str:
    """An interval of shares with as many digits as its width warrants: ``58–73 %``."""
    decimals = _share_decimals(interval)
    return f"{_range(*(_percent_digits(end, decimals) for end in _ends(interval)))} %"


def percent_of(estimate: Estimated, *, signed: bool = False) -> str:
    """The value of an estimated share, with the digits of its interval: ``66 %``."""
    digits = _percent_digits(estimate.value, _share_decimals(estimate.interval), signed=signed)
    return f"{digits} %"


def percent_estimate(estimate: Estimated) -> str:
    """A share with its interval: ``66 % (58–73 %)``."""
    return f"{percent_of(estimate)} ({percent_range(estimate.interval)})"


def yearly(amount: str) -> str:
    """What comes in a year, or goes: ``+3.1 %/yr``."""
    return tr("{share}/yr", share=amount)


def usd(amount: float, *, signed: bool = False) -> str:
    """An amount of money, short: ``$148.8k``, ``−$31.0k``, ``$1.25M``, ``$25``."""
    size = abs(amount)
    shown = _short_usd(size)
    if not any(digit in shown for digit in "123456789"):
        return "$0"
    sign = MINUS if amount < 0 else "+" if signed else ""
    return f"{sign}${localised(shown)}"


def price(value: float) -> str:
    """A price in full: ``$74,700``, ``$0.1234``."""
    if value >= 1000:  # noqa: PLR2004 - cents say nothing there
        return f"${localised(f'{value:,.0f}')}"
    return f"${localised(f'{value:,.2f}')}" if value >= 1 else f"${significant(value, 4)}"


def coins(amount: float, *, step: float = 0.0, signed: bool = False) -> str:
    """An amount of coins with the digits that its step has, else four significant ones."""
    in_steps = f"{amount:,.{_step_decimals(step)}f}"
    text = localised(in_steps) if step > 0 else significant(amount, 4)
    plus = "+" if signed and amount > 0 and text.strip("0.,") else ""
    return plus + _minus(text)


def coin_range(interval: Interval, *, step: float) -> str:
    """An interval of amounts, signed, in digits that its width warrants and its step has.

    ``2.38–2.64``, ``−0.83 to −0.71``.
    """
    width = interval.high - interval.low
    decimals = _step_decimals(step)
    if width > 0:
        decimals = max(0, min(decimals, 1 - math.floor(math.log10(width))))
    low, high = (_minus(localised(f"{end:,.{decimals}f}")) for end in _ends(interval))
    return low if low == high else _range(low, high)


def coin_span(low: float, high: float, *, step: float) -> str:
    """From one amount to another, in three digits and no more than the step has."""
    decimals = max(0, 2 - math.floor(math.log10(high)))
    if step > 0:
        decimals = min(decimals, _step_decimals(step))
    ends = localised(f"{low:,.{decimals}f}"), localised(f"{high:,.{decimals}f}")
    return ends[0] if ends[0] == ends[1] else _range(*ends)


def significant(value: float, digits: int) -> str:
    """A number to so many significant digits, in full and without idle zeros: ``0.00001234``."""
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return localised(text.rstrip("0").rstrip(".") if "." in text else text)


def p_value(p: float) -> str:
    """A probability under chance: ``p 0.31``, ``p < 0.001``."""
    if p < TINY_P:
        return f"p < {localised('0.001')}"
    return f"p {localised(f'{p:.{2 if p >= TWO_DIGITS_SAY else 3}f}')}"


def bars(n: int, bar: timedelta) -> str:
    """How many bars of which length: ``720 hourly bars``, ``180 4h bars``."""
    named = {
        DAY: later("{n} daily bars"),
        HOUR: later("{n} hourly bars"),
        MINUTE: later("{n} one-minute bars"),
    }
    count = localised(f"{n:,}")
    return tr(named.get(bar, later("{n} {bar} bars")), n=count, bar=spelled(bar))


def independent_bars(worth: float, *, of: int) -> str:
    """How many independent bars pin a pair's correlation down as well, at most all there are.

    The long-run variance of a short window is itself rough, and bars that seem worth more than
    as many independent ones owe it to chance: nobody gains confidence from that here.
    """
    return localised(f"{min(worth, of):,.0f}")


def as_of(moment: datetime, now: datetime) -> str:
    """A time, with its day where that is not today: ``14:00 UTC``, ``13 Mar 14:00 UTC``."""
    clock = f"{moment:%H:%M} UTC"
    return clock if moment.date() == now.date() else f"{day(moment, seen_from=now)} {clock}"


def day(moment: date, *, seen_from: date | None = None) -> str:
    """A day: ``12 Mar``, with its year where that is another one: ``12 Mar 25``."""
    year = seen_from is not None and moment.year != seen_from.year
    return short_date(moment, with_year=year)


def level(interval: Interval) -> str:
    """How often the interval holds the truth: ``95 %``."""
    return f"{interval.level:.0%}".replace("%", " %")


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _decimals(interval: Interval) -> int:
    width = interval.high - interval.low
    decimals = 2 + sum(width < limit for limit in (0.02, 0.002, 0.0002, 0.00002))
    if max(map(abs, _ends(interval))) > 1:
        return decimals
    return max(_short_of_one(end, decimals) for end in _ends(interval))


def _short_of_one(value: float, decimals: int) -> int:
    """As many digits, or more where rounding would make a perfect correlation of what is not."""
    while decimals < MOST_DECIMALS and 0 < 1 - abs(value) < 0.5 * 10**-decimals:
        decimals += 1
    return decimals


def _share_decimals(interval: Interval) -> int:
    width = interval.high - interval.low
    by_width = sum(width < limit for limit in (0.0995, 0.00995))
    near_whole = max(_almost_whole(end) for end in _ends(interval))
    return max(by_width, near_whole if width < 0.05 else 0)  # noqa: PLR2004 - else 99 says enough


def _percent_decimals(fraction: float) -> int:
    """More digits near 0 and 1, where the difference is what matters."""
    size = abs(fraction)
    if size == 0:
        return 0
    return max(sum(size < limit for limit in (0.0995, 0.001)), _almost_whole(fraction))


def _almost_whole(fraction: float) -> int:
    short = abs(1 - abs(fraction))
    return sum(short < limit for limit in (0.015, 0.001)) if short > 0 else 0


def _percent_digits(fraction: float, decimals: int, *, signed: bool = False) -> str:
    shown = f"{100 * fraction:{'+' if signed else ''},.{decimals}f}"
    if fraction < 1 and round(100 * fraction, decimals) >= 100:  # noqa: PLR2004 - rounding must not complete a share
        shown = f"{100 - 10**-decimals:{'+' if signed else ''}.{decimals}f}"
    return _minus(localised(shown))


def _short_usd(size: float) -> str:
    for unit, letter in UNITS:
        if size >= 0.9995 * unit:
            decimals = 2 if size < 9.995 * unit else 1
            return f"{size / unit:,.{decimals}f}{letter}"
    return f"{size:.0f}" if size >= 9.995 else f"{size:.2f}"  # noqa: PLR2004 - cents say nothing there


def _step_decimals(step: float) -> int:
    exponent = Decimal(repr(step)).normalize(Context(prec=12)).as_tuple().exponent
    return max(0, -int(exponent))


def _range(low: str, high: str) -> str:
    return tr("{low} to {high}", low=low, high=high) if low.startswith(MINUS) else f"{low}–{high}"


def _minus(text: str) -> str:
    zero = text.lstrip("+-").strip("0.,") == ""
    return text.lstrip("+-") if zero else text.replace("-", MINUS)
