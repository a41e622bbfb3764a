"""Several holdings or several legs, read from the words of a question."""

from dataclasses import replace

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.instruments import Instrument, Kind
from handlers._errors import UsageError
from handlers._grammar import (
    COLLATERAL,
    FEE,
    HOLD,
    LEVEL,
    LEVERAGE,
    PART,
    RATIO,
    Holding,
    Unit,
    Words,
    window_of,
)
from handlers._hedge.query import SYNTAX, PortfolioQuery
from handlers._held import coins_of, contract_instead, is_contract, why_no_hedge
from handlers._restated import DEFAULT_LEVEL

MOST_LEGS = 4
MOST_HOLDINGS = 8


def is_portfolio(words: Words) -> bool:
    """Whether a question is about several holdings, or several legs against what is held."""
    return len(words.holdings) > 1 or (len(words.holdings) == 1 and len(words.assets) > 1)


def portfolio_query(words: Words) -> PortfolioQuery:
    """Read several holdings and legs, a window and terms.

    Raises
    ------
    UsageError
        Too many of either, a leg that cannot be sold, an option for one leg only.

    """
    holdings = tuple(coins_of(words, holding) for holding in _summed(words.holdings))
    legs = tuple(dict.fromkeys(words.assets))
    query = PortfolioQuery(
        holdings=holdings,
        legs=legs,
        window=window_of(words),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        part=words.given(PART, 1.0),
        leverage=words.value(LEVERAGE),
        hold=words.value(HOLD),
        fee=words.value(FEE),
        switches=words.switches,
        notes=words.notes,
    )
    _refuse_numbers(query)
    _refuse_legs(query)
    _refuse_options(query, words)
    return query


def levers(query: PortfolioQuery) -> tuple[Correction, ...]:
    """The question with two usual leverages."""
    return tuple(
        Correction(
            f"lev={times:g}",
            replace(query, leverage=times).asked(query.window),
        )
        for times in (3.0, 5.0)
    )


def _summed(holdings: tuple[Holding, ...]) -> list[Holding]:
    """Two amounts of one coin are one."""
    sums: dict[tuple[Instrument, Unit], float] = {}
    for holding in holdings:
        key = (holding.instrument, holding.unit)
        sums[key] = sums.get(key, 0.0) + holding.quantity
    found = [Holding(total, unit, market) for (market, unit), total in sums.items() if total]
    if not found:
        raise UsageError(
            tr("These amounts cancel out: nothing is left to hedge."),
            corrections=(Correction(SYNTAX.example, SYNTAX.example),),
        )
    return found


def _refuse_numbers(query: PortfolioQuery) -> None:
    for name, many, most in (
        (later("legs"), query.legs, MOST_LEGS),
        (later("holdings"), query.holdings, MOST_HOLDINGS),
    ):
        if len(many) > most:
            fewer = replace(
                query, legs=query.legs[:MOST_LEGS], holdings=query.holdings[:MOST_HOLDINGS]
            )
            raise UsageError(
                tr(
                    "I read {n} {name}. `/hedge` takes {most}.",
                    n=len(many),
                    name=tr(name),
                    most=most,
                ),
                corrections=(
                    Correction(tr("the first {most}", most=most), fewer.asked(query.window)),
                ),
            )


def _refuse_legs(query: PortfolioQuery) -> None:
    contracts = [h for h in query.holdings if is_contract(h.instrument)]
    if not query.legs:
        raise _against_what(query, contracts)
    for leg in query.legs:
        if not is_contract(leg):
            perp = contract_instead(leg, query.holdings[0].instrument)
            legs = tuple(dict.fromkeys(perp if one == leg else one for one in query.legs))
            raise UsageError(
                why_no_hedge(leg, perp),
                corrections=(Correction(str(perp), replace(query, legs=legs).asked(query.window)),),
            )


def _against_what(query: PortfolioQuery, contracts: list[Holding]) -> UsageError:
    coins = tuple(h for h in query.holdings if h not in contracts)
    legs = tuple(dict.fromkeys(h.instrument for h in contracts))[:MOST_LEGS]
    if coins and legs:
        right = replace(query, holdings=coins, legs=legs).asked(query.window)
        return UsageError(
            tr(
                "All of these have amounts. To hedge what you hold write the contracts without: "
                "`{right}`",
                right=right,
            ),
            corrections=(Correction(tr("Size anew"), right),),
        )
    bases = dict.fromkeys(h.instrument.base for h in query.holdings)
    perps = [Instrument(base, Kind.PERP) for base in bases][:MOST_LEGS]
    offers = [(perps[0],), tuple(perps)]
    right = replace(query, legs=offers[0]).asked(query.window)
    return UsageError(
        tr("Against what? For example `{right}`", right=right),
        corrections=tuple(
            Correction("+".join(map(str, o)), replace(query, legs=o).asked(query.window))
            for o in dict.fromkeys(offers)
        ),
    )


def _refuse_options(query: PortfolioQuery, words: Words) -> None:
    right = query.asked(query.window)
    if words.value(RATIO) is not None:
        raise UsageError(
            tr(
                "h= is the ratio of one holding to one contract. Of several I hedge a part: part=80%."
            ),
            corrections=(
                Correction(tr("without h="), right),
                Correction("part=80%", replace(query, part=0.8).asked(query.window)),
            ),
        )
    if words.value(COLLATERAL) is not None:
        raise UsageError(
            tr(
                "coll= is the margin of one contract. With several say lev=: each has its own margin."
            ),
            corrections=(Correction(tr("without coll="), right), *levers(query)),
        )
