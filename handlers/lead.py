"""/lead: which venue's price moves first, or that these bars cannot tell."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from analytics.charts.lead import MOST_MARKETS
from analytics.errors import Correction, RequestError, SourceError
from analytics.language import later, tr
from analytics.market.bundles import units
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, HOUR, Window, spelled
from analytics.studies.leads import LeadStudy, lead_study
from handlers._command import Command, Services
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column
from handlers._grammar import (
    BAR,
    END,
    LEVEL,
    PICTURELESS,
    QUOTE,
    VENUE,
    Syntax,
    none_named,
    read,
    window_of,
)
from handlers._lead.markets import (
    common_window,
    corrected,
    everywhere,
    named_markets,
    refuse_short_window,
    refuse_unserved,
    simulated_venue,
)
from handlers._lead.picture import picture
from handlers._lead.words import summary
from handlers._markets import provenance
from handlers._questions import again, same_stretch, standing, terms_button, watch_gap
from handlers._reply import Button, Reply
from handlers._restated import DEFAULT_LEVEL, refuse_twins, restated

WINDOWS = (6 * HOUR, 12 * HOUR, DAY, 7 * DAY)

SYNTAX = Syntax(
    command="lead",
    example="/lead BTC",
    options=(BAR, LEVEL, VENUE, QUOTE, END),
    many_venues=True,
    readers=(simulated_venue,),
)


@dataclass(frozen=True, slots=True)
class LeadQuery:
    """Which markets of one coin, over which window; one market alone means: on every venue."""

    instruments: tuple[Instrument, ...]
    window: Window
    level: float = DEFAULT_LEVEL
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        more = sorted(self.switches)
        return restated(SYNTAX, self.instruments, window, level=self.level, more=more)


def parse(asked: str) -> LeadQuery:
    """Read markets of one coin, or a coin and venues, and a window."""
    words = read(asked, SYNTAX)
    if not words.assets:
        raise none_named(words)
    query = LeadQuery(
        instruments=named_markets(words),
        window=window_of(words, default=DAY, minimum=1),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        switches=words.switches,
        notes=words.notes,
    )
    refuse_short_window(query.window, query.asked)
    return query


async def answer(query: LeadQuery, services: Services) -> Reply:
    """Find the markets, fetch, compute, draw."""
    try:
        return await _answer(query, services)
    except RequestError as error:
        rights = tuple(_applied(query, correction) for correction in error.corrections)
        error.corrections = rights or _elsewhen(query)
        raise


async def _answer(query: LeadQuery, services: Services) -> Reply:
    refuse_unserved(query.instruments, services, query.window, SYNTAX)
    instruments, notes = await everywhere(query.instruments, services)
    history, instruments, left_out = await _common_past(query, instruments, services)
    refuse_twins(SYNTAX, instruments, history, query.window)
    history = replace(history, notes=(*query.notes, *notes, *left_out, *history.notes))
    coins = [units(one, m) for one, m in zip(instruments, history.markets, strict=True)]
    study = await services.workshop.compute(
        partial(lead_study, history, coins=coins, level=query.level)
    )
    named, where = provenance(history, services.now(), most=MOST_MARKETS)
    markets = " · ".join(dict.fromkeys(named.split(" · ")))
    reply = summary(query.switches, study, (markets, where))
    told = _standing(query, history)
    reply = replace(reply, buttons=(_windows(query), _what_next(query, history, reply), told))
    evidence = Evidence(study.history, _gap_columns(study))
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def _gap_columns(study: LeadStudy) -> tuple[Column, ...]:
    """How far each market stood from the median of all, or the first of two from the second."""
    time = study.history.in_window.close_time
    names = [market.full_name for market in study.history.markets]
    gaps = study.dispersion.gaps.T
    return tuple(Column(f"{name} gap_bp", time, gap) for name, gap in zip(names, gaps, strict=True))


async def _common_past(
    query: LeadQuery, instruments: tuple[Instrument, ...], services: Services
) -> tuple[History, tuple[Instrument, ...], tuple[str, ...]]:
    """The past of all markets, else of those that have one by themselves, and who is left out."""
    now = services.now()
    window, notes = await common_window(query.window, instruments, services)
    try:
        history = await services.histories.history(instruments, window, now=now)
    except (RequestError, SourceError) as whole:
        sound, left_out = [], []
        for one in instruments:
            try:
                await services.histories.history((one,), window, now=now)
            except (RequestError, SourceError) as error:
                left_out.append(
                    tr("Without {shown}: {sentence}", shown=_shown(one), sentence=error.sentence)
                )
            else:
                sound.append(one)
        if len(sound) < 2 or not left_out:  # noqa: PLR2004 - a pair
            raise whole from None
        history = await services.histories.history(sound, window, now=now)
        return history, tuple(sound), (*left_out, *notes)
    return history, instruments, notes


def _shown(instrument: Instrument) -> str:
    name = str(replace(instrument, venue=None))
    return f"{venue_name(instrument.venue)} {name}" if instrument.venue else name


def _applied(query: LeadQuery, correction: Correction) -> Correction:
    """A correction as a whole question, in which all markets are written out."""
    instruments = corrected(query.instruments, correction)
    if instruments is not None:
        right = replace(query, instruments=instruments).asked(query.window)
    else:
        right = correction.applied_to(query.asked(query.window))
    return Correction(correction.label, right)


def _elsewhen(query: LeadQuery) -> tuple[Correction, ...]:
    """Other windows: what to try where a market has no usable past."""
    others = [length for length in (DAY, 7 * DAY, 30 * DAY) if length != query.window.length]
    return tuple(_resized(query, length) for length in others[:2])


def _resized(query: LeadQuery, length: timedelta) -> Correction:
    return Correction(spelled(length), query.asked(Window(length, None, query.window.end)))


def _windows(query: LeadQuery) -> tuple[Button, ...]:
    asked = query.window.length
    lengths = sorted({*WINDOWS, asked})
    return tuple(
        Button(
            spelled(length),
            query.asked(
                query.window if length == asked else Window(length, None, query.window.end)
            ),
            current=length == asked,
        )
        for length in lengths
    )


def _standing(query: LeadQuery, history: History) -> tuple[Button, ...]:
    """To be told when the two venues' prices stand apart; of one venue's two, when they part."""
    first = history.markets[0]
    for other in history.markets[1:]:
        is_alike = (first.kind, first.quote, first.expiry) == (
            other.kind,
            other.quote,
            other.expiry,
        )
        if is_alike and first.venue != other.venue:
            return (watch_gap(first.full_name, other.full_name),)
    names = [market.full_name for market in history.markets[:2]]
    return standing(names, query.window.length)[:1]


def _what_next(query: LeadQuery, history: History, reply: Reply) -> tuple[Button, ...]:
    markets = history.markets
    base = query.instruments[0].base
    pinned = (market.full_name for market in markets)
    buttons = [Button(tr("Correlation"), f"/corr {' '.join(pinned)} {same_stretch(query.window)}")]
    if len({market.is_contract for market in markets}) == 1:
        pair = (Instrument(base), Instrument(base, Kind.PERP))
        buttons.append(Button(tr("Spot vs perp"), restated(SYNTAX, pair, Window(DAY))))
    return (*buttons, again(query.asked(query.window)), terms_button(reply))


def _cost(_query: LeadQuery) -> int:
    # A day of minutes is as much as two months of hours, on every venue.
    return 3


COMMAND = Command(
    name="lead",
    summary=later("which venue's price moves first, if the bars can tell"),
    usage="/lead BTC [binance,bybit:BTC-PERP] [1d] [1m] [ci=99] [end=2026-09-01] [brief]",
    examples=("/lead BTC", "/lead BTC BTC-PERP 1d", "/lead ETH 6h"),
    parse=parse,
    answer=answer,
    menu_place=54,
    placeholder="BTC 1d",
    cost=_cost,
)
