"""Whatever is typed: an answer or a sentence, quickly."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.errors import RequestError
from analytics.market.windows import LONGEST
from handlers._grammar import instrument_of, read, split_command, two_assets, window_of
from handlers._grammar.plain import LONGEST_TEXT
from tests.handlers.grammar.syntaxes import CORR, HEDGE, refusal
from tests.handlers.grammar.test_reads import READS
from tests.handlers.grammar.test_refuses import REFUSES

LONGEST_CAPTION = 1024
LINES = [line for line, *_ in (*READS, *REFUSES) if len(line) < 200]
WORST = [
    "9" * LONGEST_TEXT,
    "9" * 4000 + "d",
    "." * LONGEST_TEXT,
    "1," * 2048,
    "1.000," * 680,
    "-" * LONGEST_TEXT,
    "$" * LONGEST_TEXT,
    "=" * LONGEST_TEXT,
    "a=" * 2048,
    "A" * LONGEST_TEXT,
    "A/" * 2048,
    "A-" * 2048,
    "1k" * 2048,
    "+" * LONGEST_TEXT,
    "(" * LONGEST_TEXT,
    "\u200b" * LONGEST_TEXT,
    "".join(map(chr, range(0x4E00, 0x4E00 + LONGEST_TEXT))),
    "BTC " * 1024,
    "1\u00a0" * 2048,
    "window" * 680 + "=30d",
    " ".join(["40 ETH"] * 32),
    " ".join(["binance"] * 64),
    " ".join(["1d"] * 64),
    " ".join(["vs"] * 64),
    "e" * 2000 + "=" + "1" * 2000,
    "1" * 2000 + "e9",
    "'1" * 2048,
]


def ask(text: str) -> None:
    """Read a text in every way; only a refusal may come out, and it must be fit to be sent."""
    command = split_command(text)
    rest = command.rest if command else text
    for attempt in (
        lambda: _checked(rest),
        lambda: window_of(read(rest, HEDGE)),
        lambda: instrument_of(rest),
    ):
        try:
            attempt()
        except RequestError as error:
            check_refusal(error)


def check_refusal(error: RequestError) -> None:
    assert 0 < len(error.sentence) < LONGEST_CAPTION
    error.sentence.encode()
    for correction in error.corrections:
        correction.right.encode()


def _checked(rest: str) -> None:
    words = read(rest, CORR)
    hash(words)
    window = window_of(words)
    assert window.length <= LONGEST
    two_assets(words)


@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_the_longest_and_oddest_texts_are_answered(text: str) -> None:
    ask(text)


@given(st.text())
@example("1" * 400 + " BTC")
@example("\ud83d")
@example("ŉ ﬀ ß İ ǰ")
def test_any_text_is_answered(text: str) -> None:
    ask(text)


signs = st.sampled_from(list("0123456789.,-+$:=/_kKmMcdhwy%xX<>@# \u00a0–−'\"`BTCETHPRINVSW"))


@given(st.text(signs, max_size=40))
def test_any_text_of_meaningful_signs_is_answered(text: str) -> None:
    ask(text)


@given(st.sampled_from(LINES), st.data())
def test_any_slip_of_the_finger_is_answered(line: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(line)))
        keep = data.draw(st.integers(0, 3))
        line = line[:at] + data.draw(st.text(signs, max_size=3)) + line[at + keep :]
    ask(line)


@given(st.lists(st.sampled_from([word for line in LINES for word in line.split()]), max_size=12))
def test_any_row_of_known_words_is_answered(words: list[str]) -> None:
    ask(" ".join(words))


@given(st.lists(st.sampled_from(["BTC", "ETH-PERP", "30d", "4h", "ci=99", "brief"]), unique=True))
def test_a_shuffled_question_keeps_its_meaning(words: list[str]) -> None:
    order = sorted(words, key=lambda word: word not in {"BTC", "ETH-PERP"})
    markets = [word for word in words if word in {"BTC", "ETH-PERP"}]
    lengths = [word for word in words if word in {"30d", "4h"}]
    rest = [word for word in order if word not in markets + lengths]
    assert read(" ".join(words), CORR) == read(" ".join(rest + lengths + markets), CORR)


@given(st.sampled_from(LINES), st.integers(0, 2), st.data())
def test_following_corrections_ends_at_a_question_that_is_read(
    line: str, choice: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(7, max(len(line), 7)))
    keep = data.draw(st.integers(0, 3))
    line = line[:at] + data.draw(st.text(signs, max_size=3)) + line[at + keep :]
    command = split_command(line)
    if command is None or command.name not in {"corr", "hedge"}:
        return
    for _ in range(8):
        refused = refusal(line)
        if refused is None:
            return
        assert refused.corrections, refused.sentence
        line = refused.corrections[min(choice, len(refused.corrections) - 1)].applied_to(line)
    raise AssertionError(line)


def calls_in(work: Callable[[], object]) -> int:
    """How many functions of ours a piece of work enters."""
    count = 0

    def entered(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(entered)
    try:
        work()
    except RequestError:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_no_text_makes_much_work(text: str) -> None:
    for syntax in (CORR, HEDGE):
        assert calls_in(lambda syntax=syntax: read(text, syntax)) < 40_000
