"""Which markets of a coin, on which bars: what a question about leaders may mean."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from analytics.charts.lead import MOST_MARKETS
from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import MIRROR, SIMULATED
from analytics.market.venues import venue_name
from analytics.market.windows import (
    DAY,
    HOUR,
    MINUTE,
    YEAR,
    BadWindowError,
    Window,
    default_bar,
    spelled,
)
from analytics.statistics.error_correction import MIN_OBSERVATIONS
from handlers._command import Services
from handlers._errors import UsageError
from handlers._grammar import Syntax, Words, instrument_of
from handlers._restated import restated

COMFORTABLE = 2 * MIN_OBSERVATIONS
LENGTHS = (6 * HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, YEAR)


def simulated_venue(word: str) -> str | None:
    """The venues that exist only in the simulation, which the grammar would take for coins."""
    return word.casefold() if word.casefold() in {SIMULATED, MIRROR} else None


def finest_bar(length: timedelta) -> timedelta:
    """A minute up to a day and five up to a week, since leads are short; then as usual."""
    if length <= DAY:
        return MINUTE
    return 5 * MINUTE if length <= 7 * DAY else default_bar(length)


def named_markets(words: Words) -> tuple[Instrument, ...]:
    """The markets of one coin; those that name no venue stand on each venue that was named.

    Raises
    ------
    UsageError
        Two coins, one market of one venue alone, or more markets than a picture holds.

    """
    venues = (*words.venues, *map(str, words.extras))
    found = [
        replace(asset, venue=venue)
        for asset in words.assets
        for venue in ([asset.venue] if _is_pinned(asset, words) or not venues else venues)
    ]
    instruments = tuple(dict.fromkeys(replace(one, text=str(one)) for one in found))
    _refuse_other_coins(instruments, words)
    if len(instruments) == 1 and instruments[0].venue is not None:
        raise _alone(instruments[0])
    if len(instruments) > MOST_MARKETS:
        kept = restated(words.syntax, instruments[:MOST_MARKETS], _day(words))
        raise UsageError(
            tr(
                "That is {n} markets; I compare at most {most_markets}.",
                n=len(instruments),
                most_markets=MOST_MARKETS,
            ),
            corrections=(
                Correction(tr("the first {most_markets}", most_markets=MOST_MARKETS), kept),
            ),
        )
    return instruments


def refuse_short_window(window: Window, asked: Callable[[Window], str]) -> None:
    """Insist on as many bars as a pull needs to show."""
    bar = window.bar or finest_bar(window.length)
    n = window.length // bar
    if n >= MIN_OBSERVATIONS:
        return
    finer = next((b for b in (5 * MINUTE, MINUTE) if window.length // b >= MIN_OBSERVATIONS), None)
    longer = next((w for w in LENGTHS if w // bar >= MIN_OBSERVATIONS), None)
    rights = [] if finer is None else [replace(window, bar=finer)]
    rights += [] if longer is None else [replace(window, length=longer)]
    raise BadWindowError(
        tr(
            "{length} of {spelled_2} bars is {n} points, I need {min_observations} to see who "
            "gives way.",
            length=spelled(window.length),
            spelled_2=spelled(bar),
            n=n,
            min_observations=MIN_OBSERVATIONS,
        ),
        corrections=tuple(
            Correction(" ".join((spelled(w.length), spelled(w.bar or bar))), asked(w))
            for w in rights or [Window(DAY)]
        ),
    )


def refuse_unserved(
    instruments: Sequence[Instrument], services: Services, window: Window, syntax: Syntax
) -> None:
    """Refuse venues that this bot does not ask, and offer the question without them."""
    served = services.histories.source.venues
    unknown = [one for one in instruments if one.venue is not None and one.venue not in served]
    if not unknown:
        return
    rest = [one for one in instruments if one not in unknown]
    if len(rest) == 1:
        rest = [replace(rest[0], venue=None, text="")]
    rest = rest or [replace(instruments[0], venue=None, text="")]
    strange = ", ".join(dict.fromkeys(str(one.venue) for one in unknown))
    known = ", ".join(map(venue_name, served))
    right = restated(syntax, rest, window)
    raise UsageError(
        tr("I don't ask a venue called {strange}. I ask {known}.", strange=strange, known=known),
        corrections=(Correction(tr("without {strange}", strange=strange), right),),
    )


async def everywhere(
    instruments: tuple[Instrument, ...], services: Services
) -> tuple[tuple[Instrument, ...], tuple[str, ...]]:
    """A market alone on each venue that has it, or beside its contract where only one does."""
    if len(instruments) > 1:
        return instruments, ()
    asked = instruments[0]
    listing = await services.histories.catalog.listing(asked)
    notes = tuple(outage.sentence for outage in listing.outages)
    venues = [market.venue for market in listing.markets[:MOST_MARKETS]]
    if len(venues) > 1:
        return tuple(_pinned(asked, venue) for venue in venues), notes
    partner = Instrument(asked.base, Kind.PERP if asked.kind is Kind.SPOT else Kind.SPOT)
    return (_pinned(asked, venues[0]), _pinned(partner, venues[0])), notes


async def common_window(
    window: Window, instruments: Sequence[Instrument], services: Services
) -> tuple[Window, tuple[str, ...]]:
    """The finest bars that all markets have, on a window that holds enough of them.

    Raises
    ------
    BadWindowError
        The asked bar is not to be had.

    """
    histories = services.histories
    listings = [await histories.catalog.listing(one) for one in instruments]
    lists = [set(histories.source.bars(listing.markets[0])) for listing in listings]
    common = sorted(set.intersection(*lists))
    wanted = window.bar or finest_bar(window.length)
    if wanted in common:
        return replace(window, bar=wanted), ()
    coarser = [bar for bar in common if bar > wanted]
    if window.bar is not None or not coarser:
        has = ", ".join(map(spelled, common)) or tr("none in common")
        usual = Correction(tr("the usual bars"), "", f" {spelled(wanted)}")
        raise BadWindowError(
            tr(
                "There are no {length} bars of these markets; there are {has}.",
                length=spelled(wanted),
                has=has,
            ),
            corrections=(usual,) if common else (),
        )
    bar = coarser[0]
    length = next((w for w in LENGTHS if w >= window.length and w // bar >= COMFORTABLE), YEAR)
    told = tr("Finer bars than {length} are not to be had here", length=spelled(bar))
    more = (
        tr(", so I looked at {length}", length=spelled(length)) if length != window.length else ""
    )
    return replace(window, bar=bar, length=length), (f"{told}{more}.",)


def corrected(
    instruments: tuple[Instrument, ...], correction: Correction
) -> tuple[Instrument, ...] | None:
    """The markets with one of them put right; another coin takes the old one's place in all.

    None where the correction is not about a market.
    """
    wrong = next((one for one in instruments if str(one) == correction.wrong), None)
    if wrong is None:
        return None
    right = instrument_of(correction.right)
    if right.base == wrong.base:
        return tuple(right if one == wrong else one for one in instruments)
    return tuple(replace(one, base=right.base, text="") for one in instruments)


def _is_pinned(asset: Instrument, words: Words) -> bool:
    """Whether a market named its venue itself; a venue said alone was given to all others."""
    if asset.venue is None:
        return False
    return asset.venue not in words.venues or asset.text.startswith(f"{asset.venue}:")


def _refuse_other_coins(instruments: tuple[Instrument, ...], words: Words) -> None:
    first = instruments[0]
    other = next((one for one in instruments if one.base != first.base), None)
    if other is None:
        return
    alone = restated(words.syntax, [replace(first, venue=None, text="")], _day(words))
    raise UsageError(
        tr(
            "{base} and {base_2} are two coins. `/lead` compares the price of one coin on "
            "several venues.",
            base=first.base,
            base_2=other.base,
        ),
        corrections=(
            Correction(tr("{base} everywhere", base=first.base), alone),
            Correction(f"{first} × {other}", f"/corr {first} {other}"),
        ),
    )


def _alone(instrument: Instrument) -> UsageError:
    kind = Kind.PERP if instrument.kind is Kind.SPOT else Kind.SPOT
    partner = Instrument(instrument.base, kind, venue=instrument.venue)
    anywhere = replace(instrument, venue=None)
    return UsageError(
        tr(
            "{instrument} alone leads nobody. I need a second market or venue.",
            instrument=instrument,
        ),
        corrections=(
            Correction(tr("{anywhere} everywhere", anywhere=anywhere), f"/lead {anywhere}"),
            Correction(tr("with {partner}", partner=partner), f"/lead {instrument} {partner}"),
        ),
    )


def _pinned(instrument: Instrument, venue: str) -> Instrument:
    pinned = replace(instrument, venue=venue)
    return replace(pinned, text=str(pinned))


def _day(words: Words) -> Window:
    return Window(words.durations[0] if words.durations else DAY)
