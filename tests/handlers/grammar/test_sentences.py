"""What whole sentences name, in any language, and which of their words are no coins."""

import pytest

from handlers._grammar.coins import EVERYDAY, FUNCTION_WORDS
from handlers._grammar.numerals import joined, numeral
from handlers._grammar.sentences import named_in
from handlers._grammar.symbols import WELL_KNOWN


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("wie stark hängen BTC und ETH zusammen", "BTC | ETH"),
        ("is eth following btc?", "ETH | BTC"),
        ("¿Cuál es la correlación entre BTC y ETH?", "BTC | ETH"),
        ("WIE STARK HÄNGEN BTC UND ETH ZUSAMMEN", "BTC | ETH"),
        ("between bitcoin and ethereum over the last 30 days", "BTC | ETH | 30 days"),
        ("bitcoin cash gegen ethereum classic, letzten Monat", "BCH | ETC | 1 Monat"),
        ("Ich habe 2,5 BTC und will sie absichern", "2,5 BTC"),
        ("mein Depot: 2.5 BTC, 40 ETH, 100 SOL", "2.5 BTC | 40 ETH | 100 SOL"),
        ("vierzig ETH mit BTC perp", "40 ETH | BTC-PERP"),
        ("tengo 25k dólares de ETH", "$25k ETH"),
        ("long 40 ETH short 2 BTC-PERP", "40 ETH | -2 BTC-PERP"),
        ("0.5btc at 5x on kraken", "0.5 BTC | 5x | kraken"),
        ("BTC and ETH corr<0.6 venue=bybit please", "BTC | ETH | corr<0.6 | venue=bybit"),
        ("BTC🆚ETH, $link! #sol (1INCH)", "BTC | ETH | LINK | SOL | 1INCH"),
        ("not one of all on AT OR ALL", ""),
        ("one ETH and ONE", "1 ETH | ONE"),
        ("BTC ETH at 8, um 9 Uhr or 20h30", "BTC | ETH | at=08:00 | at=09:00 | at=20:30"),
        ("Coin Amount BTC 2.5 ETH 40", "2.5 BTC | 40 ETH"),
        ("比特币 和 以太坊", ""),
        ("💰 2 💰 BTC", "2 BTC"),
        ("BTC<60000 and corr<0.6", "BTC | corr<0.6"),
        ("why is my hedge so bad", ""),
    ],
)
def test_a_sentence_names_what_a_question_is_made_of(sentence: str, named: str) -> None:
    assert " | ".join(one.words for one in named_in(sentence)) == named


def test_words_of_every_day_are_well_known_coins_and_the_others_are_not() -> None:
    assert not EVERYDAY - WELL_KNOWN
    assert not FUNCTION_WORDS & {"BTC", "ETH", "SOL", "XRP", "ADA", "DOGE", "BNB", "LTC", "DOT"}


@pytest.mark.parametrize(
    ("word", "value"),
    [("forty", 40), ("vierzig", 40), ("cuarenta", 40), ("Hundert", 100), ("fort", None)],
)
def test_small_numbers_are_read_in_words(word: str, value: int | None) -> None:
    assert numeral(word) == value


@pytest.mark.parametrize(
    ("first", "then", "both"), [(20, 5, 25), (2, 100, 200), (5, 20, None), (10, 5, None)]
)
def test_two_numbers_in_words_are_one_where_they_can_be(
    first: int, then: int, both: int | None
) -> None:
    assert joined(first, then) == both
