"""Signs that keyboards put in place of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RequestError
from handlers._grammar import split_command, tidied
from handlers._grammar.plain import MOST_WORDS, words_of


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("ETH‐PERP ETH‑PERP ETH–PERP ETH—PERP ETH−PERP ETH－PERP", " ".join(["ETH-PERP"] * 6)),
        ("“a” „b‟ «c»", '"a" "b" "c"'),
        ("‘a’ ′b′", "'a' 'b'"),
        ("a\u00a0b\u2009c\u3000d\te\r\nf", "a b c d e f"),
        ("B\u200bT\u200dC\ufeff\u2060\u00ad", "BTC"),
        ("\u202aBTC\u202c \u200fETH", "BTC ETH"),
        ("ＢＴＣ／ＵＳＤＴ　３０ｄ", "BTC/USDT 30d"),
        ("٣٠d ३०d 𝟑𝟎d", "30d 30d 30d"),
        ("1\u00a0000\u202f000", "1000000"),
        ("1'000 1’000 1_000", "1000 1000 1000"),
        ("30\u00a0000d", "30000d"),
        ("BTCUSD_270326", "BTCUSD_270326"),
        ("10² ½", "10² ½"),
        ("⚡️", "⚡"),
        ("BTC\x00ETH\x1b", "BTC ETH"),
        ("\ud800", "\ufffd"),
    ],
)
def test_text_is_made_plain(raw: str, plain: str) -> None:
    assert tidied(raw) == plain


@given(st.text(max_size=300))
def test_plain_text_stays_as_it_is(text: str) -> None:
    once = tidied(text)
    assert tidied(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("BTC, ETH; SOL.", ("BTC", "ETH", "SOL")),
        ("BTC,ETH+SOL×ADA|XRP&LTC", ("BTC", "ETH", "SOL", "ADA", "XRP", "LTC")),
        ("2,5BTC,ETH", ("2,5BTC", "ETH")),
        ("BTC,1INCH", ("BTC", "1INCH")),
        ("bar = 1h, roll=7d", ("bar=1h", "roll=7d")),
        ("bar=1h,roll=7d", ("bar=1h", "roll=7d")),
        ("end=2026-09-01T10:00+02:00", ("end=2026-09-01T10:00+02:00",)),
        ("corr<=0.6 corr >= 0.6", ("corr<=0.6", "corr", ">=", "0.6")),
        ("- 3 ETH $ 25k SOL", ("-3", "ETH", "$25k", "SOL")),
        ("(BTC) 'ETH' `SOL` [ADA]", ("BTC", "ETH", "SOL", "ADA")),
        ("BTC?! #eth", ("BTC", "eth")),
        ("1e+5", ("1e+5",)),
        (" . , ; + ", ()),
    ],
)
def test_text_is_cut_into_words(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_more_words_than_any_question_has_are_refused() -> None:
    assert len(words_of("BTC " * MOST_WORDS)) == MOST_WORDS
    with pytest.raises(RequestError):
        words_of("BTC " * (MOST_WORDS + 1))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/corr BTC ETH", ("corr", None, "BTC ETH")),
        ("/corr", ("corr", None, "")),
        ("/Corr@HedgeBot  BTC  ETH ", ("corr", "HedgeBot", "BTC  ETH")),
        ("  /c\nBTC\nETH", ("c", None, "BTC\nETH")),
        ("\u200b/corr\u00a0BTC", ("corr", None, "BTC")),
        ("/corr, BTC", ("corr", None, ", BTC")),
        ("/hedge@bot", ("hedge", "bot", "")),
    ],
)
def test_a_command_is_taken_apart(line: str, command: tuple[str, str | None, str]) -> None:
    assert split_command(line) == command


@pytest.mark.parametrize(
    "line",
    ["", "corr BTC", "/", "//corr", "/ corr", "/usr/bin", "/корр", "/corr-btc", "/corr@", "/a@b@c",
     "hi /corr", "/" + "x" * 33, "/corr@" + "x" * 33],
)  # fmt: skip
def test_other_messages_are_no_command(line: str) -> None:
    assert split_command(line) is None
