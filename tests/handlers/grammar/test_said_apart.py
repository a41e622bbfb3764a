"""What belongs to a market or a number but stands apart from it: kinds, sides, values of options."""

import pytest

from handlers._grammar.kinds import with_kinds
from tests.handlers.grammar.syntaxes import asked, refusal, summary

KINDS = [
    # behind its coin
    ("/corr btc perp eth perp", "BTC-PERP ETH-PERP | 30d"),
    ("/corr BTC PERP eth", "BTC-PERP ETH | 30d"),
    ("/corr btc perp, eth perpetual.", "BTC-PERP ETH-PERP | 30d"),
    ("/corr BTCUSDT perp ETH", "BTC/USDT:USDT ETH | 30d"),
    ("/corr bybit:btc swap eth inverse", "bybit:BTC-PERP ETH-INV | 30d"),
    ("/corr link perp btc spot", "LINK-PERP BTC | 30d"),
    ("/corr btc inverse perp eth coin-margined swap", "BTC-INV ETH-INV | 30d"),
    ("/corr btc invers eth inverso", "BTC-INV ETH-INV | 30d"),
    # both of one coin
    ("/corr btc spot perp", "BTC BTC-PERP | 30d"),
    ("/corr btc spot vs perp", "BTC BTC-PERP | 30d"),
    ("/corr btc spot/perp", "BTC BTC-PERP | 30d"),
    # before it
    ("/corr perp btc eth", "BTC-PERP ETH | 30d"),
    ("/corr eth inverse btc perp", "ETH-INV BTC-PERP | 30d"),
    ("/corr eth perpetuo de btc", "ETH-PERP BTC | 30d"),
    # of what is held
    ("/hedge 2,5 btc mit inverse perp", "2.5 BTC | BTC-INV | 30d"),
    ("/hedge 2.5 btc with the inverse perp 60d", "2.5 BTC | BTC-INV | 60d"),
    ("/hedge 2.5 btc con el perp inverso", "2.5 BTC | BTC-INV | 30d"),
    ("/hedge 40 eth gegen den perp", "40 ETH | ETH-PERP | 30d"),
    ("/hedge 40 eth -2.48 btc perp", "40 ETH -2.48 BTC-PERP | 30d"),
    ("/hedge 40eth,-2.48btc perp", "40 ETH -2.48 BTC-PERP | 30d"),
    ("/hedge 40 fartcoin perp btc perp", "40 FARTCOIN-PERP | BTC-PERP | 30d"),
    # a coin all the same
    ("/corr $PERP BTC", "PERP BTC | 30d"),
    ("/corr PERP-PERP BTC", "PERP-PERP BTC | 30d"),
]
SIDES = [
    ("/hedge short 2.48 btc perp", "-2.48 BTC-PERP | 30d"),
    ("/hedge short -2.48 BTC-PERP", "-2.48 BTC-PERP | 30d"),
    ("/hedge 2.48 btc perp short", "-2.48 BTC-PERP | 30d"),
    ("/hedge 2.48 btc perp short 60d", "-2.48 BTC-PERP | 60d"),
    ("/hedge 40 eth, corto 2.48 btc perp", "40 ETH -2.48 BTC-PERP | 30d"),
    ("/hedge long 40 eth sold 2.48 BTC-PERP", "40 ETH -2.48 BTC-PERP | 30d"),
    ("/hedge $25k of ETH short BTC-PERP", "$25000 ETH | BTC-PERP | 30d"),
    ("/hedge minus 2 btc btc perp", "-2 BTC | BTC-PERP | 30d"),
    # what is sold is the contract, not what is held
    ("/hedge 40 eth short btc perp", "40 ETH | BTC-PERP | 30d"),
]
OPTIONS = [
    ("/hedge 2.5 BTC BTC-INV lev 3", "2.5 BTC | BTC-INV | 30d | lev=3.0"),
    ("/hedge 2.5 BTC lev 3 BTC-INV", "2.5 BTC | BTC-INV | 30d | lev=3.0"),
    ("/hedge 2.5 BTC BTC-INV coll 0.5 btc", "2.5 BTC | BTC-INV | 30d | coll=0.5BTC"),
    ("/hedge 40 ETH BTC-PERP fee 0.05% h 1", "40 ETH | BTC-PERP | 30d | fee=0.0005 h=1.0"),
    ("/corr btc eth bar 4h", "BTC ETH | 30d 4h | bar=4:00:00"),
    ("/hedge 2 btc x3 btc perp", "2 BTC | BTC-PERP | 30d | lev=3.0"),
    ("/hedge 2 btc btc perp for the last 2 weeks", "2 BTC | BTC-PERP | 14d"),
    ("/corr btc eth for 2 weeks", "BTC ETH | 14d"),
    # in capitals it is a coin, and a letter may be anything
    ("/hedge h 40 ETH HOLD", "40 ETH | H HOLD | 30d"),
]


@pytest.mark.parametrize(("line", "meaning"), KINDS, ids=[line for line, _ in KINDS])
def test_a_kind_in_a_word_of_its_own_belongs_to_its_coin(line: str, meaning: str) -> None:
    assert summary(line) == meaning


@pytest.mark.parametrize(("line", "meaning"), SIDES, ids=[line for line, _ in SIDES])
def test_a_side_belongs_to_the_amount_that_it_is_said_of(line: str, meaning: str) -> None:
    assert summary(line) == meaning


@pytest.mark.parametrize(("line", "meaning"), OPTIONS, ids=[line for line, _ in OPTIONS])
def test_an_option_is_read_without_its_sign(line: str, meaning: str) -> None:
    assert summary(line) == meaning


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("/hedge 2.48 btc perp short", "Read 2.48 btc-PERP short as -2.48 BTC-PERP."),
        ("/hedge 40 eth short BTC-PERP", "Read short BTC-PERP as the contract to sell."),
    ],
)
def test_on_which_side_was_read_is_said(line: str, note: str) -> None:
    assert asked(line).notes == (note,)


@pytest.mark.parametrize(
    "words",
    ["2 BTC and 40 ETH with perps", "what is a perp", "with the perp", "the inverse", "perp spot"],
)
def test_a_kind_of_which_no_single_coin_is_said_stays_a_word(words: str) -> None:
    assert " ".join(with_kinds(tuple(words.split()))) == words


def test_which_future_is_meant_is_asked_and_not_guessed() -> None:
    refused = refusal("/hedge 2 btc with futures")
    assert refused is not None
    assert [one.right for one in refused.corrections] == ["/hedge 2 btc with BTC-PERP"]


def test_how_long_a_hedge_stands_is_not_taken_for_a_window() -> None:
    refused = refusal("/hedge 2 btc btc perp für zwei Wochen")
    assert refused is not None
    assert [one.right for one in refused.corrections] == [
        "/hedge 2 btc btc-PERP hold=14d",
        "/hedge 2 btc btc-PERP 14d",
    ]
