from collections.abc import AsyncIterator
from datetime import timedelta

import numpy as np
import pytest
import pytest_asyncio

from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.outages import VenueMalformedError
from tests.analytics.market.live_setting import DAY, NOW, Setting, live
from tests.emulators.venues.faults import Answer
from tests.emulators.venues.grid import HOUR as HOUR_MS
from tests.emulators.venues.grid import milliseconds

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAYING = {"binance": 8, "bybit": 8, "okx": 8, "krakenfutures": 1, "deribit": 1}
REQUESTS = {"binance": 2, "bybit": 6, "okx": 3, "krakenfutures": 1, "deribit": 13}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def setting() -> AsyncIterator[Setting]:
    async with live(*DIALECTS, size=60) as found:
        yield found


@pytest.mark.parametrize("venue", PAYING)
@pytest.mark.parametrize("kind", [Kind.PERP, Kind.INVERSE])
async def test_a_year_of_payments_comes_whole_in_few_requests(
    setting: Setting, venue: str, kind: Kind
) -> None:
    market = await setting.btc(venue, kind)
    before = len(setting.venues.requests(venue))
    history = await setting.prices.funding(market, start=NOW - 365 * DAY, end=NOW)
    assert len(setting.venues.requests(venue)) - before <= REQUESTS[venue]
    step = PAYING[venue] * HOUR_MS
    assert np.all(np.diff(history.time) == step)
    assert history.time[-1] == milliseconds(NOW) // step * step
    if venue != "okx":  # which keeps three months
        assert history.time[0] == -(-milliseconds(NOW - 365 * DAY) // step) * step
    assert np.all(np.isfinite(history.rate))
    assert 1e-6 < np.abs(history.rate).mean() < 1e-3


@pytest.mark.parametrize("venue", PAYING)
async def test_both_ends_of_the_window_belong_to_it(setting: Setting, venue: str) -> None:
    market = await setting.btc(venue, Kind.PERP)
    end = NOW.replace(hour=8, minute=0, second=0, microsecond=0)
    history = await setting.prices.funding(market, start=end - DAY, end=end)
    assert history.time[0] == milliseconds(end - DAY)
    assert history.time[-1] == milliseconds(end)
    assert len(history) == 24 // PAYING[venue] + 1


@pytest.mark.parametrize("venue", list(DIALECTS))
@pytest.mark.parametrize("kind", [Kind.SPOT, Kind.FUTURE])
async def test_only_perpetuals_pay_funding(setting: Setting, venue: str, kind: Kind) -> None:
    others = [market for market in await setting.prices.markets(venue) if market.kind is kind]
    before = len(setting.venues.requests(venue))
    for market in others[:1]:
        history = await setting.prices.funding(market, start=NOW - 30 * DAY, end=NOW)
        assert len(history) == 0
    assert len(setting.venues.requests(venue)) == before


async def test_deribit_pays_by_the_hour_though_it_also_tells_the_sum_of_eight(
    setting: Setting,
) -> None:
    market = await setting.btc("deribit", Kind.INVERSE)
    history = await setting.prices.funding(market, start=NOW - 10 * DAY, end=NOW)
    other = await setting.btc("binance", Kind.INVERSE)
    eight_hours = await setting.prices.funding(other, start=NOW - 10 * DAY, end=NOW)
    assert history.rate.mean() * 8 == pytest.approx(eight_hours.rate.mean(), rel=0.5)


@pytest.mark.parametrize("venue", PAYING)
async def test_an_answer_without_rates_is_never_an_empty_history(
    setting: Setting, venue: str
) -> None:
    market = await setting.btc(venue, Kind.PERP)
    rule = setting.venues.faults.add(Answer(200, {"retCode": 0, "code": "0"}), venue=venue)
    with pytest.raises(VenueMalformedError):
        await setting.prices.funding(market, start=NOW - 2 * DAY, end=NOW)
    rule.clear()
    setting.clock.now += timedelta(minutes=2)
    history = await setting.prices.funding(market, start=NOW - 2 * DAY, end=NOW)
    assert len(history) > 0


async def test_a_rate_that_is_no_number_is_refused(setting: Setting) -> None:
    market = await setting.btc("binance", Kind.PERP)
    row = {"symbol": "BTCUSDT", "fundingTime": milliseconds(NOW - DAY), "fundingRate": "n/a"}
    rule = setting.venues.faults.add(Answer(200, [row]), path="fundingRate")
    with pytest.raises(
        VenueMalformedError, match="Binance sent something that is not funding rates"
    ):
        await setting.prices.funding(market, start=NOW - 2 * DAY, end=NOW)
    rule.clear()
