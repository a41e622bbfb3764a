"""Ranked hedges and companions in words and numbers."""

from collections.abc import Sequence

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.windows import spelled
from analytics.statistics.estimate import Estimate
from analytics.studies.best_hedges import HedgeRanking, RankedHedge
from analytics.studies.companions import Companions
from handlers import _format as text
from handlers import _numbers as plain
from handlers._markets import labels
from handlers._reply import Fact, Json, Reply

DETAILED_ROWS = 5
"""More of them get one line each."""


def hedges_summary(
    switches: frozenset[str],
    ranking: HedgeRanking,
    shown: Sequence[RankedHedge],
    sizes: Sequence[str | None],
    *,
    asked: str,
) -> Reply:
    """Put the best hedges into words."""
    history = ranking.held
    names = labels([hedge.market for hedge in shown])
    reply = Reply(
        title=tr("Best hedges of {asked} · {length}:", asked=asked, length=spelled(history.window)),
        answer=_verdict(shown, names),
        notes=_noted(history, ranking.universe.note),
        numbers=_hedge_numbers(ranking, shown),
    )
    if "brief" in switches:
        return reply
    detailed = len(shown) <= DETAILED_ROWS or "full" in switches
    is_paid = any(hedge.carry is not None for hedge in shown)
    facts = tuple(
        Fact(
            name,
            *_removed(
                hedge.measured,
                (
                    *(_carried(hedge) if is_paid else ()),
                    *((size,) if size else ()),
                    *(_sized_by(hedge) if "full" in switches else ()),
                )
                if detailed
                else (),
            ),
        )
        for name, hedge, size in zip(names, shown, sizes, strict=True)
    )
    n = len(ranking.order)
    return Reply(
        title=reply.title,
        answer=reply.answer,
        facts=(facts,),
        notes=(
            *reply.notes,
            *(() if is_paid else (tr("Funding is not known here: before carry."),)),
            *_equals(shown, names),
            *_flattered(ranking),
        ),
        provenance=(
            tr(
                "{n_working} of {n} contracts hedge beyond chance · {n_days} unseen days · {level} "
                "ranges",
                n_working=ranking.n_working,
                n=n,
                n_days=ranking.hedges.n_days,
                level=f"{ranking.level:.0%}",
            ).replace("%", " %"),
        ),
        numbers=reply.numbers,
    )


def companions_summary(switches: frozenset[str], study: Companions, *, n: int, asked: str) -> Reply:
    """Put what moves least with the held market into words."""
    history, total = study.held, len(study.order)
    partners = [study.partner(rank) for rank in range(min(n, total))]
    names = labels([market for market, _ in partners])
    found = (
        tr("{n_negative} of {total}", n_negative=study.n_negative, total=total)
        if study.n_negative
        else tr("none of {total}", total=total)
    )
    reply = Reply(
        title=tr("Beside {asked} · {length}:", asked=asked, length=spelled(history.window)),
        answer=tr(
            "{names} ρ {partners} · {found} negative beyond chance",
            names=names[0],
            partners=text.ratio_estimate(partners[0][1]),
            found=found,
        ),
        notes=_noted(history, study.universe.note),
        numbers=_companion_numbers(study, partners),
    )
    if "brief" in switches:
        return reply
    chances = study.correlations.p_negative[study.order].tolist() if "full" in switches else []
    facts = tuple(
        Fact(name, value, (*below, *(text.p_value(p) for p in chances[rank : rank + 1])))
        for rank, (name, (_, estimate)) in enumerate(zip(names, partners, strict=True))
        for value, below in (_estimated(estimate),)
    )
    bars = text.bars(len(study.universe.close_time) - 1, history.bar)
    level = text.level(partners[0][1].interval)
    return Reply(
        title=reply.title,
        answer=reply.answer,
        facts=(facts,),
        notes=reply.notes,
        provenance=(
            tr("{bars} · robust {level} ranges", bars=bars, level=level),
            tr("false discoveries held at 5 %"),
        ),
        numbers=reply.numbers,
    )


