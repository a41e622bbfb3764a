"""/scan: which of a venue's busiest markets move against each other, or hardly together."""

from dataclasses import dataclass, field, replace
from functools import partial

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.language.lists import all_of
from analytics.market.instruments import Instrument
from analytics.market.unlisted import unknown_venue
from analytics.market.windows import DAY, Window, spelled
from analytics.studies.scans import FoundPair, ScanStudy, scan
from handlers._command import Command, Services, price_of
from handlers._errors import UsageError
from handlers._evidence import Evidence, with_evidence
from handlers._files import Table
from handlers._grammar import (
    BAR,
    END,
    LEVEL,
    PICTURELESS,
    TOP,
    VENUE,
    Option,
    Syntax,
    Words,
    read,
    typed,
    window_of,
)
from handlers._markets import provenance, with_caveats
from handlers._questions import again, same_stretch, standing, window_buttons
from handlers._ranking_picture import scan_picture
from handlers._reply import Button, Reply
from handlers._restated import DEFAULT_LEVEL, level_said, options_said, window_said
from handlers._scan.words import found_pairs, pair_names, summary
from handlers._universe import (
    LONG_KINDS,
    MOST_MARKETS,
    busiest,
    fetched,
    instrument_of,
    past_of,
    refuse_too_many,
)

DEFAULT_LENGTH = 90 * DAY
DEFAULT_TOP, FEWEST = 50, 2
MARKETS: Option[int] = Option("top", TOP.read, ("50", "200"), ("of", "limit", "n", "markets"))
"""How many of the busiest markets are looked at."""

SYNTAX = Syntax(
    command="scan",
    example="/scan 90d",
    options=(BAR, LEVEL, VENUE, END, MARKETS),
)


@dataclass(frozen=True, slots=True)
class ScanQuery:
    """How many of the busiest markets of which venue; None for the first that answers."""

    window: Window
    top: int = DEFAULT_TOP
    venue: str | None = None
    level: float = DEFAULT_LEVEL
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        options = options_said(
            top=None if self.top == DEFAULT_TOP else self.top,
            venue=self.venue,
            ci=level_said(self.level),
        )
        return " ".join(("/scan", *window_said(window), *options, *sorted(self.switches)))


def parse(asked: str) -> ScanQuery:
    """Read a window, a venue and how many markets."""
    words = read(asked, SYNTAX)
    _refuse_markets(words)
    top = words.given(MARKETS, DEFAULT_TOP)
    more = (
        (tr("I look at {most_markets} at most.", most_markets=MOST_MARKETS),)
        if top > MOST_MARKETS
        else ()
    )
    query = ScanQuery(
        window=window_of(words, default=DEFAULT_LENGTH),
        top=min(top, MOST_MARKETS),
        venue=words.value(VENUE),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        switches=words.switches,
        notes=(*words.notes, *more),
    )
    if top < FEWEST:
        right = replace(query, top=DEFAULT_TOP).asked(query.window)
        raise UsageError(
            tr("One market makes no pair."),
            corrections=(Correction(f"top={DEFAULT_TOP}", right),),
        )
    refuse_too_many(
        query.top,
        query.window,
        0 * DAY,
        lambda window, top: replace(query, top=top).asked(window),
    )
    return query


async def answer(query: ScanQuery, services: Services) -> Reply:
    """Fetch the busiest markets, correlate all of them, draw."""
    found = await busiest(
        services, _venues(query, services), LONG_KINDS, n=query.top, fewest=FEWEST
    )
    first = found.markets[0]
    anchor = await services.histories.history(
        (replace(instrument_of(first), quote=first.quote, settle=first.settle, venue=first.venue),),
        query.window,
        now=services.now(),
    )
    anchor = with_caveats(anchor, (*query.notes, *found.notes))
    markets = await fetched(services, found.markets, anchor)
    if len(markets.markets) < FEWEST:
        raise UsageError(
            tr(
                "Too few markets have a past of {length}. {value}",
                length=spelled(query.window.length),
                value=markets.note or "",
            ),
            corrections=(Correction("30d", query.asked(Window(30 * DAY))),),
        )
    study = await services.workshop.compute(partial(scan, markets, level=query.level))
    sources = provenance(anchor, services.now())[-1:]
    reply = summary(query.switches, study, anchor, sources)
    groups = found_pairs(study)
    pair = _first(groups[0] or groups[1])
    buttons = (*_what_next(query, pair), again(query.asked(query.window)))
    told = standing(pair, query.window.length) if pair else ()
    windows = window_buttons(query.window, query.asked)
    reply = replace(reply, buttons=(windows, buttons, *([told] if told else [])))
    evidence = Evidence(past_of(markets, anchor), tables=(_pair_table(study),))
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS:
        return reply
    picture = scan_picture(study, groups, pair_names(groups), reply)
    return replace(reply, chart=await services.workshop.draw(picture))


def _pair_table(study: ScanStudy) -> Table:
    """Every pair: its correlation, and how likely so low a one is by chance."""
    names = [market.full_name for market in study.universe.markets]
    pairs = study.pairs
    sides = ([names[k] for k in column.tolist()] for column in (pairs.first, pairs.second))
    found = (pairs.value, pairs.low, pairs.high, pairs.p_negative, pairs.n_common)
    heading = ("first", "second", "correlation", "low", "high", "p_negative", "n")
    cells = zip(*sides, *(values.tolist() for values in found), strict=True)
    return Table("pairs", heading, cells)


def _venues(query: ScanQuery, services: Services) -> tuple[str, ...]:
    offered = services.histories.source.venues
    if query.venue is None:
        return offered
    if query.venue not in offered:
        raise unknown_venue(Instrument("BTC", venue=query.venue, text="BTC"), offered)
    return (query.venue,)


def _refuse_markets(words: Words) -> None:
    if not words.assets:
        return
    named = [typed(asset, SYNTAX) for asset in words.assets]
    ways = [Correction(tr("all of the venue"), "/scan")]
    if len(named) > 1:
        ways.append(Correction(" × ".join(named[:2]), f"/corr {' '.join(named)}"))
    else:
        ways.append(Correction(tr("beside {named}", named=named[0]), f"/best {named[0]} side=long"))
    raise UsageError(
        tr(
            "I read {names}. `/scan` looks at all busy markets of a venue; `{right}` at yours.",
            names=all_of(named[:3]),
            right=ways[1].right,
        ),
        corrections=tuple(ways),
    )


def _first(pairs: tuple[FoundPair, ...]) -> tuple[str, ...]:
    """The first pair of the list, as people type it."""
    both = [(pair.first, pair.second) for pair in pairs[:1]]
    return tuple(typed(instrument_of(market), SYNTAX) for pair in both for market in pair)


def _what_next(query: ScanQuery, first: tuple[str, ...]) -> tuple[Button, ...]:
    if not first:
        return ()
    question = f"/corr {' '.join(first)} {same_stretch(query.window)}"
    return (Button(" × ".join(first), question),)


def _cost(query: ScanQuery) -> int:
    return price_of(query.top)


COMMAND = Command(
    name="scan",
    summary=later("which busy markets move against each other"),
    usage="/scan [90d] [top=50] [venue=bybit] [ci=99] [end=2026-09-01] [brief]",
    examples=("/scan 90d", "/scan 30d top=10"),
    parse=parse,
    answer=answer,
    menu_place=62,
    placeholder="90d",
    cost=_cost,
)
