"""How often alerts cry wolf, and how soon they see a real change.

``python -m tests.benchmarks.alerts`` measures (eight minutes of one core for the real candles alone, more for the rest) and writes the tables into
docs/alerts.md, between its two markers; the words around them are written by hand.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.benchmarks.alert_candles import REAL, archive_lines, venue_lines
from tests.benchmarks.alert_rules import (
    Bars,
    BoolArray,
    FloatArray,
    Looks,
    Rule,
    confirmed,
    cusum,
    cusum_bound,
    fired,
    looks,
    p_values,
    unclustered,
)
from tests.benchmarks.break_size import clustered
from tests.command_line import command_line

SEED = 20260918
STEADY, PARTED = 0.85, 0.50
SET_BEFORE_BREAK = 90
"""Days between the setting of an alert and the change that it should find."""
SEARCHED = 60
"""Days after the change in which it may still be found."""
PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"
BEGIN, OF_REAL, END = "<!-- measured -->", "<!-- real candles -->", "<!-- end of measured -->"

DAILY = Bars(window=30, baseline=180, least=180, cool_down=1, day=1)
HOURLY = Bars(window=720, baseline=4320, least=4320, cool_down=12, day=24, every=12)
RULES = (
    Rule("naive 1.96, 1 check", 1.96, 1, "naive"),
    Rule("naive 1.96, 3 checks", 1.96, 3, "naive"),
    Rule("robust 2.6, 1 check", 2.6, 1),
    Rule("robust 2.6, 2 checks", 2.6, 2),
    Rule("robust 2.6, 2 checks, falls only", 2.6, 2, falls_only=True),
    Rule("robust 3.0, 2 checks", 3.0, 2),
    Rule("robust 3.5, 2 checks", 3.5, 2),
    Rule("robust 4.0, 2 checks", 4.0, 2),
    Rule("**robust 2.6 and tested, 2 checks (default)**", 2.6, 2, "confirmed"),
    Rule("the same with p < 0.01", 2.6, 2, "strict"),
)
BAND = RULES[3]
RIVALS = (
    BAND,
    Rule("6 checks", 2.6, 6),
    Rule("both parts' own errors", 2.6, 2, "both"),
    Rule("returns over their recent volatility", 2.6, 2, "unclustered"),
)
GRID = np.arange(1.4, 6.01, 0.05)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One kind of bars: looks at steady years, and at years with a change."""

    name: str
    bars: Bars
    runs: int
    steady: tuple[FloatArray, FloatArray]
    parted: tuple[FloatArray, FloatArray]
    first: int
    tested_every: int

    def both(self) -> tuple[Looks, Looks]:
        return self._looks(*self.steady), self._looks(*self.parted)

    def _looks(self, x: FloatArray, y: FloatArray) -> Looks:
        found = looks(x, y, self.bars, first=self.first, scales=("naive", "robust", "both"))
        calm = looks(
            unclustered(x), unclustered(y), self.bars, first=self.first, scales=("robust",)
        )
        p = p_values(x, y, found, self.bars, tested_every=self.tested_every)
        tested = {
            name: confirmed(found.sigmas["robust"], p, below=below)
            for name, below in (("confirmed", 0.05), ("strict", 0.01))
        }
        more = {"unclustered": calm.sigmas["robust"], **tested}
        return replace(found, sigmas={**found.sigmas, **more})


@dataclass(frozen=True, slots=True)
class Outcome:
    """Share of steady years with a false alarm, alarms a year, days to find a change, found."""

    false_share: float
    a_year: float
    delay: float
    found: float
    runs: int

    @property
    def error(self) -> float:
        return float(np.sqrt(self.false_share * (1 - self.false_share) / self.runs))


def setting(
    name: str, bars: Bars, runs: int, *, longest: int, seed: int, tested_every: int = 1
) -> Setting:
    """Paths of one correlation 0.85, and others that fall to 0.50 on day 90 of the alert."""
    first = longest * bars.day
    steady = np.full(first + 365 * bars.day, STEADY)
    parted = np.full(first + (SET_BEFORE_BREAK + SEARCHED) * bars.day, STEADY)
    parted[first + SET_BEFORE_BREAK * bars.day :] = PARTED
    return Setting(
        name,
        bars,
        runs,
        clustered(steady, runs, seed),
        clustered(parted, runs, seed + 1),
        first,
        tested_every,
    )


def outcome(rule: Rule, steady: Looks, parted: Looks, bars: Bars) -> Outcome:
    return judged(
        fired(steady.sigmas[rule.scale], rule, cool_down=bars.cool_down),
        fired(parted.sigmas[rule.scale], rule, cool_down=bars.cool_down),
        bars,
    )


def judged(false: BoolArray, after: BoolArray, bars: Bars) -> Outcome:
    change = SET_BEFORE_BREAK * bars.day
    early = after[:, max(0, change - 30 * bars.day) : change + 1].any(axis=1)
    late = after[~early, change + 1 :]
    seen = late.any(axis=1)
    delays = np.where(seen, (np.argmax(late, axis=1) + 1) / bars.day, np.inf)
    return Outcome(
        false_share=float(false.any(axis=1).mean()),
        a_year=float(false.sum(axis=1).mean()),
        delay=float(np.median(delays)),
        found=float(seen.mean()),
        runs=len(false),
    )


