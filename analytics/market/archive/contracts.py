"""What a contract of an archived market was: sizes, steps and fees of mid-2024.

Files of prices do not say it. Source: the contract specifications and fee schedules (lowest tier)
that Binance, Bybit and OKX published in 2024. A venue changes them; check before trading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from analytics.market.instruments import Kind
from analytics.market.markets import Market


@dataclass(frozen=True, slots=True)
class VenueTerms:
    """What holds for all markets of a venue and kind.

    By coin, ``lots`` gives the step of an order, ``minima`` the smallest one, ``faces`` the size of
    a contract and ``maintenance`` the margin rate of the first tier. For a missing coin ``lot``
    (also the smallest order) and ``face`` hold, and the margin rate is unknown.
    """

    taker_fee: float
    lot: float
    face: float = 1.0
    maintenance: Mapping[str, float] = field(default_factory=dict)
    lots: Mapping[str, float] = field(default_factory=dict)
    minima: Mapping[str, float] = field(default_factory=dict)
    faces: Mapping[str, float] = field(default_factory=dict)


_BINANCE_SPOT = {
    "BTC": 1e-5, "ETH": 1e-4, "SOL": 1e-3, "XRP": 1.0, "DOGE": 1.0, "LTC": 1e-3, "LINK": 0.01,
    "AVAX": 0.01, "TRX": 0.1, "BCH": 1e-3, "NEAR": 0.1, "ATOM": 0.01, "ETC": 0.01, "UNI": 0.01,
}  # fmt: skip
_BINANCE_LINEAR = {
    "BTC": 1e-3, "ETH": 1e-3, "SOL": 1.0, "BNB": 0.01, "XRP": 0.1, "DOGE": 1.0, "ADA": 1.0,
    "LTC": 1e-3, "LINK": 0.01, "TRX": 1.0, "BCH": 1e-3, "NEAR": 1.0,
}  # fmt: skip
_BINANCE_MARGIN = {"BTC": 0.004, "ETH": 0.005}

_TERMS = MappingProxyType(
    {
        ("binance", Kind.SPOT): VenueTerms(0.001, 0.01, lots=_BINANCE_SPOT),
        ("binance", Kind.PERP): VenueTerms(
            0.0005, 1.0, lots=_BINANCE_LINEAR, maintenance=_BINANCE_MARGIN
        ),
        ("binance", Kind.INVERSE): VenueTerms(
            0.0005, 1.0, 10.0, faces={"BTC": 100.0}, maintenance=_BINANCE_MARGIN
        ),
        ("bybit", Kind.SPOT): VenueTerms(
            0.001, 0.01, lots={"BTC": 1e-6, "ETH": 1e-5}, minima={"BTC": 4.8e-5, "ETH": 6.2e-4}
        ),
        ("bybit", Kind.PERP): VenueTerms(
            0.00055,
            0.1,
            maintenance={"BTC": 0.005, "ETH": 0.005},
            lots={"BTC": 1e-3, "ETH": 0.01},
        ),
        ("bybit", Kind.INVERSE): VenueTerms(0.00055, 1.0, maintenance={"BTC": 0.005, "ETH": 0.005}),
        ("okx", Kind.SPOT): VenueTerms(
            0.001, 1e-4, lots={"BTC": 1e-8, "ETH": 1e-6}, minima={"BTC": 1e-5, "ETH": 1e-3}
        ),
        ("okx", Kind.PERP): VenueTerms(
            0.0005,
            0.1,
            maintenance={"BTC": 0.004, "ETH": 0.004},
            faces={"BTC": 0.01, "ETH": 0.1},
        ),
        ("okx", Kind.INVERSE): VenueTerms(
            0.0005, 1.0, 10.0, maintenance={"BTC": 0.004, "ETH": 0.004}, faces={"BTC": 100.0}
        ),
    }
)


def with_terms(market: Market) -> Market:
    """The market with the contract size, step, fee and margin of its venue.

    A dated future has those of the perpetual with the same margin. A market of any other venue
    stays as it came: one coin (inverse: one dollar) a contract, no step worth naming, fee unknown.
    """
    terms = _TERMS.get((market.venue, _kind_of_terms(market)))
    if terms is None:
        return market
    lot = terms.lots.get(market.base, terms.lot)
    return replace(
        market,
        contract_size=terms.faces.get(market.base, terms.face),
        lot=lot,
        minimum=terms.minima.get(market.base, lot),
        taker_fee=terms.taker_fee,
        maintenance_rate=terms.maintenance.get(market.base),
    )


def _kind_of_terms(market: Market) -> Kind:
    if market.kind is Kind.FUTURE:
        return Kind.INVERSE if market.inverse else Kind.PERP
    return market.kind
