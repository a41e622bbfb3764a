"""Who leads, as a picture."""

from collections.abc import Sequence

from analytics.charts import LeadPicture, ShareBar
from analytics.charts import Words as Texts
from analytics.leads import Duel, LeadStudy
from handlers._lead_names import basis_points, market_names, meaning
from handlers._reply import Reply


def picture(study: LeadStudy, reply: Reply) -> LeadPicture:
    """What the chart of a study shows."""
    history = study.history.in_window
    names = market_names(history.markets)
    gaps = study.dispersion.gaps
    lines = range(len(names)) if len(names) > 2 else range(1)  # noqa: PLR2004 - a pair has one gap
    centre = "the median" if len(names) > 2 else names[1]  # noqa: PLR2004 - as above
    front = names[study.front]
    return LeadPicture(
        words=Texts(
            title=f"{reply.title} {reply.answer.partition(' · ')[0]}",
            subtitle="bar: from one ordering to the other · dot: their middle · hollow: cannot tell",
            footnote=" · ".join(reply.provenance[-2:]) or "not advice",
            warning=history.origin.warning or "",
        ),
        gap_words=f"Distance from {centre}, basis points",
        share_words=f"Information share of {front} against …",
        labels=tuple(names[k] for k in lines),
        time=history.close_time,
        gaps=gaps[:, list(lines)],
        gap_ends=tuple(basis_points(float(gaps[-1, k]), signed=True) for k in lines),
        shares=tuple(_share_bar(duel, names) for duel in study.duels),
    )


def _share_bar(duel: Duel, names: Sequence[str]) -> ShareBar:
    shares, label = duel.found.shares, names[duel.second]
    if shares is None:
        return ShareBar(label, None, "gap stays open", is_doubtful=True)
    bounds = (shares.low, shares.high)
    return ShareBar(label, bounds, meaning(duel), is_doubtful=duel.leader is None)
