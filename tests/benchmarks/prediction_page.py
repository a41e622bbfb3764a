"""docs/prediction.md, from the scores."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "prediction.md"
SOURCES = {
    "venue": "Simulated venue, 2021-01 to 2026-08",
    "walk": "Simulated pairs whose ρ walks at random, five years",
    "real": "Binance, 2024-01 to 2024-09",
}
KINDS = {"rho": "Correlation", "removal": "Effectiveness"}


def write(found: Mapping[str, Any]) -> None:
    PAGE.write_text(page(found), encoding="utf-8")


def page(found: Mapping[str, Any]) -> str:
    parts = [_opening(found)]
    for kind, name in KINDS.items():
        parts.append(f"## {name}, 30-day windows of hourly bars\n")
        for source, title in SOURCES.items():
            parts.append(f"{title}:\n\n{_table(found[kind]['main'][source], 'range')}\n")
        groups = {**found[kind]["groups"]}
        if kind == "removal":
            groups["real candles, BTC fully neutralised with BTC-INV"] = found["neutralised"]
        parts.append(f"Where it does better and worse:\n\n{_table(groups, 'cases')}\n")
        windows = {
            f"{name.split(' | ')[0]}, {SOURCES[name.split(' | ')[1]]}": score
            for name, score in found[kind]["windows"].items()
        }
        parts.append(f"Other windows:\n\n{_table(windows, 'window')}\n")
    parts.append(_closing())
    return "\n".join(parts)


def _table(scores: Mapping[str, Any], what: str) -> str:
    lines = [
        f"| {what} | inside | 95 % of block bootstraps | mean width | interval score | n |",
        "|---|---|---|---|---|---|",
    ]
    for name, score in scores.items():
        shown = f"**{name}**" if name == "this range" else name
        lines.append(
            f"| {shown} | {100 * score.coverage:.1f} % | {100 * score.low:.0f}–"
            f"{100 * score.high:.0f} % | {score.width:.3f} | {score.score:.3f} | {score.n:,} |"
        )
    return "\n".join(lines)


def _opening(found: Mapping[str, Any]) -> str:
    return f"""# Prediction ranges, measured

Written by `python -m tests.benchmarks.prediction`; do not edit by hand.

An interval says how well the past is known. People hedge the future, which also moves. So
`/corr` and `/hedge` print a second, wider range: *next 30d likely 0.66–0.93*. It is meant to hold
what the next window of the same length really shows in 95 of 100 cases, and to be as narrow as
that allows.

**How it is made.** Three windows of hourly bars: the newest and the two before it. Returns are
divided by their recent volatility (0.97 a bar), so that a few stormy hours do not outweigh all
others; correlations of such returns foresee the next plain one better than plain ones do. Six
numbers give the centre (newest window, its last quarter, the two windows before, what plain units
add, and a constant), on the scale of Fisher's z or of the log variance ratio. Five give the
half-widths below and above: how far the pair is expected to err (the sampling error, the
wandering of its twelve quarters beyond sampling error, the step from the windows before), the
change of volatility, how close the two are, and the length of the window. The constants are
pooled over all pairs, because a pair has few windows of its own. They minimise the mean interval
score (Gneiting and Raftery 2007, JASA 102, 359–378) and are then stretched so that 95 % of the
fitted cases lie inside (a locally weighted conformal range: Lei and others 2018, JASA 113,
1094–1111). `python -m tests.benchmarks.prediction_fit` fits them. One range takes
{found["milliseconds"]:.1f} ms of CPU.

**What they were fitted on, and judged on.**

- *Simulated venue*: fitted on another seed than the one judged here. Its seasons turn on the same
  days each year, but the range knows no calendar.
- *Random walks*: GARCH(0.10, 0.85) with Student t of 5 degrees of freedom; Fisher's z takes a step
  every midnight (deviation 0, 0.015, 0.03 or 0.05 by pair). Other seeds for fit and judgement.
- *Binance*: all pairs of 27 markets (correlation), 14 spot coins × 13 contracts (effectiveness), a
  case a day. Each quarter of the time is judged with constants fitted without any bar of its
  outcomes. The shipped constants are fitted on all of it.

Which traits to use was chosen by the scores on the venue's first seed, the judged walks and the
real folds, so these flatter a little beyond their sampling error. Venue seeds 21 and 22 were looked
at for nothing.

Means are over pairs that are not two prices of one coin. The width is on the scale people read:
0.35 is 0.35 of ρ, or 35 points of variance. The interval score is the width plus 40 times the
distance by which the outcome missed the range: lower is better. The bootstrap draws stretches of
30 days with all pairs together, since markets err together. The effectiveness is what the
ratio fitted on the newest window removes in the next, held unchanged.

The rivals use what was known at the time, too: the interval of the newest window (for the
effectiveness: of 60 unseen days) read as if it were about the next; the pair's own errors from
window to window so far (at least 26 overlapping ones); those of all pairs; and those of all pairs
around a regression on the last quarter, the window, three windows and the change of volatility.
Silent rivals (too short a past) have fewer cases.
"""


def _closing() -> str:
    return """## What it means in use

- The range is printed for windows of 7 to 90 days of hourly bars with two windows of the same
  length before them. For other bars, or a shorter past, nothing was measured and nothing is said.
- A change is the weak spot. Where a season turns inside the next window nobody can know; where one
  turned inside the newest window, the range still leans on the windows before. There far more
  outcomes fall outside than 5 %, and elsewhere fewer. The misses are not spread evenly over time:
  they come together, for many pairs at once. Read the range beside the break test.
- Where ρ walks at random and years of a pair's own past are at hand, that pair's own errors give a
  range as good or better. A question has three windows at hand, and real pairs do not walk so
  evenly: on real candles the own past misses far more often than it says.
- Over 7 days of real candles the range holds less than it says; over 90 days of random walks, too.
- Tried and not used: a centre and a width that follow the likeliest break among the twelve
  quarters. In a separate run it moved the interval scores at 30 days by less than 0.01.
- Eight months of real candles hold hardly more than four next months that do not overlap, and all
  coins share them. The bootstrap says how little that pins down.
- Two prices of one coin: the range is narrow to the third digit and too wide rather than too
  narrow.
"""
