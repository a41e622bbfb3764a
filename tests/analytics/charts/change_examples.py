"""Pictures of changes and of falls: usual ones, and the worst that a layout can meet."""

from typing import Any

import numpy as np

from analytics.charts import (
    BadDay,
    ChangePicture,
    Course,
    MarkedBreak,
    StressPicture,
    Stretch,
    Words,
)

HOUR = 3_600_000
START = 1_722_470_400_000
LONG = ("1000000MOG-PERP", "bybit:1000000BABYDOGE-PERP")
USUAL = Words(
    title="Break ETH × BTC-PERP · 180d: ρ 0.86 → 0.58 (0.47–0.67)",
    subtitle="decoupled ~12 Mar · p 0.004",
    footnote="ETH/USDT spot · BTC/USDT:USDT perp · Binance · 14:00 UTC · not advice",
)
WORDY = Words(
    title="Break 1000000MOG-PERP × bybit:1000000BABYDOGE-PERP · 180d: ρ −0.8612 → −0.5812",
    subtitle="Mog · Babydoge " * 9,
    footnote="1000000MOG/USDT:USDT perp · 1000000BABYDOGE/USDT:USDT-261225 future · not advice · "
    * 2,
    warning="Simulated prices, and the last candle is three hours old: do not trade on this",
)


def course(n: int = 720, *, level: float = 0.7, **changes: Any) -> Course:
    values = level + 0.05 * np.sin(np.arange(n) / 40)
    time = START + HOUR * np.arange(n)
    shown: dict[str, Any] = {
        "heading": "30d correlation",
        "time": time,
        "values": values,
        "now": f"{values[-1]:.2f}",
        "stretches": (
            Stretch(int(time[0]), int(time[n // 2]), level - 0.04, level + 0.03, level),
            Stretch(int(time[n // 2]), int(time[-1]), level - 0.2, level - 0.02, level - 0.1),
        ),
        "stretch_words": "before and after, 95 % range",
    }
    return Course(**(shown | changes))


def path(n: int = 720, *, highest: float = 1.9) -> Course:
    values = highest * np.sin(np.pi * np.arange(n) / n)
    values[: n // 10] = np.nan
    return course(
        n,
        heading="Break test statistic",
        values=values,
        now="",
        least=0.0,
        greatest=np.inf,
        stretches=(),
        limit=1.358,
        limit_words="chance crosses it in 5 of 100 windows",
    )


def change(**changes: Any) -> ChangePicture:
    shown: dict[str, Any] = {
        "words": USUAL,
        "above": path(),
        "below": course(),
        "event": MarkedBreak(START + 360 * HOUR, "decoupled ~12 Mar, p 0.004"),
    }
    return ChangePicture(**(shown | changes))


def falls(n: int = 2000, *, days: int = 5, worse: float = 1.0, **changes: Any) -> StressPicture:
    random = np.random.default_rng(5)
    first, own = random.standard_t(4, (2, n))
    target = 0.01 * (0.8 * first + 0.6 * own)
    shown: dict[str, Any] = {
        "words": USUAL,
        "target": "ETH",
        "hedge": "BTC-PERP",
        "target_returns": target,
        "hedge_returns": 0.01 * first,
        "corner": (float(np.quantile(target, 0.05)), float(np.quantile(0.01 * first, 0.05))),
        "corner_words": "worst 5 % of both: 55 bars",
        "days": tuple(
            BadDay(
                f"{k + 1} Aug 24",
                -0.1 / (k + 1),
                0.03 - 0.05 * worse / (k + 1),
                (f"−{10 / (k + 1):.1f} %", f"{3 - 5 * worse / (k + 1):+.1f} %"),
            )
            for k in range(days)
        ),
        "days_words": "sized on the 30d before each",
    }
    return StressPicture(**(shown | changes))


USUAL_CHANGES = {"change": change(), "falls": falls()}
WORST_CHANGES = {
    "change wordy": change(
        words=WORDY,
        above=path(highest=40.0),
        below=course(heading="180d correlation of everything", now="−0.9312"),
        event=MarkedBreak(START + 900 * HOUR, "lockstep since ~31 August 2024, p < 0.001 " * 3),
    ),
    "change early": change(event=MarkedBreak(START - 9 * HOUR, "before all of this")),
    "change without an event": change(event=None),
    "change near one": change(below=course(level=0.9999)),
    "change undefined": change(below=course(values=np.full(720, np.nan), stretches=(), now="")),
    "change of two bars": change(above=course(2), below=course(2)),
    "change constant": change(below=course(values=np.full(720, 1.0), stretches=())),
    "falls wordy": falls(
        words=WORDY, target=LONG[0], hedge=LONG[1], corner_words="worst 25 % of both: " * 4
    ),
    "falls worse": falls(worse=30.0, days=8),
    "falls of no days": falls(days=0, days_words="too short a past for a hedge"),
    "falls of one day": falls(days=1),
    "falls of thousands": falls(
        days=2, target_returns=np.linspace(-9, 9, 2000), days_words="sized on the days before " * 4
    ),
    "falls flat": falls(target_returns=np.full(2000, 1e-9), corner=(0.0, 0.0)),
    "falls of a stable coin": falls(hedge_returns=np.linspace(-2e-4, 2e-4, 2000), corner_words=""),
}
