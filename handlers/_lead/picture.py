"""Who leads, as a picture."""

from collections.abc import Sequence

from analytics.charts import LeadPicture, ShareBar
from analytics.language import tr
from analytics.market.candles import FloatArray
from analytics.studies.leads import Duel, LeadStudy
from handlers._lead.names import basis_points, market_names, meaning, time_words
from handlers._pictured import words_around
from handlers._reply import Reply

MOST_POINTS = 120
"""Of each of several lines; one line alone shows every bar."""


def picture(study: LeadStudy, reply: Reply) -> LeadPicture:
    """What the chart of a study shows."""
    history = study.history.in_window
    names = market_names(history.markets)
    gaps = study.dispersion.gaps
    lines = range(len(names)) if len(names) > 2 else range(1)  # noqa: PLR2004 - a pair has one gap
    centre = tr("the median") if len(names) > 2 else names[1]  # noqa: PLR2004 - as above
    front = names[study.front]
    step = max(1, len(gaps) // MOST_POINTS) if len(lines) > 1 else 1
    time, gaps = history.close_time[step - 1 :: step], _means(gaps[:, list(lines)], step)
    means = (
        tr(" · means of {time_words}", time_words=time_words(step * history.bar))
        if step > 1
        else ""
    )
    return LeadPicture(
        words=words_around(
            reply,
            history.origin,
            subtitle=tr(
                "bar: from one ordering to the other · dot: their middle · hollow: cannot tell"
            ),
        ),
        gap_words=tr("Distance from {centre}, basis points{means}", centre=centre, means=means),
        share_words=tr("Information share of {front} against …", front=front),
        labels=tuple(names[k] for k in lines),
        time=time,
        gaps=gaps,
        gap_ends=tuple(basis_points(float(gaps[-1, k]), signed=True) for k in range(len(lines))),
        shares=tuple(_share_bar(duel, names) for duel in study.duels),
    )


def _means(gaps: FloatArray, step: int) -> FloatArray:
    """Means of ``step`` bars each, so that several lines can be told apart."""
    n = len(gaps) // step
    means: FloatArray = gaps[: n * step].reshape(n, step, -1).mean(axis=1)
    return means


def _share_bar(duel: Duel, names: Sequence[str]) -> ShareBar:
    shares, label = duel.found.shares, names[duel.second]
    if shares is None:
        return ShareBar(label, None, tr("gap stays open"), is_doubtful=True)
    bounds = (shares.low, shares.high)
    return ShareBar(label, bounds, meaning(duel), is_doubtful=duel.leader is None)
