"""One venue's markets, sorted once so that a question need not look at thousands of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from analytics.errors import Correction, RequestError
from analytics.language import later, tr
from analytics.market.bundles import bundle_names
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market

QUOTES = ("USDT", "USDC", "USD")
TWINS = {
    2: later("{base} is two coins here. Which one?"),
    3: later("{base} is three coins here. Which one?"),
}


class AmbiguousInstrumentError(RequestError):
    """Two coins share the ticker."""


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """Markets by their coin and by their symbol.

    ``markets`` is the list as the venue gave it: another object means another list.
    """

    markets: Sequence[Market]
    by_base: Mapping[str, tuple[Market, ...]]
    by_symbol: Mapping[str, Market]

    @classmethod
    def of(cls, markets: Sequence[Market]) -> "Directory":
        """Sort a list of markets."""
        by_base: dict[str, list[Market]] = {}
        for market in markets:
            by_base.setdefault(market.base, []).append(market)
        return cls(
            markets,
            {base: tuple(same) for base, same in by_base.items()},
            {market.symbol: market for market in markets},
        )

    def best(self, instrument: Instrument, *, quotes: Sequence[str] = QUOTES) -> Market | None:
        """The market that the instrument means; one that still trades before one that ended.

        Raises
        ------
        AmbiguousInstrumentError
            Two coins share the ticker.
        """
        if instrument.quote is not None:
            exact = self.by_symbol.get(str(replace(instrument, venue=None)))
            if exact is not None:
                return exact
        for base in (instrument.base, *bundle_names(instrument.base)):
            fitting = [m for m in self.by_base.get(base, ()) if _fits(instrument, m)]
            if fitting:
                best = min(fitting, key=partial(_preference, quotes))
                _refuse_shared_ticker(instrument, best, fitting)
                return best
        return None

    def of_coin(self, base: str) -> tuple[Market, ...]:
        """The markets of a coin that still trade against dollars."""
        return tuple(m for m in self.by_base.get(base, ()) if m.active and m.quote in QUOTES)


def typed(instrument: Instrument) -> str:
    """The instrument as the asker wrote it."""
    return instrument.text or str(instrument)


def _fits(instrument: Instrument, market: Market) -> bool:
    if market.kind is not instrument.kind:
        return False
    if instrument.quote is None:
        if market.quote not in QUOTES:
            return False
    elif (market.quote, market.settle) != (instrument.quote, instrument.settle):
        return False
    return market.expiry is None or market.expiry.date() == instrument.expiry


def _preference(quotes: Sequence[str], market: Market) -> tuple[bool, bool, int]:
    quote = quotes.index(market.quote) if market.quote in quotes else len(quotes)
    return (not market.active, market.inverse and market.kind is Kind.FUTURE, quote)


def _refuse_shared_ticker(instrument: Instrument, best: Market, fitting: list[Market]) -> None:
    twins = [
        market
        for market in fitting
        if market.active and (market.quote, market.settle) == (best.quote, best.settle)
        if market.coin_name != best.coin_name
    ]
    if not twins:
        return
    choices = [market for market in (best, *twins) if market.coin_name]
    venue = f"{instrument.venue}:" if instrument.venue else ""
    sentence = TWINS.get(len(choices), later("{base} is {count} coins here. Which one?"))
    raise AmbiguousInstrumentError(
        tr(sentence, base=instrument.base, count=len(choices)),
        corrections=tuple(
            Correction(
                f"{instrument.base} · {market.coin_name}",
                f"{venue}{market.symbol}",
                typed(instrument),
            )
            for market in choices
        ),
    )
