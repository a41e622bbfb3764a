"""Carry of perpetuals and dated futures, each number a second way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.market.candles import FundingHistory
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories, History
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, Window
from analytics.positions.carry import LEAD
from analytics.studies.carries import Carry, carry
from analytics.studies.carry_differences import carry_difference

NOW = datetime(2026, 11, 4, 14, 20, tzinfo=UTC)


async def fetched(
    kind: Kind, *, days: int = 90, base: str = "BTC"
) -> tuple[History, FundingHistory]:
    source = SimulatedPrices(clock=lambda: NOW)
    histories = Histories(Catalog(source), source)
    legs = (Instrument(base), Instrument(base, kind))
    past = await histories.history(legs, Window(days * DAY), now=NOW)
    end = past.last_close
    paid = await histories.funding(past.markets[1], start=end - past.window - LEAD, end=end)
    return past, paid


def carried(past: History, paid: FundingHistory | None, **changes: object) -> Carry:
    terms = {
        "notional_usd": 10_000.0,
        "held": 30 * DAY,
        "taker_fee": 0.0005,
        "level": 0.95,
    } | changes
    return carry(past, paid, **terms)


@pytest.mark.parametrize("kind", [Kind.PERP, Kind.INVERSE])
async def test_funding_recovers_what_the_simulated_venue_pays(kind: Kind) -> None:
    past, paid = await fetched(kind, days=360)
    found = carried(past, paid)
    truth = SimulatedPrices().truth.funding(past.markets[1])
    assert truth is not None
    yearly = truth.mean * (365 * DAY / truth.interval)
    assert found.expected is not None
    assert yearly in found.expected.interval
    assert found.payments is not None
    assert len(found.payments) == 360 * 3


@pytest.mark.parametrize("kind", [Kind.PERP, Kind.INVERSE])
async def test_the_amounts_received_are_the_sums_of_single_payments(kind: Kind) -> None:
    past, paid = await fetched(kind)
    inside, found = past.in_window, carried(past, paid)
    closes = dict(zip(inside.close_time.tolist(), inside.closes[:, 1].tolist(), strict=True))
    payments = zip(paid.time.tolist(), paid.rate.tolist(), strict=True)
    due = [(rate, closes[time]) for time, rate in payments if time > inside.close_time[0]]
    assert len(due) == 90 * 3
    first, last = inside.closes[[0, -1], 1].tolist()
    if kind is Kind.INVERSE:
        assert found.received_coins == pytest.approx(sum(rate * 10_000 / p for rate, p in due))
    else:
        coins = 10_000 / first
        assert found.received_usd == pytest.approx(sum(rate * coins * p for rate, p in due))
    assert found.received_usd == pytest.approx((found.received_coins or 0) * last)


async def test_two_perpetuals_are_compared_payment_by_payment() -> None:
    one = carried(*await fetched(Kind.INVERSE))
    other = carried(*await fetched(Kind.PERP))
    gap = carry_difference(one, other, level=0.95)
    assert gap is not None
    assert one.expected is not None
    assert other.expected is not None
    assert gap.value == pytest.approx(one.expected.value - other.expected.value, rel=1e-9)
    back = carry_difference(other, one, level=0.95)
    assert back is not None
    assert back.value == pytest.approx(-gap.value)
    assert back.interval.low == pytest.approx(-gap.interval.high)


async def test_payments_of_different_hours_are_summed_between_shared_stamps() -> None:
    past, paid = await fetched(Kind.PERP, days=30)
    step = 4 * 3_600_000
    often = np.arange(paid.time[0], paid.time[-1] + 1, step)
    rate = np.full(len(often), 0.4e-4)
    fast = carried(past, FundingHistory(paid.market, often, rate))
    slow = carried(past, paid)
    gap = carry_difference(fast, slow, level=0.95)
    frame = pd.Series(rate, index=pd.to_datetime(often, unit="ms"))
    eight = frame.resample("8h", closed="right", label="right").sum()
    inside = eight.index > past.in_window.close_time[0].astype("datetime64[ms]")
    assert slow.payments is not None
    expected = (eight[inside].to_numpy() - slow.payments.rate).mean() * 3 * 365
    assert gap is not None
    assert gap.value == pytest.approx(expected, rel=1e-9)


async def test_a_dated_future_earns_its_annualised_basis_and_needs_no_interval() -> None:
    source = SimulatedPrices(clock=lambda: NOW)
    histories = Histories(Catalog(source), source)
    dated = Instrument("BTC", Kind.FUTURE, expiry=date(2027, 3, 26))
    past = await histories.history((Instrument("BTC"), dated), Window(30 * DAY), now=NOW)
    found = carried(past, None)
    spot, price = past.closes[-1]
    expiry = past.markets[1].expiry
    assert expiry is not None
    days = (expiry - past.last_close) / DAY
    assert found.expected is not None
    assert found.expected.value == pytest.approx((price / spot - 1) * 365 / days, rel=1e-12)
    assert found.expected.interval.low == found.expected.interval.high
    truth = SimulatedPrices().truth.basis(past.markets[1])
    assert found.expected.value == pytest.approx(truth.carry, abs=0.01)
    perpetual = carried(*await fetched(Kind.PERP, days=30))
    gap = carry_difference(found, perpetual, level=0.95)
    assert gap is not None
    assert perpetual.expected is not None
    width = perpetual.expected.interval.high - perpetual.expected.interval.low
    assert gap.interval.high - gap.interval.low == pytest.approx(width)


async def test_basis_quantiles_agree_with_pandas() -> None:
    past, paid = await fetched(Kind.INVERSE)
    found = carried(past, paid)
    inside = past.in_window.closes
    basis = pd.Series(inside[:, 1] / inside[:, 0] - 1)
    assert found.basis is not None
    usual = (found.basis.usual.low, found.basis.usual.high)
    assert usual == pytest.approx(tuple(basis.quantile([0.05, 0.95])), rel=1e-12)
    assert found.basis.mean == pytest.approx(basis.mean())


async def test_fees_come_off_twice_and_a_point_has_its_price() -> None:
    past, paid = await fetched(Kind.INVERSE)
    found = carried(past, paid, held=73 * DAY, taker_fee=0.001)
    assert found.expected is not None
    assert found.net is not None
    assert found.removed is not None
    assert found.net.value == pytest.approx(found.expected.value - 2 * 0.001 * 5)
    assert found.removed > 0.99
    assert found.per_point == pytest.approx(found.net.value / (100 * found.removed))
    assert carried(past, paid, taker_fee=None).net is None


async def test_the_next_payment_lies_after_the_last_close() -> None:
    past, paid = await fetched(Kind.PERP)
    found = carried(past, paid)
    assert found.next_payment == datetime(2026, 11, 4, 16, tzinfo=UTC)
    late = replace(paid, time=paid.time[:-1], rate=paid.rate[:-1])
    assert carried(past, late).next_payment == datetime(2026, 11, 4, 16, tzinfo=UTC)


async def test_missing_and_stale_funding_is_a_sentence_not_a_number() -> None:
    past, paid = await fetched(Kind.PERP)
    for known, sentence in (
        (None, "Funding of BTC-PERP is not known here."),
        (replace(paid, time=paid.time[:0], rate=paid.rate[:0]), "is not known here"),
        (replace(paid, time=paid.time[:1], rate=paid.rate[:1]), "is recorded in that window"),
        (replace(paid, time=paid.time[:60], rate=paid.rate[:60]), "is known only until 2026-08-2"),
    ):
        found = carried(past, known)
        assert found.expected is None
        assert found.net is None
        assert found.received_usd is None
        assert found.silence is not None
        assert sentence in found.silence
        assert found.basis is not None
    assert carry_difference(carried(past, paid), carried(past, None), level=0.95) is None


async def test_a_contract_whose_coin_is_not_traded_still_has_its_funding() -> None:
    past, paid = await fetched(Kind.PERP)
    alone = replace(past, markets=past.markets[1:], closes=past.closes[:, 1:])
    found = carried(alone, paid)
    assert found.expected == carried(past, paid).expected
    assert found.basis is None
    assert found.removed is None
    assert found.per_point is None


async def test_an_expired_future_has_no_basis_to_earn() -> None:
    past, _ = await fetched(Kind.PERP)
    gone = replace(past.markets[1], kind=Kind.FUTURE, expiry=NOW - timedelta(days=5))
    found = carried(replace(past, markets=(past.markets[0], gone)), None)
    assert found.expected is None
    assert found.silence is not None
