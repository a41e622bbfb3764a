"""Pictures of made-up markets: usual ones, and the worst that a layout can meet."""

from typing import Any

import numpy as np

from analytics.charts import HedgePicture, MarkedBreak, MatrixPicture, PairPicture, Words
from analytics.charts.scene import FloatArray
from analytics.statistics.estimate import Estimate, Interval
from tests.analytics.charts.change_examples import USUAL_CHANGES, WORST_CHANGES

HOUR = 3_600_000
DAY = 24 * HOUR
START = 1_722_470_400_000
LONG = ("1000000MOG-PERP", "bybit:1000000BABYDOGE-PERP")
FOREIGN = ("替代幣🚀-PERP", "ابجد")

USUAL = Words(
    title="BTC × ETH-PERP · ρ 0.84 (0.79–0.88) · stable",
    subtitle="30 days of hourly bars · next 30 d likely 0.66–0.93",
    footnote="BTC/USDT spot · ETH/USDT:USDT perp · Binance · 14:00 UTC · not advice",
)
WORDY = Words(
    title="1000000MOG-PERP × bybit:1000000BABYDOGE-PERP · ρ −0.84 (−0.88 – −0.79) · decoupled since March",
    subtitle="Three years of four-hourly bars, of which eleven days are missing · next thirty days likely between −0.93 and −0.66 · rough",
    footnote="1000000MOG/USDT:USDT perp on Binance · 1000000BABYDOGE/USDT:USDT-261225 future on Bybit · closed at 14:00 UTC on 12 November · not advice",
    warning="Simulated prices, and the last candle is three hours old: do not trade on this picture",
)
BARE = Words(title="ρ", subtitle="", footnote="")


def closes(
    n: int, *, rho: float = 0.8, volatility: float = 0.01, drift: float = 0.0, seed: int = 7
) -> FloatArray:
    rng = np.random.default_rng(seed)
    first = rng.normal(size=n)
    second = rho * first + np.sqrt(max(1 - rho**2, 0)) * rng.normal(size=n)
    steps = np.column_stack((first * volatility + drift, second * volatility))
    steps[0] = 0
    return np.exp(np.cumsum(steps, axis=0)) * (60_000, 0.000_012)


def rolling(prices: FloatArray, width: int) -> FloatArray:
    returns = np.diff(np.log(prices), axis=0)
    found = np.full(len(returns), np.nan)
    for k in range(width, len(returns) + 1):
        found[k - 1] = np.corrcoef(returns[k - width : k].T)[0, 1]
    return found


