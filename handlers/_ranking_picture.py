"""What the pictures of rankings show."""

from collections.abc import Sequence

from analytics.charts import IntervalRow, RankingPicture, Words
from analytics.language import later, tr
from analytics.market.prices import Origin
from analytics.statistics.estimate import Estimate
from analytics.studies.best_hedges import HedgeRanking, RankedHedge
from analytics.studies.companions import Companions
from analytics.studies.scans import FoundPair, ScanStudy
from handlers import _format as text
from handlers._markets import labels
from handlers._pictured import words_around
from handlers._reply import Reply

NEGATIVE = later("negative beyond chance")
PERHAPS = later("not negative beyond chance")


def hedges_picture(
    ranking: HedgeRanking, shown: Sequence[RankedHedge], reply: Reply
) -> RankingPicture:
    """Effectiveness of the best hedges, in per cent."""
    names = labels([hedge.market for hedge in shown])
    rows = tuple(
        _row(
            name,
            hedge.measured,
            text.percent_estimate(hedge.measured),
            scale=100,
            is_hollow=not hedge.is_as_good,
        )
        for name, hedge in zip(names, shown, strict=True)
    )
    hollow = any(row.is_hollow for row in rows)
    return RankingPicture(
        _words(reply, ranking.held.origin),
        tr("Variance removed on unseen days, %"),
        rows,
        solid_words=tr("not told apart from the most effective"),
        hollow_words=tr("less effective beyond chance") if hollow else "",
    )


def companions_picture(study: Companions, reply: Reply, *, n: int) -> RankingPicture:
    """The lowest correlations with what is held."""
    partners = [study.partner(rank) for rank in range(min(n, len(study.order)))]
    names = labels([market for market, _ in partners])
    rows = tuple(
        _correlation(name, estimate, is_negative=bool(study.negative[study.order[rank]]))
        for rank, (name, (_, estimate)) in enumerate(zip(names, partners, strict=True))
    )
    return _correlations(rows, _words(reply, study.held.origin))


def scan_picture(
    study: ScanStudy,
    groups: tuple[Sequence[FoundPair], Sequence[FoundPair]],
    names: Sequence[str],
    reply: Reply,
) -> RankingPicture:
    """The pairs that were found, the negative ones above the others."""
    negative, loosest = groups
    rows = tuple(
        _correlation(name, pair.correlation, is_negative=rank < len(negative))
        for rank, (name, pair) in enumerate(zip(names, (*negative, *loosest), strict=True))
    )
    return _correlations(rows, _words(reply, study.universe.origin), parted_after=len(negative))


def _correlations(
    rows: tuple[IntervalRow, ...], words: Words, *, parted_after: int = 0
) -> RankingPicture:
    return RankingPicture(
        words,
        tr("Correlation"),
        rows,
        parted_after,
        solid_words="" if all(row.is_hollow for row in rows) else tr(NEGATIVE),
        hollow_words=tr(PERHAPS) if any(row.is_hollow for row in rows) else "",
    )


def _correlation(name: str, estimate: Estimate, *, is_negative: bool) -> IntervalRow:
    return _row(name, estimate, text.ratio_estimate(estimate), is_hollow=not is_negative)


def _row(
    name: str, estimate: Estimate, words: str, *, is_hollow: bool, scale: float = 1.0
) -> IntervalRow:
    low, value, high = estimate.interval.low, estimate.value, estimate.interval.high
    return IntervalRow(
        label=name,
        value=scale * value,
        low=scale * min(low, value),
        high=scale * max(high, value),
        words=words,
        is_hollow=is_hollow,
    )


def _words(reply: Reply, origin: Origin) -> Words:
    _, _, rest = reply.answer.partition(" · ")
    subtitle = rest or (reply.provenance[0] if reply.provenance else "")
    return words_around(reply, origin, subtitle=subtitle, n_lines=1)
