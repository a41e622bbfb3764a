"""Three markets or more: every pair at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from analytics.charts import MatrixPicture
from analytics.language import counted, tr
from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.windows import spelled
from analytics.statistics.clustering import clustered_order, spectrum
from analytics.statistics.correlation import PairCorrelation
from analytics.studies.pairs import Measure
from handlers import _format as text
from handlers import _numbers as plain
from handlers._corr.words import SYMBOLS, other_measure
from handlers._markets import covered, labels, provenance
from handlers._pictured import words_around
from handlers._reply import Fact, Json, Reply

LINE_WIDTH = 34
"""Characters of a line."""
NAMES_WIDTH = 36
"""Characters of the first line that the markets may take; more are counted."""


def matrix_reply(
    switches: frozenset[str], history: History, pairs: Sequence[PairCorrelation], *, now: datetime
) -> Reply:
    """Put all pairs into words: their mean, the closest and the loosest."""
    names = labels(history.markets)
    ranked = sorted(pairs, key=lambda pair: pair.correlation.value)
    first_line = Reply(
        title=f"{_joined(names)} · {spelled(covered(history))}:",
        answer=_mean(ranked),
        notes=(*history.origin.notes, *history.notes),
        numbers=_numbers(names, history, pairs),
    )
    if "brief" in switches:
        return first_line
    extremes = (
        _extreme(tr("Closest pair"), names, ranked[-1]),
        _extreme(tr("Loosest pair"), names, ranked[0]),
    )
    every = (_all_pairs(names, ranked),) if switches & {"full", "nochart"} else ()
    common = _common(history, pairs)
    return replace(
        first_line,
        facts=((*extremes, *common), *every),
        provenance=(_sample(history, pairs), *provenance(history, now)),
    )


def matrix_picture(
    history: History, pairs: Sequence[PairCorrelation], reply: Reply
) -> MatrixPicture:
    """What the picture of all pairs shows: neighbours are those that move together."""
    names, matrix = labels(history.markets), _matrix(history, pairs)
    order = list(clustered_order(matrix))
    n_bars = len(history.in_window.log_returns)
    return MatrixPicture(
        words=words_around(
            reply,
            history.origin,
            title=f"{reply.title} {reply.answer}",
            subtitle=tr("correlation of {n_bars}", n_bars=text.bars(n_bars, history.bar)),
            n_lines=1,
        ),
        labels=tuple(names[place] for place in order),
        correlation=matrix[np.ix_(order, order)],
    )


def _matrix(history: History, pairs: Sequence[PairCorrelation]) -> FloatArray:
    matrix = np.eye(len(history.markets))
    for pair in pairs:
        matrix[pair.first, pair.second] = matrix[pair.second, pair.first] = pair.correlation.value
    return matrix


def _common(history: History, pairs: Sequence[PairCorrelation]) -> tuple[Fact, ...]:
    """How many common forces there are beyond noise; from five markets on."""
    found = spectrum(_matrix(history, pairs), n_bars=pairs[0].correlation.n_observations)
    if found is None:
        return ()
    forces = counted("1 force", "{n} forces", found.n_above) if found.n_above else tr("no forces")
    return (
        Fact(
            tr("Above noise"),
            tr("{forces} of {n_markets}", forces=forces, n_markets=found.n_markets),
        ),
        Fact(
            tr("Largest"), tr("{absorption} of variance", absorption=text.percent(found.absorption))
        ),
    )


def _joined(names: tuple[str, ...]) -> str:
    all_names = " × ".join(names)
    return all_names if len(all_names) <= NAMES_WIDTH else tr("{n} markets", n=len(names))


def _mean(ranked: Sequence[PairCorrelation]) -> str:
    values = [pair.correlation.value for pair in ranked]
    symbol = SYMBOLS[Measure(ranked[0].correlation.measure)]
    span = text.ratio_span(values[0], values[-1])
    return tr(
        "mean {symbol} {float} · pairs {span}",
        symbol=tr(symbol),
        float=text.ratio(float(np.mean(values))),
        span=span,
    )


def _extreme(label: str, names: tuple[str, ...], pair: PairCorrelation) -> Fact:
    value, *span = _estimated(pair)
    return Fact(label, value, (*span, *_below(names[pair.first], names[pair.second])))


def _estimated(pair: PairCorrelation) -> tuple[str, ...]:
    return text.estimate_lines(pair.correlation)


def _below(first: str, second: str) -> tuple[str, ...]:
    """Both names on one line where a phone has room for them."""
    both = f"{first} × {second}"
    return (both,) if len(both) <= text.VALUE_WIDTH else (f"{first} ×", second)


def _all_pairs(names: tuple[str, ...], ranked: Sequence[PairCorrelation]) -> tuple[Fact, ...]:
    facts = []
    for pair in reversed(ranked):
        first, second = names[pair.first], names[pair.second]
        value, *span = _estimated(pair)
        if len(f"{first} × {second}") <= LINE_WIDTH:
            facts.append(Fact(f"{first} × {second}", value, tuple(span)))
        else:
            facts += [Fact(f"{first} ×", ""), Fact(second, value, tuple(span))]
    return tuple(facts)


def _sample(history: History, pairs: Sequence[PairCorrelation]) -> str:
    found = pairs[0].correlation
    sample = tr(
        "{n_observations} · robust {interval} ranges",
        n_observations=text.bars(found.n_observations, history.bar),
        interval=text.level(found.interval),
    )
    other = other_measure(found, history.bar)
    return f"{other} · {sample}" if other else sample


def _numbers(
    names: tuple[str, ...], history: History, pairs: Sequence[PairCorrelation]
) -> dict[str, Json]:
    order = clustered_order(_matrix(history, pairs))
    common = spectrum(_matrix(history, pairs), n_bars=pairs[0].correlation.n_observations)
    return {
        "command": "corr",
        "markets": plain.names(history.markets),
        **plain.source(history),
        "method": pairs[0].correlation.measure,
        "pairs": [
            {
                "a": names[pair.first],
                "b": names[pair.second],
                **plain.estimate(pair.correlation),
                "n": pair.correlation.n_observations,
            }
            for pair in pairs
        ],
        "clustered": [names[place] for place in order],
        "noise": None
        if common is None
        else {
            "edge": common.noise_edge,
            "forces": common.n_above,
            "absorption": common.absorption,
        },
        "missing": history.missing,
        "notes": list(history.notes),
    }
