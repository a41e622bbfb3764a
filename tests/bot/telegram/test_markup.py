import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import opened_answers
from bot.settings import Settings
from bot.telegram.markup import (
    CAPTION_LIMIT,
    LINE_WIDTH,
    POPUP_LIMIT,
    TEXT_LIMIT,
    condensed,
    first_line,
    pages,
    plain,
    popup_text,
    table_lines,
    written,
)
from handlers import Button, Fact, Reply, load_commands
from tests.emulators.telegram.formatted import parse_html, utf16_length

HOSTILE = st.text(
    st.sampled_from("<>&\"'`/=ab;#x1 \n\t") | st.characters(codec="utf-8"), max_size=60
) | st.sampled_from(
    [
        "<b>",
        "</pre>",
        '<a href="tg://user?id=1">x</a>',
        "&lt;b&gt;",
        "&amp;amp;",
        "`<i>`",
        "``",
        "`a` `",
        "<tg-spoiler>",
        "x" * 5000,
        "word " * 300,
        "🟢" * 900,
        "&" * 4096,
    ]
)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Where others use the machine, the making of long words takes its time."""
FACTS = st.builds(Fact, HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=2).map(tuple))
REPLIES = st.builds(
    Reply,
    title=HOSTILE,
    answer=HOSTILE,
    facts=st.lists(st.lists(FACTS, max_size=3).map(tuple), max_size=2).map(tuple),
    text=st.lists(HOSTILE, max_size=3).map(tuple),
    notes=st.lists(HOSTILE, max_size=3).map(tuple),
    provenance=st.lists(HOSTILE, max_size=2).map(tuple),
    chart=st.sampled_from([None, b"png"]),
)


def said(text: str) -> list[str]:
    """The visible characters, whatever lies between them; control signs may become spaces."""
    return re.findall(r"[^\s`\x00-\x1f\x7f-\xa0]", text)


def everything(reply: Reply) -> str:
    facts = [f for group in reply.facts for f in group]
    parts = [reply.title, reply.answer, *reply.text]
    parts += [part for f in facts for part in (f.label, f.value, *f.below)]
    return " ".join((*parts, *(f"⚠ {note}" for note in reply.notes), *reply.provenance))


@given(REPLIES)
@settings(UNHURRIED, max_examples=300)
def test_no_words_break_or_forge_the_markup(reply: Reply) -> None:
    for page in pages(reply):
        shown = parse_html(page.html)
        kinds = {entity["type"] for entity in shown.entities}
        assert kinds <= {"bold", "italic", "pre", "code"}


@given(REPLIES)
@settings(UNHURRIED, max_examples=300)
def test_every_page_fits_and_nothing_is_cut(reply: Reply) -> None:
    found = pages(reply)
    texts = [parse_html(page.html).text for page in found]
    limits = [CAPTION_LIMIT if reply.chart else TEXT_LIMIT] + [TEXT_LIMIT] * (len(found) - 1)
    for page, text, limit in zip(found, texts, limits, strict=True):
        assert utf16_length(text) <= page.length <= limit
        assert len(page.html.encode()) <= 1 << 15
    body = texts[1:] if reply.chart and len(texts) > 1 else texts
    assert said(" ".join(body)) == said(everything(reply))


@given(REPLIES)
@settings(UNHURRIED, max_examples=100)
def test_refused_markup_is_readable_without_it(reply: Reply) -> None:
    for page in pages(reply):
        shown = parse_html(page.html).text
        assert plain(page.html).rstrip() == shown


@given(REPLIES)
@settings(UNHURRIED, max_examples=100)
def test_a_popup_fits(reply: Reply) -> None:
    assert utf16_length(popup_text(reply)) <= POPUP_LIMIT


@given(st.lists(FACTS, max_size=4))
@settings(UNHURRIED, max_examples=100)
def test_no_line_of_a_table_is_wider_than_a_phone(facts: list[Fact]) -> None:
    assert all(len(line) <= LINE_WIDTH for line in table_lines(facts))


def test_a_reply_looks_like_this() -> None:
    reply = Reply(
        title="BTC × ETH-PERP · 30d:",
        answer="ρ 0.84 (0.79–0.88) · stable",
        facts=((Fact("Now (7d)", "0.81"), Fact("Sell-offs", "0.78", ("→ falls together",))),),
        text=("As `/corr BTC ETH`.",),
        notes=("Only 40 bars: rough.",),
        provenance=("BTC/USDT spot", "Binance · 14:00 UTC"),
    )
    assert written(reply).html == (
        "<b>BTC × ETH-PERP · 30d:</b> ρ 0.84 (0.79–0.88) · stable\n"
        "As <code>/corr BTC ETH</code>.\n"
        "<pre>Now (7d)      0.81\n"
        "Sell-offs     0.78\n"
        "              → falls together</pre>\n"
        "⚠ Only 40 bars: rough.\n"
        "<i>BTC/USDT spot\nBinance · 14:00 UTC</i>"
    )
    assert written(reply).length == len(parse_html(written(reply).html).text)


def test_a_sentence_without_a_title_stands_alone() -> None:
    assert first_line(Reply("", "Which two? `/corr A B`")).html == (
        "Which two? <code>/corr A B</code>"
    )
    assert first_line(Reply("Help", "")).html == "<b>Help</b>"


def test_a_long_value_goes_on_below() -> None:
    assert table_lines([Fact("Rates", "rates together +0.5 %")]) == [
        "Rates         rates together",
        "              +0.5 %",
    ]
    lines = table_lines([Fact("Funding", "+8.9 %/yr (5.1–12.6) to you"), Fact("A long label", "")])
    assert lines == ["Funding       +8.9 %/yr (5.1–12.6)", "              to you", "A long label"]


def test_what_takes_several_messages_looks_in_each_as_it_would_in_one() -> None:
    rows = tuple((Fact(f"Row {number}", "value"),) for number in range(400))
    reply = Reply(
        "Title", "answer", rows, text=("Ask `/book`.",), notes=("Rough.",), provenance=("Binance",)
    )
    first, *between, last = (page.html for page in pages(reply))
    assert first.startswith(
        "<b>Title</b>\nanswer\nAsk <code>/book</code>.\n<pre>Row 0         value\n"
    )
    assert between
    assert all(page.startswith("<pre>") and page.endswith("</pre>") for page in (*between,))
    assert last.endswith("Row 399       value</pre>\n⚠ Rough.\n<i>Binance</i>")


def test_a_line_that_is_longer_than_a_message_is_parted_between_two_words() -> None:
    words = "word " * 1200
    found = [parse_html(page.html).text for page in pages(Reply("", words.strip()))]
    assert len(found) == 2
    assert set(" ".join(found).split(" ")) == {"word"}


def test_an_emoji_counts_as_two() -> None:
    assert len(pages(Reply("", "x" * TEXT_LIMIT))) == 1
    assert len(pages(Reply("", "🟢" * (TEXT_LIMIT // 2)))) == 1
    assert len(pages(Reply("", "🟢" * (TEXT_LIMIT // 2) + "x"))) == 2


def test_a_popup_shows_no_markup_and_says_that_it_goes_on() -> None:
    assert popup_text(Reply("", "Try `/corr A B`.")) == "Try /corr A B."
    assert popup_text(Reply("", "x" * 201)) == "x" * 199 + "…"


@pytest.mark.parametrize("bits", ["", " brief", " full", " nochart"])
async def test_real_replies_fit_a_phone(bits: str) -> None:
    questions = [
        f"{example}{bits}"
        for command in load_commands()
        if command.name in {"corr", "hedge"}
        for example in command.examples
        if "m=" not in example or not bits
    ]
    tables = 0
    async with opened_answers(Settings(prices="simulated"), None) as (answers, _):
        for question in questions:
            answer = await answers.answer(question)
            assert not answer.is_error, question
            reply = answer.reply
            assert len(pages(reply)) == 1 or "full" in bits, question
            assert all(page.length <= TEXT_LIMIT for page in pages(reply)[1:])
            assert pages(reply)[0].length <= (CAPTION_LIMIT if reply.chart else TEXT_LIMIT)
            shown = parse_html(written(reply).html)
            for entity in shown.entities:
                if entity["type"] == "pre":
                    start = entity["offset"]
                    table = shown.text[start : start + entity["length"]]
                    assert max(map(len, table.splitlines())) <= LINE_WIDTH, table
                    tables += 1
            for row in reply.buttons:
                assert len(row) <= 5
                assert all(isinstance(button, Button) and button.label for button in row)
    assert tables or bits == " brief"


@given(REPLIES)
@settings(UNHURRIED, max_examples=200)
def test_one_message_is_never_over_the_limit_and_always_html(reply: Reply) -> None:
    for limit in (CAPTION_LIMIT, TEXT_LIMIT):
        found = condensed(reply, limit)
        assert utf16_length(parse_html(found.html).text) <= limit


def test_what_does_not_fit_into_one_message_leaves_warnings_and_the_source_for_last() -> None:
    fact = Fact("label", "value " * 12)
    reply = Reply(
        "BTC",
        "0.8",
        facts=((fact,), (fact, fact), (fact,) * 9),
        text=("words " * 100,),
        notes=("Invented prices.",),
        provenance=("simulated",),
    )
    shorter = condensed(reply, CAPTION_LIMIT).html
    assert shorter.startswith("<b>BTC</b> 0.8")
    assert shorter.endswith("⚠ Invented prices.\n<i>simulated</i>")
    assert shorter.count("label") == 3, "whole groups that fit stay"
    assert "words" not in shorter
    assert condensed(reply, 30).html == "<b>BTC</b> 0.8\n<i>simulated</i>"
