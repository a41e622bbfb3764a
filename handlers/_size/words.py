"""A counted hedge in words and numbers."""

from dataclasses import dataclass, replace

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.histories import History
from analytics.positions.contracts import Sizing
from analytics.positions.liquidation import (
    Liquidation,
    leveraged_liquidation,
    maintenance_rate,
)
from analytics.positions.profit import Side
from handlers import _format as text
from handlers import _numbers as plain
from handlers._reply import Fact, Json, Reply

USUAL_LEVERAGES = (2, 5, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A size, and the margin under it.

    Attributes
    ----------
    share
        Dollars sold for each dollar held.
    margin
        Coins of an inverse contract, else dollars.
    liquidation
        Where the margin is used up; None where that never happens.
    margin_is_asked
        Whether the asker named a margin or a leverage.
    """

    prices: History
    sizing: Sizing
    share: float
    margin: float
    liquidation: Liquidation | None
    margin_is_asked: bool

    @property
    def leverage(self) -> float | None:
        """Notional over margin; None without any margin."""
        sizing = self.sizing
        whole = sizing.coins if sizing.market.inverse else sizing.notional_usd
        return whole / self.margin if self.margin else None


def summary(switches: frozenset[str], counted: Counted) -> Reply:
    """Put a size into words."""
    prices, sizing = counted.prices, counted.sizing
    held = sizing.holding
    first = Reply(
        title=tr(
            "Size {coins} {base} · {short_name}:",
            coins=text.coins(held.coins),
            base=held.base,
            short_name=sizing.market.short_name,
        ),
        answer=_order(sizing),
        notes=(*prices.origin.notes, *prices.notes),
        numbers=_numbers(counted),
    )
    if "brief" in switches:
        return first
    details = (_leverage_facts(sizing),) if "full" in switches else ()
    return replace(first, facts=(_count_facts(sizing), _margin_facts(counted), *details))


def _order(sizing: Sizing) -> str:
    market = sizing.market
    count = text.coins(sizing.contracts, step=market.lot)
    if market.inverse:
        return tr(
            "{side} {count} contracts (${notional_usd})",
            side=sizing.side,
            count=count,
            notional_usd=localised(f"{sizing.notional_usd:,.0f}"),
        )
    unit = market.base if market.contract_size == 1 else tr("contracts")
    return f"{sizing.side} {count} {unit} (≈ {text.usd(sizing.notional_usd)})"


def _count_facts(sizing: Sizing) -> tuple[Fact, ...]:
    market = sizing.market
    size = localised(f"{market.contract_size:g}")
    exactly = sizing.exact_contracts
    left = text.coins(float(f"{sizing.residual_coins:.2g}"), signed=True)
    return (
        Fact(
            tr("Contract"),
            tr("${size}, in {base}", size=size, base=market.base)
            if market.inverse
            else f"{size} {market.base}",
        ),
        Fact(tr("Exactly"), localised(f"{exactly:,.4f}") if exactly >= 1 else text.coins(exactly)),
        Fact(tr("Smallest step"), localised(f"{market.lot:g}")),
        Fact(tr("Notional"), text.price(sizing.notional_usd)),
        Fact(
            tr("Left over"),
            f"{left} {sizing.holding.base}",
            (f"({text.usd(sizing.residual_usd, signed=True)})",),
        ),
        Fact(tr("At price"), text.price(sizing.price)),
    )


def _margin_facts(counted: Counted) -> tuple[Fact, ...]:
    sizing, found, leverage = counted.sizing, counted.liquidation, counted.leverage
    market = sizing.market
    amount = text.coins(counted.margin) + f" {market.base}"
    at = (
        tr("none posted")
        if leverage is None
        else tr("at {leverage}×", leverage=localised(f"{leverage:.3g}"))
    )
    facts = [Fact(tr("Margin"), amount if market.inverse else text.usd(counted.margin), (at,))]
    if found is None:
        facts.append(Fact(tr("Liquidation"), tr("never"), (at,)))
    else:
        move = f"({text.percent(found.move, signed=True)}) {at}"
        facts.append(Fact(tr("Liquidation"), text.price(found.price), (move,)))
    own = market.inverse and market.base == sizing.holding.base
    if own and sizing.side is Side.SHORT and counted.share <= 1 and not counted.margin_is_asked:
        coins = f"{text.coins(sizing.holding.coins)} {market.base}"
        facts.append(
            Fact(tr("All posted"), tr("never liquidated"), (tr("with {coins}", coins=coins),))
        )
    return tuple(facts)


def _leverage_facts(sizing: Sizing) -> tuple[Fact, ...]:
    """Margin and liquidation at usual leverages, as far as the venue allows them."""
    market, facts = sizing.market, []
    rate = maintenance_rate(market)
    for leverage in USUAL_LEVERAGES:
        if leverage * rate >= 1:
            break
        found = leveraged_liquidation(
            market,
            entry=sizing.price,
            leverage=leverage,
            maintenance_rate=rate,
            side=sizing.side,
        )
        coins = f"{text.coins(sizing.coins / leverage)} {market.base}"
        margin = coins if market.inverse else text.usd(sizing.notional_usd / leverage)
        end = (
            tr("never liquidated")
            if found is None
            else tr("until {price}", price=text.price(found.price))
        )
        facts.append(Fact(tr("Margin at {leverage}x", leverage=leverage), margin, (end,)))
    required = "" if market.maintenance_rate is not None else "assumed"
    facts.append(Fact(tr("Maintenance"), text.percent(rate), (required,) if required else ()))
    return tuple(facts)


def _numbers(counted: Counted) -> dict[str, Json]:
    prices, sizing, found = counted.prices, counted.sizing, counted.liquidation
    market = sizing.market
    return {
        "command": "size",
        "holding": {"coins": sizing.holding.coins, "base": sizing.holding.base},
        "markets": plain.names(prices.markets),
        "prices": prices.origin.name,
        "as_of": prices.last_close.isoformat(),
        "bar_seconds": prices.bar.total_seconds(),
        "price": sizing.price,
        "side": str(sizing.side),
        "hedge_ratio": counted.share,
        "contracts": sizing.contracts,
        "exact_contracts": sizing.exact_contracts,
        "contract_size": market.contract_size,
        "lot": market.lot,
        "coins": sizing.coins,
        "notional_usd": sizing.notional_usd,
        "residual_coins": sizing.residual_coins,
        "residual_usd": sizing.residual_usd,
        "margin": counted.margin,
        "margin_unit": market.base if market.inverse else "USD",
        "leverage": counted.leverage,
        "maintenance_rate": market.maintenance_rate,
        "liquidation_price": None if found is None else found.price,
        "liquidation_move": None if found is None else found.move,
        "notes": list(prices.notes),
    }
