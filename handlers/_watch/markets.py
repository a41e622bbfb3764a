"""Which markets an alert looks at, by what it measures."""

from dataclasses import dataclass, replace

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.instruments import Instrument, Kind
from handlers._errors import UsageError
from handlers._grammar import Holding, Words, assets, none_named, two_assets, typed
from handlers._grammar.markets import refuse_same
from handlers._hedged import held_and_hedge
from handlers._held import contract_of, is_contract
from handlers._watch.measure import Metric
from handlers._watch.syntax import SYNTAX

LEAST_IN_LOCKSTEP = 3
MOST_IN_LOCKSTEP = 10
VENUE_PAIR = 2
PAYS_FUNDING = (Kind.PERP, Kind.INVERSE)
WITHOUT_AMOUNTS = later("I watch the pair; without both amounts there is no position to size.")


@dataclass(frozen=True, slots=True)
class Markets:
    """What is watched; ``holdings`` where a position stands behind a pair."""

    instruments: tuple[Instrument, ...]
    holdings: tuple[Holding, ...] = ()
    notes: tuple[str, ...] = ()


def watched_markets(words: Words, metric: Metric) -> Markets:
    """The markets that a metric needs.

    Raises
    ------
    UsageError, SameMarketError
        They are too few, too many or of the wrong kind.

    """
    match metric:
        case Metric.DRIFT:
            return _held(held_and_hedge(words))
        case Metric.FUNDING | Metric.BASIS:
            return Markets((_contract(words, metric),))
        case Metric.SPREAD:
            return Markets(_on_two_venues(words))
        case Metric.LOCKSTEP:
            return Markets(_group(words))
        case _:
            return _pair(words)


def _pair(words: Words) -> Markets:
    _refuse_many_venues(words)
    if not words.holdings:
        return Markets(tuple(map(_plain, two_assets(words))))
    if len(words.holdings) == VENUE_PAIR and not words.assets:
        first, second = words.holdings
        refuse_same(words, first.instrument, second.instrument)
        return _held((first, second))
    named = tuple(holding.instrument for holding in words.holdings) + words.assets
    pair = two_assets(replace(words, assets=named))
    return Markets(tuple(map(_plain, pair)), notes=(tr(WITHOUT_AMOUNTS),))


def _held(position: tuple[Holding, Holding]) -> Markets:
    holdings = tuple(replace(one, instrument=_plain(one.instrument)) for one in position)
    return Markets(tuple(one.instrument for one in holdings), holdings)


def _contract(words: Words, metric: Metric) -> Instrument:
    _refuse_many_venues(words)
    named = words.assets or tuple(holding.instrument for holding in words.holdings)
    if len(named) > 1:
        raise UsageError(
            tr("`{metric}` is of one contract. Which one?", metric=metric),
            corrections=tuple(Correction(str(one), _alone(words, one)) for one in named[:4]),
        )
    if not named:
        raise none_named(words)
    fitting = named[0].kind in PAYS_FUNDING if metric is Metric.FUNDING else is_contract(named[0])
    if fitting:
        return _plain(named[0])
    rights = [contract_of(named[0], kind) for kind in PAYS_FUNDING]
    raise UsageError(
        tr("{instrument} pays no {metric}. A contract does.", instrument=named[0], metric=metric)
        if metric is Metric.FUNDING
        else tr("{instrument} is the coin itself. A basis is a contract's.", instrument=named[0]),
        corrections=tuple(Correction(str(one), _alone(words, one)) for one in rights),
    )


def _on_two_venues(words: Words) -> tuple[Instrument, ...]:
    named = words.assets or tuple(holding.instrument for holding in words.holdings)
    found = tuple(dict.fromkeys(_plain(one) for one in named))
    if len(found) == 1 and found[0].venue is None and len(words.venues) == VENUE_PAIR:
        return tuple(replace(found[0], venue=venue) for venue in words.venues)
    venues = {one.venue for one in found}
    if len(found) == VENUE_PAIR and None not in venues and len(venues) == VENUE_PAIR:
        if found[0].base == found[1].base:
            return found
        raise UsageError(
            tr(
                "A spread is of one coin. I read {first} and {second}.",
                first=found[0],
                second=found[1],
            ),
            corrections=_two_venues(words, found[0]),
        )
    if not found:
        raise none_named(words)
    raise UsageError(
        tr("A spread is between two venues. Which two?"), corrections=_two_venues(words, found[0])
    )


def _group(words: Words) -> tuple[Instrument, ...]:
    _refuse_many_venues(words)
    if words.holdings:
        named = tuple(holding.instrument for holding in words.holdings) + words.assets
        words = replace(words, assets=named)
    found = assets(words, most=MOST_IN_LOCKSTEP)
    if len(found) < LEAST_IN_LOCKSTEP:
        others = [Instrument(base) for base in ("BTC", "ETH", "SOL")]
        group = tuple(dict.fromkeys((*found, *others)))[:LEAST_IN_LOCKSTEP]
        right = " ".join(typed(one, SYNTAX) for one in group)
        raise UsageError(
            tr("Lockstep is of a group: name at least {n} markets.", n=LEAST_IN_LOCKSTEP),
            corrections=(Correction(right, f"/{SYNTAX.command} {right} lockstep"),),
        )
    return tuple(map(_plain, found))


def _refuse_many_venues(words: Words) -> None:
    if len(words.venues) < VENUE_PAIR:
        return
    bare = {venue: [v for v in words.venues if v != venue] for venue in words.venues}
    raise UsageError(
        tr("Prices come from one venue here. Which?"),
        corrections=tuple(
            Correction(venue, _without_words(words, gone)) for venue, gone in bare.items()
        ),
    )


def _two_venues(words: Words, coin: Instrument) -> tuple[Correction, ...]:
    base = replace(coin, venue=None, text="")
    right = f"{typed(base, SYNTAX)} binance,bybit"
    return (Correction(right, f"/{SYNTAX.command} {right} {_test(words)}"),)


def _alone(words: Words, one: Instrument) -> str:
    return f"/{SYNTAX.command} {typed(_plain(one), SYNTAX)} {_test(words)}"


def _test(words: Words) -> str:
    readers = SYNTAX.readers
    return " ".join(w for w in words.question.words if any(r(w) is not None for r in readers))


def _without_words(words: Words, gone: list[str]) -> str:
    kept = tuple(w for w in words.question.words if w.casefold() not in gone)
    return str(replace(words.question, words=kept))


def _plain(instrument: Instrument) -> Instrument:
    return replace(instrument, text="")