def pair(
    n: int = 720,
    *,
    rho: float = 0.8,
    step: int = HOUR,
    volatility: float = 0.01,
    drift: float = 0.0,
    **changes: Any,
) -> PairPicture:
    prices = closes(n, rho=rho, volatility=volatility, drift=drift)
    time = START + step * np.arange(n)
    shown = {
        "words": USUAL,
        "labels": ("BTC", "ETH-PERP"),
        "close_time": time,
        "closes": prices,
        "rolling_time": time[1:],
        "rolling": rolling(prices, max(min(168, n // 4), 3)),
        "rolling_now": "0.81",
        "roll": "7d",
        "band": Interval(max(rho - 0.1, -1), min(rho + 0.08, 1)),
        "baseline": rho,
        "baseline_words": f"90d: {rho:.2f}",
    }
    return PairPicture(**(shown | changes))


def holed(n: int = 400) -> PairPicture:
    whole = pair(n)
    values = whole.rolling.copy()
    values[150:200] = values[-4:] = np.nan
    values[170] = 0.5
    kept = np.r_[0:100, 220:n]
    return pair(n, close_time=whole.close_time[kept], closes=whole.closes[kept], rolling=values)


def hedge(
    n: int = 720, *, worse: float = 0.0, days: int = 30, scale: float = 1.0, **changes: Any
) -> HedgePicture:
    prices = closes(n)
    returns = np.diff(np.log(prices), axis=0)
    rng = np.random.default_rng(3)
    unhedged = scale * 40 * prices[:, 0]
    shown = {
        "words": USUAL,
        "time": START + HOUR * np.arange(n),
        "unhedged": unhedged,
        "hedged": unhedged[0] + 0.4 * (unhedged - unhedged[0]),
        "unhedged_end": "−$31k",
        "hedged_end": "−$14k",
        "target": "ETH",
        "hedge": "BTC-PERP",
        "target_returns": returns[:, 0],
        "hedge_returns": returns[:, 1],
        "ratio": Estimate(0.8, Interval(0.7, 0.9)),
        "ratio_words": "h 0.80 (0.70–0.90)",
        "day": START + DAY * np.arange(days),
        "effectiveness": rng.uniform(0.3, 0.95, size=days) - worse * rng.uniform(size=days),
    }
    return HedgePicture(**(shown | changes))


def matrix(
    n: int, *, names: tuple[str, ...] | None = None, hole: bool = False, words: Words = USUAL
) -> MatrixPicture:
    rng = np.random.default_rng(n)
    loadings = rng.normal(0.6, 1, size=(n, 2))
    found = np.corrcoef(loadings @ rng.normal(size=(2, 300)) + rng.normal(size=(n, 300)))
    if hole:
        found[n - 1, 0] = found[0, n - 1] = np.nan
    return MatrixPicture(words, names or tuple(f"COIN{k}" for k in range(n)), found)


def long_names(n: int) -> tuple[str, ...]:
    return tuple(f"bybit:1000000COIN{k}-PERP" for k in range(n))


BREAK = MarkedBreak(START + 12 * DAY, "break ~13 Aug (p 0.004)")
EARLY = MarkedBreak(START - DAY, "break before all of this")
LATE = MarkedBreak(START + 720 * HOUR, "break ~31 August 2024 (p 0.004), with volatility taken out")

USUAL_PICTURES = {
    "pair": pair(tested_break=BREAK),
    "hedge": hedge(worse=0.8),
    "matrix": matrix(8, hole=True),
    "many": matrix(40),
}
WORST_PICTURES = {
    "long names": pair(
        words=WORDY, labels=LONG, rho=-0.9, rolling_now="−0.9312", tested_break=LATE
    ),
    "foreign names": pair(words=BARE, labels=FOREIGN, tested_break=EARLY),
    "ends meet": pair(closes=np.repeat(closes(720)[:, :1], 2, axis=1), labels=LONG),
    "range of hundred": pair(2200, volatility=0.03, drift=0.0021, labels=LONG),
    "fall by thousands": pair(900, volatility=0.02, drift=-0.01),
    "near one": pair(2200, rho=0.999_999, baseline_words="longer past of 180 days: 0.9999"),
    "constant": pair(closes=np.full((720, 2), 7.0), rolling=np.full(719, 1.0), rho=1.0),
    "two bars": pair(2, rolling=np.array([np.nan])),
    "no rolling": pair(
        40,
        rolling=np.array([]),
        rolling_time=np.array([], dtype=np.int64),
        band=None,
        baseline=None,
    ),
    "undefined": pair(100, rolling=np.full(99, np.nan), band=None, baseline=None),
    "thirty bars": pair(30, step=DAY, words=WORDY),
    "minutes": pair(60, step=60_000),
    "five minutes": pair(300, step=300_000),
    "three years": pair(1095, step=DAY),
    "holes": holed(),
    "hedge worse": hedge(
        1440,
        worse=4.0,
        days=60,
        words=WORDY,
        target=LONG[0],
        hedge=LONG[1],
        unhedged_end="−$131,000,000",
    ),
    "hedge year": hedge(2200, worse=2.0, days=365),
    "hedge a day": hedge(48, days=1, words=BARE),
    "hedge of next to nothing": hedge(scale=1e-9),
    "hedge in billions": hedge(scale=1e4),
    "hedge constant": hedge(unhedged=np.full(720, 1e8), hedged=np.full(720, 1e8)),
    "hedge of nothing": hedge(unhedged=np.zeros(720), hedged=np.zeros(720)),
    "hedge unknown": hedge(days=3, effectiveness=np.full(3, np.nan)),
    "two markets": matrix(2, names=LONG, words=WORDY),
    "three markets": matrix(3, names=(*FOREIGN, "BTC"), words=BARE),
    "twelve long": matrix(12, names=long_names(12), hole=True, words=WORDY),
    "thirteen": matrix(13, names=long_names(13)),
    "forty long": matrix(40, names=long_names(40), hole=True),
    "forty wordy": matrix(40, names=("替代幣",) * 40, words=WORDY),
}
ALL_PICTURES = USUAL_PICTURES | WORST_PICTURES | USUAL_CHANGES | WORST_CHANGES
