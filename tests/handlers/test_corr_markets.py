"""What /corr makes of names: venues, quotes, futures, slips, coins that share a ticker."""

import pytest

from tests.handlers.asking import refused, replied
from tests.handlers.expecting import answers_all


async def test_a_venue_is_pinned() -> None:
    reply = await replied("/corr mirror:BTC simulated:BTC 30d")
    assert reply.title == "Mirror BTC × Simulated BTC · 30d:"
    assert reply.numbers["markets"] == ["mirror:BTC/USDT", "simulated:BTC/USDT"]
    assert reply.provenance[-1].startswith("Mirror and Simulated ·")
    both = await replied("/corr BTC ETH venue=mirror")
    assert both.numbers["markets"] == ["mirror:BTC/USDT", "mirror:ETH/USDT"]


async def test_an_unknown_venue_is_refused_with_those_there_are() -> None:
    reply = await refused("/corr kraken:BTC ETH")
    assert "kraken" in reply.answer
    await answers_all(reply)


async def test_quotes_of_one_coin_are_two_markets() -> None:
    reply = await replied("/corr BTC/USDT BTC/USDC")
    assert reply.title == "BTC/USDT × BTC/USDC · 30d:"
    assert (await replied("/corr BTC ETH quote=USDC")).numbers["markets"] == [
        "simulated:BTC/USDC",
        "simulated:ETH/USDC",
    ]


async def test_dated_futures_of_both_kinds_are_read() -> None:
    reply = await replied("/corr BTC-25DEC26 BTC/USD:BTC-261225")
    assert reply.title == "BTC/USDT:USDT-261225 × BTC/USD:BTC-261225 · 30d:"
    assert reply.provenance[1] == "BTC/USDT:USDT-261225 dated · BTC/USD:BTC-261225 dated"
    assert reply.numbers["correlation"]["value"] > 0.99


async def test_a_ticker_of_two_coins_is_asked_back_and_each_tap_answers() -> None:
    reply = await refused("/corr btc beam 30d nochart")
    assert reply.answer == "BEAM is two coins here. Which one?"
    labels = [button.label for row in reply.buttons for button in row]
    assert labels == ["BEAM · Beam Privacy", "BEAM · Merit Circle"]
    await answers_all(reply)
    both = await replied("/corr BEAM/USDT BEAMX/USDT")
    assert both.title == "BEAM/USDT × BEAMX/USDT · 30d:"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("/corr BTC BTC/USDT", "Both are BTC/USDT, that is 1.00 by definition."),
        ("/corr BTC-PERP BTC/USDT:USDT", "Both are BTC-PERP, that is 1.00 by definition."),
        ("/corr PEPE-PERP 1000PEPE-PERP BTC", "Both are 1000PEPE-PERP, that is 1.00"),
        ("/corr BTC ETH BTC/USDT", "Both are BTC/USDT, that is 1.00 by definition. Without"),
    ],
)
async def test_two_names_of_one_market_are_refused(question: str, sentence: str) -> None:
    reply = await refused(question)
    assert reply.answer.startswith(sentence)
    await answers_all(reply)


async def test_a_typo_offers_what_exists() -> None:
    reply = await refused("/corr ETHH-PERP BTC")
    assert "Did you mean ETH-PERP" in reply.answer
    await answers_all(reply)


async def test_a_bundle_of_coins_is_found_and_named() -> None:
    reply = await replied("/corr PEPE-PERP BTC")
    assert reply.title.startswith("1000PEPE-PERP × BTC")
    assert any("1000PEPE" in note for note in reply.notes)


async def test_a_young_listing_is_not_passed_off_as_thirty_days() -> None:
    reply = await replied("/corr NEWT-PERP BTC 30d")
    assert reply.title == "NEWT-PERP × BTC · 12d:"
    assert any(note.startswith("NEWT-PERP began 12 days ago") for note in reply.notes)
    assert [button.label for button in reply.buttons[0]] == ["7d", "30d"]
    assert not any(fact.label.startswith("Last") for fact in reply.facts[0])
    assert reply.numbers["background"] is None


async def test_few_bars_are_called_rough() -> None:
    reply = await replied("/corr BTC ETH 40h 1h")
    assert "Only 40 bars: rough." in reply.notes
    assert [b.label for b in reply.buttons[0] if b.current] == ["40h"]


async def test_weights_that_leave_too_little_are_refused_with_a_way_out() -> None:
    reply = await refused("/corr BTC ETH 36h 1h m=ewma")
    assert reply.answer.endswith("I need 30.")
    await answers_all(reply)