def tuned(rule: Rule, steady: Looks, bars: Bars, *, share: float) -> Rule:
    """The rule with the smallest k whose share of false alarms is at most ``share``."""
    sigmas = steady.sigmas[rule.scale]
    low, high = 0, len(GRID) - 1
    while low < high:
        middle = (low + high) // 2
        tried = replace(rule, k=float(GRID[middle]))
        if fired(sigmas, tried, cool_down=bars.cool_down).any(axis=1).mean() <= share:
            high = middle
        else:
            low = middle + 1
    return replace(rule, k=float(GRID[low]))


def cells(found: Outcome) -> str:
    delay = f"{found.delay:.3g} d" if np.isfinite(found.delay) else "never"
    return (
        f"{found.false_share:.2f} ± {1.96 * found.error:.2f} | {found.a_year:.2f} | {delay} | "
        f"{100 * found.found:.0f} %"
    )


def rule_lines(measured: Setting, steady: Looks, parted: Looks) -> Iterator[str]:
    for rule in RULES:
        found = outcome(rule, steady, parted, measured.bars)
        yield f"| {measured.name} | {rule.name} | {cells(found)} |"


def rival_lines(measured: Setting, steady: Looks, parted: Looks) -> Iterator[str]:
    bars = measured.bars
    share = outcome(BAND, steady, parted, bars).false_share
    for rival in RIVALS:
        rule = rival if rival is BAND else tuned(rival, steady, bars, share=share)
        found = outcome(rule, steady, parted, bars)
        yield f"| {measured.name} | {rule.name} | {rule.k:.2f} | {cells(found)} |"
    longer = replace(bars, baseline=2 * bars.baseline)
    far = [
        looks(*paths, longer, first=measured.first, scales=("robust",))
        for paths in (measured.steady, measured.parted)
    ]
    rule = tuned(replace(BAND, name="baseline of 360 days"), far[0], bars, share=share)
    found = outcome(rule, far[0], far[1], bars)
    yield f"| {measured.name} | {rule.name} | {rule.k:.2f} | {cells(found)} |"
    yield cusum_line(measured, share=share)


def cusum_line(measured: Setting, *, share: float) -> str:
    bars = measured.bars
    bound = cusum_bound(share, years=365 / 180, seed=SEED)

    def fires(paths: tuple[FloatArray, FloatArray]) -> BoolArray:
        horizon = paths[0].shape[1] - measured.first
        above = cusum(
            *paths, first=measured.first, baseline=bars.baseline, horizon=horizon, critical=bound
        )
        once = above & (np.cumsum(above, axis=1) == 1)
        return np.concatenate([np.zeros((len(above), 1), bool), once], axis=1)

    found = judged(fires(measured.steady), fires(measured.parted), bars)
    return f"| {measured.name} | CUSUM since it was set | {bound:.2f} | {cells(found)} |"


def tables(settings: Sequence[Setting]) -> Iterator[str]:
    seen = [(one, *one.both()) for one in settings]
    head = "false alarm in a year | alarms a year | median delay | found in 60 d |"
    yield f"| bars | rule | {head}"
    yield "|---|---|---|---|---|---|"
    for one in seen:
        yield from rule_lines(*one)
    yield "\nOther rules, without a test, each with its k set so that as many steady years have a false alarm:\n"
    yield f"| bars | rule | k | {head}"
    yield "|---|---|---|---|---|---|---|"
    for one in seen:
        yield from rival_lines(*one)


def page(text: str, measured: Sequence[str], real: Sequence[str]) -> str:
    """The page with its measured part replaced; without ``real`` candles, theirs stays."""
    before, _, rest = text.partition(BEGIN)
    known, _, after = rest.partition(END)
    _, _, kept = known.partition(OF_REAL)
    candles = "\n".join(("", *real, "")) if real else kept.rstrip("\n") + "\n"
    return "\n".join((before + BEGIN, "", *measured, "", OF_REAL)) + candles + "\n" + END + after


def _printed(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        print(line, flush=True)
        yield line


def main() -> None:
    started = time.process_time()
    daily = setting("daily, W = 30", DAILY, 1000, longest=390, seed=SEED)
    hourly = setting("hourly, W = 720", HOURLY, 120, longest=390, seed=SEED + 10, tested_every=8)
    lines = [
        f"Seed {SEED}; {daily.runs:,} daily and {hourly.runs} hourly years a cell.\n",
        *tables((daily, hourly)),
    ]
    print("\n".join(lines), flush=True)
    lines += ["", *_printed(venue_lines(RULES, HOURLY))]
    real = [*_printed(archive_lines(RULES, HOURLY))] if REAL.is_dir() else []
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), lines, real), encoding="utf-8")
    print(f"{time.process_time() - started:.0f} s of CPU", file=sys.stderr)


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    main()
