"""/corr: how closely two markets move, or how several do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import later, tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import LONGEST, Window, spelled
from analytics.statistics.correlation import PairCorrelation
from analytics.statistics.samples import UndefinedError
from analytics.studies.pairs import Measure, PairStudy, every_pair, pair_study
from handlers._command import Command, Services, price_of
from handlers._corr.matrix import matrix_picture, matrix_reply
from handlers._corr.query import SYNTAX, CorrelationQuery, correlation_query
from handlers._corr.words import picture, summary
from handlers._errors import SameMarketError
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column, Table
from handlers._grammar import (
    PICTURELESS,
    Holding,
    Method,
    Unit,
    typed,
)
from handlers._markets import covered, provenance, rolling_width, with_caveats
from handlers._questions import (
    WINDOWS,
    again,
    same_stretch,
    standing,
    terms_button,
    window_buttons,
)
from handlers._reply import Button, Reply

CONTEXT_WINDOWS = 2
"""How many windows before the asked one serve as its background."""


async def answer(query: CorrelationQuery, services: Services) -> Reply:
    """Fetch, compute, draw."""
    now = services.now()
    is_pair = len(query.instruments) == 2  # noqa: PLR2004 - a pair
    context = min(CONTEXT_WINDOWS * query.window.length, LONGEST) if is_pair else timedelta(0)
    history = await services.histories.history(
        query.instruments, query.window, now=now, context=context
    )
    _refuse_twins(query, history)
    history = with_caveats(history, query.notes)
    windows = window_buttons(query.window, query.asked, covered=covered(history))
    try:
        if not is_pair:
            return await _all_against_all(query, history, services, windows)
        study = await services.workshop.compute(partial(_studied, query, history))
    except UndefinedError as error:
        error.corrections = _ways_out(query)
        raise
    reply = summary(query.switches, study, provenance(history, now))
    more = (*await _what_next(query, study, services), terms_button(reply))
    reply = replace(reply, buttons=(windows, more, _standing(query)))
    rolling = Column("rolling_correlation", study.rolling_time, study.rolling)
    reply = await with_evidence(reply, query, services, Evidence(history, (rolling,)))
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def _studied(query: CorrelationQuery, history: History) -> PairStudy:
    return pair_study(
        history,
        measure=Measure(query.method),
        level=query.level,
        roll=query.roll or rolling_width(covered(history), history.bar),
    )


def _ways_out(query: CorrelationQuery) -> tuple[Correction, ...]:
    """What may be defined where this is not: Pearson's correlation, or a longer window."""
    if query.method is not Method.PEARSON:
        plain = replace(query, method=Method.PEARSON).asked(query.window)
        return (Correction("m=pearson", plain),)
    longer = [length for length in WINDOWS if length > query.window.length] or [LONGEST]
    window = replace(query.window, length=longer[0], bar=None)
    return (Correction(spelled(longer[0]), query.asked(window)),)


async def _all_against_all(
    query: CorrelationQuery, history: History, services: Services, windows: tuple[Button, ...]
) -> Reply:
    pairs = await services.workshop.compute(
        partial(every_pair, history, measure=Measure(query.method), level=query.level)
    )
    if query.roll is not None:
        history = replace(history, notes=(*history.notes, tr("roll= is for two markets.")))
    reply = matrix_reply(query.switches, history, pairs, now=services.now())
    reply = replace(
        reply,
        buttons=(
            windows,
            (again(query.asked(query.window)), terms_button(reply)),
            _standing(query),
        ),
    )
    evidence = Evidence(history, tables=(_pair_table(history, pairs),))
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS:
        return reply
    picture = matrix_picture(history, pairs, reply)
    return replace(reply, chart=await services.workshop.draw(picture))


def _pair_table(history: History, pairs: Sequence[PairCorrelation]) -> Table:
    """Each pair with its correlation and interval."""
    names = [market.full_name for market in history.markets]
    return Table(
        "pairs",
        ("first", "second", "correlation", "low", "high", "n", "effective_n"),
        [
            (
                names[pair.first],
                names[pair.second],
                pair.correlation.value,
                pair.correlation.interval.low,
                pair.correlation.interval.high,
                pair.correlation.n_observations,
                pair.correlation.effective_n,
            )
            for pair in pairs
        ],
    )


def _refuse_twins(query: CorrelationQuery, history: History) -> None:
    """Refuse two names of one market, which only the venue's list tells apart."""
    for place, market in enumerate(history.markets):
        if market not in history.markets[:place]:
            continue
        twin, others = query.instruments[place], list(query.instruments)
        del others[place]
        if len(others) == 1:
            kind = Kind.SPOT if market.is_contract else Kind.PERP
            others.append(Instrument(market.base, kind, venue=twin.venue))
        right = replace(query, instruments=tuple(others)).asked(query.window)
        name = market.short_name if market.is_contract else market.symbol
        hint = (
            tr("Spot against perp")
            if len(history.markets) == 2  # noqa: PLR2004 - a pair
            else tr("Without {twin}", twin=twin)
        )
        correction = Correction(" ".join(map(str, others)), right)
        raise SameMarketError(name, corrections=(correction,), hint=hint)


def _standing(query: CorrelationQuery) -> tuple[Button, ...]:
    names = [typed(one, SYNTAX) for one in query.instruments]
    return standing(names, query.window.length)


async def _what_next(
    query: CorrelationQuery, study: PairStudy, services: Services
) -> tuple[Button, ...]:
    """The hedge of one market with the other where there is a contract, and the same again."""
    same = again(query.asked(query.window))
    first, second = zip(query.instruments, study.history.markets, strict=True)
    for (held, _), (hedge, market) in ((first, second), (second, first)):
        if market.is_contract:
            return (_hedging(held, hedge, query.window), same)
    for held, coin in (query.instruments, query.instruments[::-1]):
        hedge = replace(coin, kind=Kind.PERP, quote=None, settle=None)
        if await _is_listed(hedge, services):
            return (_hedging(held, hedge, query.window), same)
    return (same,)


def _hedging(held: Instrument, hedge: Instrument, window: Window) -> Button:
    if held.kind is Kind.INVERSE:
        held = Instrument(held.base, venue=held.venue)
    margin = " lev=3" if hedge.kind is Kind.INVERSE and hedge.base != held.base else ""
    holding = typed(Holding(10_000, Unit.DOLLARS, held), SYNTAX)
    return Button(tr("Hedge"), f"/hedge {holding} {hedge} {same_stretch(window)}{margin}")


async def _is_listed(instrument: Instrument, services: Services) -> bool:
    try:
        await services.histories.catalog.listing(instrument)
    except (RequestError, SourceError):
        return False
    return True


def _cost(query: CorrelationQuery) -> int:
    return price_of(len(query.instruments))


COMMAND = Command(
    name="corr",
    aliases=("c",),
    summary=later("how closely markets move together"),
    usage="/corr A B [30d] [1h] [m=spearman] [ci=99] [roll=7d] [end=2026-09-01] [brief]",
    examples=(
        "/corr BTC ETH-PERP 30d",
        "/corr BTC ETH SOL 90d",
        "/corr ETH BTC 1y 4h m=spearman",
    ),
    parse=correlation_query,
    answer=answer,
    menu_place=10,
    placeholder="BTC ETH-PERP 30d",
    cost=_cost,
)
