"""What /lead makes of venues and markets: unknown, of two names, without prices, short of bars."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from analytics.errors import SourceError
from analytics.market.archive import ArchivePrices
from analytics.market.candles import Candles, FundingHistory
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.simulated import MIRROR, SimulatedPrices
from handlers.lead import parse
from tests.handlers.asking import NOW, asked, refused, replied, services


async def test_a_venue_that_is_not_asked_is_read_back() -> None:
    reply = await refused("/lead BTC coinbase,simulated,mirror")
    assert reply.answer == "I don't ask a venue called coinbase. I ask Simulated, Mirror."
    (row,) = reply.buttons
    assert row[0].question == "/lead simulated:BTC mirror:BTC 1d"
    other = await refused("/lead coinbase:BTC simulated:BTC-PERP")
    assert other.buttons[0][0].question == "/lead BTC-PERP 1d"


async def test_an_unknown_coin_is_corrected_in_the_question() -> None:
    reply = await refused("/lead ETHH simulated,mirror")
    assert "Did you mean" in reply.answer
    assert reply.buttons[0][0].question == "/lead simulated:ETH mirror:ETH 1d"


async def test_an_unknown_contract_is_corrected_alone() -> None:
    reply = await refused("/lead BTC mirror:BTC-INV")
    assert "Mirror has no coin-margined BTC." in reply.answer
    assert reply.buttons[0][0].question == "/lead BTC mirror:BTC-PERP 1d"


async def test_a_coin_of_one_venue_is_compared_with_its_contract() -> None:
    reply = await replied("/lead DOGE")
    assert reply.numbers["markets"] == ["simulated:DOGE/USDT", "simulated:DOGE/USDT:USDT"]


async def test_two_names_of_one_market_are_refused() -> None:
    reply = await refused("/lead BTC simulated:BTC/USDT")
    assert "that is 1.00 by definition" in reply.answer
    parse(reply.buttons[0][0].question.removeprefix("/lead "))


async def test_dollars_of_two_kinds_are_told() -> None:
    reply = await replied("/lead BTC BTC/USD")
    assert any("USDT and USD differ by a level" in note for note in reply.notes)


class Stumbling:
    """The simulated venues, of which one is silent, often stands still, or keeps 720 bars."""

    def __init__(self, *, silent: str = "", stale: str = "", forgetful: str = "") -> None:
        self._inner = SimulatedPrices(clock=lambda: NOW)
        self._silent, self._stale, self._forgetful = silent, stale, forgetful

    @property
    def origin(self) -> Origin:
        return self._inner.origin

    @property
    def venues(self) -> tuple[str, ...]:
        return self._inner.venues

    async def markets(self, venue: str) -> Sequence[Market]:
        return await self._inner.markets(venue)

    def bars(self, market: Market) -> Sequence[timedelta]:
        return self._inner.bars(market)

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        return await self._inner.as_of(markets, bar=bar, now=now)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        return await self._inner.funding(market, start=start, end=end)

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        if market.venue == self._silent:
            sentence = "Mirror does not answer."
            raise SourceError(sentence, venue=market.venue)
        if market.venue == self._forgetful:
            start = max(start, end - 720 * bar)
        found = await self._inner.candles(market, bar=bar, start=start, end=end)
        if market.venue != self._stale:
            return found
        held = found.close[(found.open_time // 60_000 % 3 != 0).cumsum() - 1]
        return Candles(market, bar, found.open_time, held, held * 1.0001, held, held, found.volume)


async def test_a_venue_without_prices_is_left_out_and_said() -> None:
    using = services(Stumbling(silent=MIRROR))
    reply = await replied("/lead BTC BTC-PERP simulated,mirror", using)
    assert reply.numbers["markets"] == ["simulated:BTC/USDT", "simulated:BTC/USDT:USDT"]
    assert sum("Mirror does not answer." in note for note in reply.notes) == 2


async def test_with_one_venue_left_the_failure_is_told() -> None:
    answer = await asked("/lead BTC", services(Stumbling(silent=MIRROR)))
    assert answer.is_error
    assert answer.reply.answer == "Mirror does not answer."


async def test_a_market_that_often_stands_still_is_told() -> None:
    reply = await replied("/lead BTC", services(Stumbling(stale=MIRROR)))
    assert any(note.startswith("Mirror did not move in 3") for note in reply.notes)


async def test_a_venue_that_keeps_few_bars_shortens_the_window_and_is_named() -> None:
    reply = await replied("/lead BTC", services(Stumbling(forgetful=MIRROR)))
    assert reply.title == "BTC on Simulated, Mirror · 12h:"
    assert "Mirror has 1m bars of BTC for 12 h. Used 12h, not 1d." in reply.notes
    assert reply.answer.startswith("Simulated leads")


async def test_real_eight_hour_candles_are_measured_and_name_nobody(market_data: Path) -> None:
    using = services(ArchivePrices(market_data))
    for question in ("/lead BTC", "/lead ETH-PERP", "/lead binance:BTC bybit:BTC-PERP"):
        reply = await replied(question, using)
        assert "8-hour candles cannot tell" in reply.answer
        assert reply.numbers["leader"] is None
        assert reply.numbers["bar_seconds"] == 8 * 3600
        assert any("Finer bars than 8h are not to be had" in note for note in reply.notes)
        assert any("cannot show who began" in note for note in reply.notes)


async def test_minutes_of_real_candles_are_refused_with_a_way_out(market_data: Path) -> None:
    using = services(ArchivePrices(market_data))
    reply = await refused("/lead BTC 1d 1m", using)
    assert reply.answer.startswith("There are no 1m bars of these markets; there are 8h")
    right = reply.buttons[0][0].question
    assert right == "/lead BTC 1d"
    assert not (await asked(right, using)).is_error


async def test_real_candles_of_a_late_stamped_venue_are_suspected(market_data: Path) -> None:
    using = services(ArchivePrices(market_data))
    reply = await replied("/lead binance:BTC-PERP okx:BTC-PERP 90d 8h", using)
    assert "OKX repeats an earlier bar: its candles are probably stamped late." in reply.notes
