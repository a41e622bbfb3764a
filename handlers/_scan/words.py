"""Found pairs in words and numbers."""

from dataclasses import replace

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.histories import History
from analytics.market.venues import venue_name
from analytics.market.windows import spelled
from analytics.studies.scans import FoundPair, ScanStudy
from handlers import _format as text
from handlers import _numbers as plain
from handlers._markets import labels
from handlers._reply import Fact, Json, Reply

NEGATIVE_ROWS, LOOSE_ROWS = 4, 3
FULL_ROWS = 10

Groups = tuple[tuple[FoundPair, ...], tuple[FoundPair, ...]]


def found_pairs(study: ScanStudy, *, is_full: bool = False) -> Groups:
    """The most negative pairs, then the loosest of the others."""
    n, m = (FULL_ROWS, FULL_ROWS) if is_full else (NEGATIVE_ROWS, LOOSE_ROWS)
    m += 0 if len(study.negative) else NEGATIVE_ROWS - 1
    return (
        tuple(study.pair(int(number)) for number in study.negative[:n]),
        tuple(study.pair(int(number)) for number in study.loosest[:m]),
    )


def pair_names(groups: Groups) -> tuple[str, ...]:
    """Both names of each pair."""
    pairs = [pair for group in groups for pair in group]
    named = dict.fromkeys(market for pair in pairs for market in (pair.first, pair.second))
    names = dict(zip(named, labels(list(named)), strict=True))
    return tuple(f"{names[pair.first]} × {names[pair.second]}" for pair in pairs)


def summary(
    switches: frozenset[str], study: ScanStudy, anchor: History, sources: tuple[str, ...]
) -> Reply:
    """Put a scan into words."""
    notes = (*anchor.origin.notes, *anchor.notes, study.universe.note)
    reply = Reply(
        title=tr(
            "Scan of {venue_name} · {length}:",
            venue_name=venue_name(anchor.markets[0].venue),
            length=spelled(anchor.window),
        ),
        answer=_verdict(study),
        notes=tuple(note for note in notes if note),
        numbers=_numbers(study, anchor),
    )
    if "brief" in switches:
        return reply
    groups = found_pairs(study, is_full="full" in switches)
    names = iter(pair_names(groups))
    headings = (tr("Most negative"), tr("Loosest pairs"))
    facts = tuple(
        (Fact(heading, ""), *(_fact(next(names), pair) for pair in group))
        for heading, group in zip(headings, groups, strict=True)
        if group
    )
    n_bars = len(study.universe.close_time) - 1
    level = f"{study.pairs.level:.0%}".replace("%", " %")
    return replace(
        reply,
        facts=facts,
        provenance=(
            tr("{n} busiest markets, one a coin", n=len(study.universe.markets)),
            tr(
                "{bars} · robust {level} ranges · false discoveries 5 %",
                bars=text.bars(n_bars, anchor.bar),
                level=level,
            ),
            *sources,
        ),
    )


def _verdict(study: ScanStudy) -> str:
    n, found = len(study.pairs), len(study.negative)
    if not found:
        return tr("nothing negative beyond chance among {n} pairs", n=localised(f"{n:,}"))
    return tr(
        "{found} of {n} pairs negative beyond chance",
        found=localised(f"{found:,}"),
        n=localised(f"{n:,}"),
    )


def _fact(name: str, pair: FoundPair) -> Fact:
    value, *below = text.estimate_lines(pair.correlation)
    return Fact(name, value, tuple(below))


def _numbers(study: ScanStudy, anchor: History) -> dict[str, Json]:
    negative, loosest = found_pairs(study, is_full=True)
    return {
        "command": "scan",
        "venue": anchor.markets[0].venue,
        **plain.source(anchor),
        "markets": [market.symbol for market in study.universe.markets],
        "left_out": [[market.symbol, str(why)] for market, why in study.universe.left_out],
        "pairs": len(study.pairs),
        "negative": len(study.negative),
        "most_negative": [_pair(pair) for pair in negative],
        "loosest": [_pair(pair) for pair in loosest],
        "level": study.pairs.level,
        "notes": list(anchor.notes),
    }


def _pair(pair: FoundPair) -> Json:
    return {
        "a": pair.first.symbol,
        "b": pair.second.symbol,
        **plain.estimate(pair.correlation),
        "p_negative": pair.p_negative,
    }