def _verdict(shown: Sequence[RankedHedge], names: Sequence[str]) -> str:
    first = shown[0]
    if first.measured.interval.low <= 0:
        return tr("nothing hedges it beyond chance; {names} comes nearest", names=names[0])
    return tr(
        "{names} removes {measured}", names=names[0], measured=text.percent_estimate(first.measured)
    )


def _removed(measured: Estimate, below: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    whole = text.percent_estimate(measured)
    if len(whole) <= text.VALUE_WIDTH:
        return whole, below
    return text.percent_of(measured), (f"({text.percent_range(measured.interval)})", *below)


def _sized_by(hedge: RankedHedge) -> tuple[str, ...]:
    value, *below = text.estimate_lines(hedge.ratio)
    return (tr("ratio h {value}", value=value), *below)


def _carried(hedge: RankedHedge) -> tuple[str, ...]:
    if hedge.market.kind not in (Kind.PERP, Kind.INVERSE) or hedge.carry is None:
        return (tr("carry not known"),)
    earned = text.percent(hedge.carry.value, signed=True)
    points = 100 * (hedge.after_carry - hedge.measured.value)
    return (
        tr("carry {earned}/yr", earned=earned),
        tr("worth {points} points", points=localised(f"{points:+.1f}")).replace("-", text.MINUS),
    )


def _equals(shown: Sequence[RankedHedge], names: Sequence[str]) -> tuple[str, ...]:
    same = [name for name, hedge in zip(names, shown, strict=True) if hedge.is_as_good]
    if len(same) == len(shown) > 1:
        return (tr("None of these is less effective beyond chance."),)
    if len(same) > 1:
        return (tr("Not told apart by test: {names}.", names=", ".join(same)),)
    return ()


def _flattered(ranking: HedgeRanking) -> tuple[str, ...]:
    n = len(ranking.order)
    return (tr("Best of {n}: chance flatters the first.", n=n),) if n > 1 else ()


def _noted(history: History, left_out: str | None) -> tuple[str, ...]:
    found = (*history.origin.notes, *history.notes, left_out)
    return tuple(note for note in found if note)


def _estimated(estimate: Estimate) -> tuple[str, tuple[str, ...]]:
    value, *below = text.estimate_lines(estimate)
    return value, tuple(below)


def _common_numbers(history: History, side: str) -> dict[str, Json]:
    return {
        "command": "best",
        "side": side,
        "held": history.markets[0].full_name,
        **plain.source(history),
        "notes": list(history.notes),
    }


def _hedge_numbers(ranking: HedgeRanking, shown: Sequence[RankedHedge]) -> dict[str, Json]:
    rows: list[Json] = [
        {
            "market": hedge.market.full_name,
            "effectiveness": plain.estimate(hedge.measured),
            "ratio": plain.estimate(hedge.ratio),
            "carry": None if hedge.carry is None else plain.estimate(hedge.carry),
            "after_carry": hedge.after_carry,
            "p_same_as_first": hedge.p_same,
            "as_good_as_first": hedge.is_as_good,
        }
        for hedge in shown
    ]
    return _common_numbers(ranking.held, "short") | {
        "looked_at": len(ranking.order),
        "left_out": [[m.full_name, str(why)] for m, why in ranking.universe.left_out],
        "working": ranking.n_working,
        "test_days": ranking.hedges.n_days,
        "volatility": ranking.volatility,
        "level": ranking.level,
        "ranked": rows,
    }


def _companion_numbers(
    study: Companions, partners: Sequence[tuple[Market, Estimate]]
) -> dict[str, Json]:
    rows: list[Json] = [
        {
            "market": market.full_name,
            "correlation": plain.estimate(estimate),
            "p_negative": float(study.correlations.p_negative[study.order[rank]]),
            "negative": bool(study.negative[study.order[rank]]),
        }
        for rank, (market, estimate) in enumerate(partners)
    ]
    return _common_numbers(study.held, "long") | {
        "looked_at": len(study.order),
        "left_out": [[m.full_name, str(why)] for m, why in study.universe.left_out],
        "negative": study.n_negative,
        "ranked": rows,
    }
