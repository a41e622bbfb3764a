"""What to say about an instrument that no venue lists, and what to ask instead."""

from collections.abc import Mapping
from dataclasses import replace

from rapidfuzz.distance import OSA

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import later, tr
from analytics.language.lists import one_of
from analytics.language.numbers import long_date
from analytics.market.bundles import bundle_names
from analytics.market.directory import Directory, typed
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.nicknames import like_a_name, meant_by
from analytics.market.renamings import renaming_of
from analytics.market.venues import venue_name

ALIKE = 0.59
"""A letter too many, missing, wrong or swapped in a ticker of three; two in one of five."""
N_SUGGESTIONS, N_OTHER_KINDS = 3, 2
KINDS = {
    Kind.SPOT: later("{base} spot"),
    Kind.PERP: later("{base} perpetual"),
    Kind.INVERSE: later("coin-margined {base}"),
    Kind.FUTURE: later("{base} future"),
}


class UnknownInstrumentError(RequestError):
    """No venue lists what was typed as ``word``."""

    def __init__(
        self, sentence: str, *, corrections: tuple[Correction, ...] = (), word: str = ""
    ) -> None:
        super().__init__(sentence, corrections=corrections)
        self.word = word


class UnknownVenueError(RequestError):
    """The question names a venue that this bot does not ask."""


def unknown_instrument(
    instrument: Instrument,
    asked: Mapping[str, Directory],
    others: Mapping[str, Directory],
    outages: tuple[SourceError, ...],
) -> UnknownInstrumentError:
    """Say what is missing where; ``others`` are venues that the question did not mean."""
    silent = sorted({venue_name(outage.venue) for outage in outages})
    doubt = (
        tr(" {either} did not answer, it may be there.", either=one_of(silent)) if silent else ""
    )
    meant = later(" Did you mean {names}?")
    where = one_of([venue_name(venue) for venue in asked])
    renaming = renaming_of(instrument.base)
    if any(directory.of_coin(instrument.base) for directory in asked.values()):
        sentence, hint = _no_such_kind(instrument, asked, where), later(" Try {names}.")
        names = [*_other_kinds(instrument, asked), *_elsewhere(instrument, others)]
    elif renaming is not None:
        sentence, hint = renaming.sentence, meant
        names = _instead(instrument, renaming.new, asked)
    else:
        sentence, hint = (
            tr("I don't know {typed} on {where}.", typed=typed(instrument), where=where),
            meant,
        )
        names = (
            _meant(instrument, asked)
            or _lookalikes(instrument, asked)
            or _elsewhere(instrument, others)
        )
    quotes = _quotes(instrument, asked)
    if quotes:  # any market of the coin would be looked for in the wrong quote again
        hint, names = later(" Try {names}."), [f"quote={quote}" for quote in quotes]
    return UnknownInstrumentError(
        sentence + doubt + (tr(hint, names=one_of(names)) if names else ""),
        corrections=tuple(
            Correction(name, name, f"quote={instrument.quote}")
            if quotes
            else Correction(name, _pinned(name, instrument), typed(instrument))
            for name in names
        ),
        word=typed(instrument),
    )


def unknown_venue(instrument: Instrument, venues: tuple[str, ...]) -> UnknownVenueError:
    """Say which venues there are."""
    names = ", ".join(venue_name(venue) for venue in venues)
    wrong = instrument.venue
    before, after = ("", ":") if typed(instrument).startswith(f"{wrong}:") else ("venue=", "")
    return UnknownVenueError(
        tr(
            "I don't ask a venue called {venue}. I ask {names}.",
            venue=instrument.venue,
            names=names,
        ),
        corrections=tuple(
            Correction(
                tr("on {venue}", venue=venue_name(venue)),
                f"{before}{venue}{after}",
                f"{before}{wrong}{after}",
            )
            for venue in venues[:N_SUGGESTIONS]
        ),
    )


