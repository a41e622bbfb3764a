from datetime import timedelta

import pytest

from analytics.market.outages import (
    MarketGoneError,
    VenueBlockedError,
    VenueBusyError,
    VenueDownError,
    VenueMalformedError,
    VenueRefusedError,
    waiting,
)
from analytics.market.venues import venue_name

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (VenueDownError("okx"), "OKX does not answer."),
        (VenueDownError("okx", "is down (502)"), "OKX is down (502)."),
        (
            VenueDownError("okx", "failed 5 times in a row", retry_after=MINUTE),
            "OKX failed 5 times in a row. I try it again in 60 s.",
        ),
        (VenueBlockedError("binance", 451), "Binance does not serve this server (451)."),
        (VenueBlockedError("binance"), "Binance does not serve this server."),
        (VenueBusyError("bybit", 3 * MINUTE), "Bybit asks us to wait 3 min."),
        (VenueMalformedError("kraken", "prices"), "Kraken sent something that is not prices."),
        (VenueRefusedError("deribit", 400), "Deribit refused the question (400)."),
        (
            MarketGoneError("krakenfutures", "X/USD:USD"),
            "Kraken Futures no longer lists X/USD:USD.",
        ),
    ],
)
def test_each_outage_words_itself(error: Exception, sentence: str) -> None:
    assert str(error) == sentence


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (1, "1 s"), (1.001, "2 s"), (119, "119 s"), (120, "2 min"), (121, "3 min")],
)
def test_a_wait_is_rounded_up(seconds: float, words: str) -> None:
    assert waiting(timedelta(seconds=seconds)) == words


def test_a_venue_that_is_not_in_the_list_gets_a_capital_letter() -> None:
    assert [venue_name(name) for name in ("okx", "simulated")] == ["OKX", "Simulated"]
