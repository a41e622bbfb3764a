"""Three markets or more: every pair at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from analytics.charts import MatrixPicture
from analytics.charts import Words as Texts
from analytics.market.histories import History
from analytics.market.windows import Window, spelled
from analytics.statistics.correlation import PairCorrelation, correlations_of_pairs
from analytics.statistics.estimate import Estimate
from handlers import _format as text
from handlers._command import Services
from handlers._markets import labels, provenance
from handlers._questions import again
from handlers._reply import Button, Fact, Json, Reply

VALUE_WIDTH = 20
"""Characters that a phone shows beside a label."""


class MatrixQuery(Protocol):
    """What a matrix needs to know of its question."""

    @property
    def window(self) -> Window:
        """How far back."""

    @property
    def level(self) -> float:
        """Coverage of the intervals."""

    @property
    def switches(self) -> frozenset[str]:
        """``brief``, ``nochart``."""

    def asked(self, window: Window) -> str:
        """The question in words."""


async def matrix_reply(
    query: MatrixQuery,
    history: History,
    services: Services,
    *,
    now: datetime,
    buttons: Sequence[tuple[Button, ...]],
) -> Reply:
    """Compute all pairs, name the most and the least correlated, draw the matrix."""
    pairs = await services.workshop.compute(
        lambda: correlations_of_pairs(history.in_window.log_returns, level=query.level)
    )
    names = labels(history.markets)
    reply = replace(
        _summary(names, history, pairs),
        buttons=(*buttons, (again(query.asked(query.window)),)),
        numbers=_numbers(names, history, pairs),
    )
    if "brief" not in query.switches:
        n = len(history.in_window.log_returns)
        sample = f"{text.bars(n, history.bar)} · robust {100 * query.level:g} % ranges"
        reply = replace(reply, provenance=(sample, *provenance(history, now)))
    if "nochart" in query.switches:
        return replace(reply, facts=(*reply.facts, _all_pairs(names, pairs)))
    return replace(
        reply, chart=await services.workshop.draw(_picture(names, history, pairs, reply))
    )


def _summary(names: tuple[str, ...], history: History, pairs: Sequence[PairCorrelation]) -> Reply:
    ranked = sorted(pairs, key=lambda pair: pair.correlation.value)
    mean = float(np.mean([pair.correlation.value for pair in pairs]))
    warning = history.origin.warning
    return Reply(
        title=f"{len(names)} markets · {spelled(history.window)}:",
        answer=f"mean ρ {text.ratio(mean)}",
        facts=(
            (_extreme("Most alike", names, ranked[-1]), _extreme("Least alike", names, ranked[0])),
        ),
        notes=((f"{warning}.",) if warning else ()) + history.notes,
    )


def _extreme(label: str, names: tuple[str, ...], pair: PairCorrelation) -> Fact:
    correlation = pair.correlation
    return Fact(
        label,
        text.ratio_estimate(Estimate(correlation.value, correlation.interval)),
        _below(names[pair.first], names[pair.second]),
    )


def _below(first: str, second: str) -> tuple[str, ...]:
    """Both names on one line where a phone has room for them."""
    both = f"{first} × {second}"
    return (both,) if len(both) <= VALUE_WIDTH else (f"{first} ×", second)


def _all_pairs(names: tuple[str, ...], pairs: Sequence[PairCorrelation]) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            f"{names[pair.first]}×{names[pair.second]}",
            text.ratio_estimate(Estimate(pair.correlation.value, pair.correlation.interval)),
        )
        for pair in pairs
    )


def _picture(
    names: tuple[str, ...], history: History, pairs: Sequence[PairCorrelation], reply: Reply
) -> MatrixPicture:
    matrix = np.eye(len(names))
    for pair in pairs:
        matrix[pair.first, pair.second] = matrix[pair.second, pair.first] = pair.correlation.value
    return MatrixPicture(
        words=Texts(
            title=f"{reply.title} {reply.answer}",
            subtitle=f"correlation of {text.bars(len(history.in_window.log_returns), history.bar)}",
            footnote=" · ".join(reply.provenance[-1:]) or "not advice",
            warning=history.origin.warning or "",
        ),
        labels=names,
        correlation=matrix,
    )


def _numbers(
    names: tuple[str, ...], history: History, pairs: Sequence[PairCorrelation]
) -> dict[str, Json]:
    return {
        "command": "corr",
        "markets": [f"{market.venue}:{market.symbol}" for market in history.markets],
        "prices": history.origin.name,
        "as_of": history.last_close.isoformat(),
        "window_days": history.window / timedelta(days=1),
        "bar_seconds": history.bar.total_seconds(),
        "pairs": [
            {
                "a": names[pair.first],
                "b": names[pair.second],
                "value": pair.correlation.value,
                "low": pair.correlation.interval.low,
                "high": pair.correlation.interval.high,
                "n": pair.correlation.n_observations,
            }
            for pair in pairs
        ],
        "missing": history.missing,
        "notes": list(history.notes),
    }
