"""The markets that somebody may mean whose word is not finished."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.market.directory import Directory
from analytics.market.instruments import Kind
from analytics.market.markets import Market

KINDS = (Kind.SPOT, Kind.PERP, Kind.INVERSE, Kind.FUTURE)


@dataclass(frozen=True, slots=True)
class Completions:
    """Names that begin like a word; ``is_listed`` where the word itself names a market."""

    names: tuple[str, ...] = ()
    is_listed: bool = False


def completions(word: str, directories: Mapping[str, Directory], *, most: int) -> Completions:
    """Names of markets that begin like ``word``: of its own coin first, then of the most traded.

    How many markets venues make of a coin says how much it is traded. Of another coin than the
    word's own there is one name, its simplest.
    """
    venue, colon, name = word.upper().rpartition(":")
    asked = {v: d for v, d in directories.items() if not colon or v == venue.lower()}
    coin, dash, _ = name.partition("-")
    if not coin:
        return Completions()
    beginning = {
        base
        for directory in asked.values()
        for base in directory.by_base
        if base == coin or (not dash and base.startswith(coin))
    }
    markets = {base: [*_traded(base, asked)] for base in beginning}
    others = sorted(
        (base for base in beginning if base != coin and markets[base]),
        key=lambda base: (-len(markets[base]), base),
    )
    own = {market.short_name for market in markets.get(coin, ())}
    found = [one for one in _by_kind(markets.get(coin, [])) if one.startswith(name)]
    found += [_by_kind(markets[base])[0] for base in others[:most]]
    prefix = f"{venue.lower()}:" if colon else ""
    return Completions(
        names=tuple(prefix + one for one in found if one != name)[:most],
        is_listed=name in own,
    )


def _traded(base: str, directories: Mapping[str, Directory]) -> Iterator[Market]:
    for directory in directories.values():
        yield from directory.of_coin(base)


def _by_kind(markets: list[Market]) -> list[str]:
    """The names of a coin's markets, the coin itself first."""
    ordered = sorted(markets, key=lambda market: (KINDS.index(market.kind), market.short_name))
    return list(dict.fromkeys(market.short_name for market in ordered))