def _no_such_kind(instrument: Instrument, asked: Mapping[str, Directory], where: str) -> str:
    wanted = tr(KINDS[instrument.kind], base=instrument.base)
    if instrument.kind is Kind.FUTURE and instrument.expiry:
        wanted = tr(
            "{base} future that ends on {expiry}",
            base=instrument.base,
            expiry=long_date(instrument.expiry),
        )
    elif instrument.quote:
        wanted = tr(
            "{wanted} in {quote}",
            wanted=wanted,
            quote=instrument.quote,
        )
    return (
        tr("{where} has no {wanted}.", where=where, wanted=wanted)
        if len(asked) == 1
        else tr("No {wanted} on {where}.", wanted=wanted, where=where)
    )


def _other_kinds(instrument: Instrument, asked: Mapping[str, Directory]) -> list[str]:
    bases = (instrument.base, *bundle_names(instrument.base))
    same = [market for d in asked.values() for base in bases for market in d.of_coin(base)]
    nearest = sorted(same, key=lambda market: _distance(instrument, market))
    return list(dict.fromkeys(market.short_name for market in nearest))[:N_OTHER_KINDS]


def _quotes(instrument: Instrument, asked: Mapping[str, Directory]) -> list[str]:
    """What the market is quoted in, where the question asks for another quote of all its markets."""
    if instrument.quote is None or instrument.quote in typed(instrument).upper():
        return []
    same = [market for directory in asked.values() for market in directory.of_coin(instrument.base)]
    kin = [market.quote for market in same if market.kind is instrument.kind]
    return list(dict.fromkeys(quote for quote in kin if quote != instrument.quote))[:N_SUGGESTIONS]


def _distance(instrument: Instrument, market: Market) -> tuple[bool, bool, int]:
    """Contracts are nearer to contracts than to the coin; of futures the next in time is."""
    days = 0
    if market.expiry and instrument.expiry:
        days = abs((market.expiry.date() - instrument.expiry).days)
    is_contract = instrument.kind is not Kind.SPOT
    return (market.kind is not instrument.kind, market.is_contract is not is_contract, days)


def _elsewhere(instrument: Instrument, others: Mapping[str, Directory]) -> list[str]:
    """The same instrument on the first other venue that has it."""
    found = (
        f"{venue}:{market.short_name if instrument.quote is None else market.symbol}"
        for venue, directory in others.items()
        if (market := directory.best(instrument)) is not None and market.active
    )
    return list(found)[:1]


def _meant(instrument: Instrument, asked: Mapping[str, Directory]) -> list[str]:
    """The ticker of a coin that was called by its name."""
    base = meant_by(instrument.base) or like_a_name(instrument.base)
    return [] if base is None else _instead(instrument, base, asked)


def _instead(instrument: Instrument, base: str, asked: Mapping[str, Directory]) -> list[str]:
    """The same market of another coin, where a venue has it."""
    heir = replace(instrument, base=base, text="")
    if instrument.settle == instrument.base:
        heir = replace(heir, settle=base)
    listed = any(directory.best(heir) is not None for directory in asked.values())
    return [str(replace(heir, venue=None))] if listed else []


def _lookalikes(instrument: Instrument, asked: Mapping[str, Directory]) -> list[str]:
    """Existing markets with a similar name, of the same kind if any; the likest first.

    Of equals the coin with most markets.
    """
    found: dict[str, tuple[bool, float, int]] = {}
    for base in {base for directory in asked.values() for base in directory.by_base}:
        likeness = OSA.normalized_similarity(instrument.base, base, score_cutoff=ALIKE)
        if likeness < ALIKE:
            continue
        same = [market for d in asked.values() for market in d.of_coin(base)]
        for market in same:
            rank = (market.kind is not instrument.kind, -likeness, -len(same))
            found[market.short_name] = min(rank, found.get(market.short_name, rank))
    likest = sorted(found, key=lambda name: (found[name], name))[:N_SUGGESTIONS]
    other_kind = found[likest[0]][0] if likest else False
    return [name for name in likest if found[name][0] is other_kind]


def _pinned(name: str, instrument: Instrument) -> str:
    """The same venue as in the question, where it named one."""
    return f"{instrument.venue}:{name}" if instrument.venue and ":" not in name else name
