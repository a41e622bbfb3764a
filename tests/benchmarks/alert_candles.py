"""The same rules on pairs whose true correlation nobody knows, or that has seasons."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from analytics.errors import RequestError
from analytics.market.simulated import SimulatedPrices
from analytics.statistics.breaks import break_test
from tests.benchmarks import prediction_markets
from tests.benchmarks.alert_rules import (
    Bars,
    FloatArray,
    Looks,
    Rule,
    confirmed,
    fired,
    looks,
    p_values,
)

REAL = prediction_markets.REAL
YEAR = 365 * 24
MONTH = 30 * 24
CHUNK = 40
VENUE_SEED = 1
NEAR = 30 * 24
ONE_COIN = 0.97
"""Pairs above this are two prices of one coin; they are listed apart."""


def venue_lines(rules: Sequence[Rule], bars: Bars) -> Iterator[str]:
    """The simulated venue: alarms near a true change of the pair's correlation, and others."""
    returns = prediction_markets.simulated(VENUE_SEED)
    truth = SimulatedPrices(seed=VENUE_SEED).truth
    pairs = [pair for pair in returns.pairs if not _is_one_coin(returns.bars, pair)]
    first = bars.window + bars.baseline
    start = prediction_markets.START
    span = (start, prediction_markets.END)
    turns = []
    for pair in pairs:
        coins = [returns.names[k].split("/")[0] for k in pair]
        when = [*truth.breaks(coins[0], coins[1], start=span[0], end=span[1])]
        turns.append([(moment - start) // timedelta(hours=1) for moment in when])
    stress = [
        (begin - start) // timedelta(hours=1)
        for begin, _ in truth.stress_phases(start=span[0], end=span[1])
    ]
    years = len(pairs) * (len(returns.bars) - first) / YEAR
    yield (
        f"Simulated venue, {len(pairs)} pairs of hourly bars, 2021-01 to 2026-08 "
        f"({years:.0f} pair-years), every hour:\n"
    )
    yield "| rule | alarms a pair-year | within 37 d of a season's turn | of a lockstep phase | neither |"
    yield "|---|---|---|---|---|"
    seen = [_looks(returns.bars, chunk, bars, first) for chunk in _chunks(pairs)]
    for rule in rules:
        near = of_stress = total = 0
        k = 0
        for one in seen:
            for line in fired(one.sigmas[rule.scale], rule, cool_down=bars.cool_down):
                for at in one.at[line]:
                    total += 1
                    if _is_after(turns[k], int(at)):
                        near += 1
                    elif _is_after(stress, int(at)):
                        of_stress += 1
                k += 1
        rest = total - near - of_stress
        shares = " | ".join(f"{100 * n / max(total, 1):.0f} %" for n in (near, of_stress, rest))
        yield f"| {rule.name} | {total / years:.2f} | {shares} |"


def archive_lines(rules: Sequence[Rule], bars: Bars) -> Iterator[str]:
    """Real candles: how often each rule fires, and how often a test finds a break beside it."""
    returns = prediction_markets.real()
    for label, wanted in (("two coins", False), ("two prices of one coin", True)):
        pairs = [p for p in returns.pairs if _is_one_coin(returns.bars, p) is wanted]
        yield from _archive(label, returns.bars, pairs, rules, bars)


def _archive(
    label: str,
    values: FloatArray,
    pairs: Sequence[tuple[int, int]],
    rules: Sequence[Rule],
    bars: Bars,
) -> Iterator[str]:
    first = 2 * bars.window
    by_pair = [[pair] for pair in pairs]
    seen = [_looks(_shared(values, pair[0]), [(0, 1)], bars, first) for pair in by_pair]
    years = sum(len(one.at) for one in seen) / YEAR
    yield (
        f"\nBinance, pairs of {label} ({len(pairs)}), hourly, 2024-01-01 to 2024-09-05, from day 60 "
        f"on with the baseline there is ({years:.0f} pair-years):\n"
    )
    yield "| rule | alarms | a pair-year | pairs that fired | break (p < 0.05) within 30 d |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        alarms = [
            (pair, int(at))
            for pair, one in zip(pairs, seen, strict=True)
            for at in one.at[fired(one.sigmas[rule.scale], rule, cool_down=bars.cool_down)[0]]
        ]
        broke = [_has_break(_shared(values, pair), at) for pair, at in alarms]
        share = f"{100 * np.mean(broke):.0f} %" if broke else "–"
        pairs_fired = len({pair for pair, _ in alarms}) / len(pairs)
        yield (
            f"| {rule.name} | {len(alarms)} | {len(alarms) / years:.1f} | "
            f"{100 * pairs_fired:.0f} % | {share} |"
        )
    rng = np.random.default_rng(VENUE_SEED)
    picks = [
        _has_break(_shared(values, pairs[k]), int(rng.integers(first, len(values) - 24)))
        for k in rng.integers(0, len(pairs), 400)
    ]
    yield f"| any hour, without a rule | 400 | | | {100 * np.mean(picks):.0f} % |"


def _looks(values: FloatArray, pairs: Sequence[tuple[int, int]], bars: Bars, first: int) -> Looks:
    x = np.array([values[:, a] for a, _ in pairs])
    y = np.array([values[:, b] for _, b in pairs])
    found = looks(x, y, bars, first=first, scales=("naive", "robust"))
    p = p_values(x, y, found, bars, tested_every=24)
    tested = {
        name: confirmed(found.sigmas["robust"], p, below=below)
        for name, below in (("confirmed", 0.05), ("strict", 0.01))
    }
    return replace(found, sigmas={**found.sigmas, **tested})


def _chunks(pairs: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    for at in range(0, len(pairs), CHUNK):
        yield pairs[at : at + CHUNK]


def _shared(values: FloatArray, pair: tuple[int, int]) -> FloatArray:
    """Both columns where neither lacks a bar."""
    both = values[:, list(pair)]
    return np.asarray(both[np.isfinite(both).all(axis=1)])


def _is_one_coin(values: FloatArray, pair: tuple[int, int]) -> bool:
    both = _shared(values, pair)
    return float(np.corrcoef(both.T)[0, 1]) > ONE_COIN


def _is_after(turns: Sequence[int], at: int) -> bool:
    """Whether a turn lies so shortly before that the window still holds it for the most part."""
    return any(0 <= at - turn <= MONTH + 7 * 24 for turn in turns)


def _has_break(both: FloatArray, at: int) -> bool:
    """Whether the break test of the 60 days before and 30 after finds one within 30 days of it."""
    start = max(0, at - 2 * NEAR)
    part = both[start : at + NEAR]
    try:
        tested = break_test(part[:, 0], part[:, 1])
    except RequestError:
        return False
    return tested.significant() and abs(start + tested.index - at) <= NEAR
