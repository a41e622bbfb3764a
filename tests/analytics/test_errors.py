"""Whose mistake it is, and how a correction changes a question."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import Correction, HedgeError, RequestError, SourceError
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.outages import VenueBlockedError, VenueDownError, outage_of
from analytics.positions.refusals import Holding, TooSmallError


@pytest.mark.parametrize(
    ("right", "wrong", "corrected"),
    [
        ("ETH-PERP", "ETHH-PERP", "/corr BTC ETH-PERP 30d"),
        ("ETH-PERP", "ethh-perp", "/corr BTC ETH-PERP 30d"),
        ("5m", "", "/corr BTC ETHH-PERP 30d 5m"),
        ("/corr BTC ETH", None, "/corr BTC ETH"),
        ("5m", "4h", "/corr BTC ETHH-PERP 30d 5m"),
    ],
)
def test_a_correction_replaces_adds_or_asks_anew(
    right: str, wrong: str | None, corrected: str
) -> None:
    assert Correction("x", right, wrong).applied_to("/corr BTC ETHH-PERP 30d") == corrected


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("/corr ETHH ETHHX 30d", "/corr ETHH ETH 30d"),
        ("/corr BCETHHX ETHHX", "/corr BCETHHX ETH"),
        ("/hedge 40ETHHX BTC", "/hedge 40ETH BTC"),
    ],
)
def test_a_whole_word_is_replaced_before_a_part_of_one(question: str, corrected: str) -> None:
    assert Correction("ETH", "ETH", "ETHHX").applied_to(question) == corrected


@given(question=st.text(max_size=40), wrong=st.text(max_size=5), right=st.text(max_size=5))
def test_a_correction_of_any_text_holds_the_right_words(
    question: str, wrong: str, right: str
) -> None:
    assert right in Correction("x", right, wrong).applied_to(question)


@given(wrong=st.text(min_size=1, max_size=5))
def test_letters_whose_case_changes_their_length_cut_nothing(wrong: str) -> None:
    question = f"ßİŉ {wrong} 30d"
    corrected = Correction("x", "ETH", wrong).applied_to(question)
    assert "ETH" in corrected
    assert corrected.endswith("d") or wrong in question


def test_every_error_says_its_sentence() -> None:
    mistake = RequestError("Which two?", corrections=(Correction("a", "b"),))
    outage = SourceError("Binance is down.", venue="binance")
    for error in (mistake, outage):
        assert isinstance(error, HedgeError)
        assert str(error) == error.sentence
    assert mistake.corrections == (Correction("a", "b", None),)
    assert outage.venue == "binance"


def test_all_venues_that_failed_are_named_each_with_its_reason() -> None:
    down, blocked = VenueDownError("binance"), VenueBlockedError("bybit", 451)
    assert outage_of([down]) is down
    both = outage_of([down, blocked])
    assert both.sentence == (
        "No venue answers. Binance does not answer. Bybit does not serve this server (451)."
    )
    assert both.venue == "binance"


def test_an_error_arrives_in_another_process_with_its_words_and_facts() -> None:
    market = Market("binance", "BTC/USDT:USDT", "BTC", "USDT", Kind.PERP, "USDT", lot=0.001)
    sent = TooSmallError(
        Holding(0.001, "ETH"), market, value_usd=3.0, smallest_usd=60.0, smallest_coins=0.02
    )
    sent.corrections = (Correction("0.02 ETH", "/hedge 0.02 ETH BTC-PERP"),)
    for error in (sent, VenueBlockedError("bybit", 451)):
        arrived = pickle.loads(pickle.dumps(error))
        assert type(arrived) is type(error)
        assert str(arrived) == str(error)
        assert vars(arrived) == vars(error)
