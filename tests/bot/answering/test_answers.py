import asyncio
import logging
import re
from dataclasses import replace

import pytest

from analytics.errors import Correction, RequestError
from bot.answering.answers import Answers
from bot.answering.sentences import mistake
from handlers import Button, load_commands
from tests.bot.telegram.desk import NO_SERVICES, Kitchen


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def answers(kitchen: Kitchen) -> Answers:
    return Answers(kitchen.commands(), NO_SERVICES)


async def test_an_answer_is_no_error(answers: Answers) -> None:
    answer = await answers.answer("/help")
    assert (answer.reply.answer, answer.is_error, answer.asks_back) == ("/help", False, None)


async def test_the_askers_mistake_comes_with_its_corrections(answers: Answers) -> None:
    answer = await answers.answer("/corr BTC")
    assert answer.is_error
    assert answer.reply.answer == "Which two? For example `/corr BTC ETH`"
    assert answer.reply.buttons == ((Button("BTC × ETH", "/corr BTC ETH"),),)
    assert answer.reply.numbers["error"] == "request"
    assert answer.asks_back is None, "words were given; only a bare command asks back"
    assert (await answers.answer("/corr  ")).asks_back == "BTC ETH-PERP 30d"


async def test_an_unknown_command_is_a_mistake_too(answers: Answers) -> None:
    for question in ("/corrr BTC ETH", "/x", "/", "no slash"):
        answer = await answers.answer(question)
        assert answer.is_error
        assert answer.reply.numbers["error"] == "request"
    assert (await answers.answer("/corrr")).reply.buttons[0][0].question == "/corr"
    behind = await answers.answer("/corrr BTC ETH 7d")
    assert behind.reply.buttons[0][0].question == "/corr BTC ETH 7d", "the words are kept"


async def test_a_venues_failure_can_be_tried_again(answers: Answers) -> None:
    answer = await answers.answer("/down BTC")
    assert answer.is_error
    assert answer.reply.answer == "Binance does not answer."
    assert answer.reply.numbers["venue"] == "binance"
    assert answer.reply.buttons == ((Button("Try again", "/down BTC"),),)


async def test_our_bug_has_a_reference_that_the_log_has_too(
    answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await answers.answer("/broken")
    reference = str(answer.reply.numbers["reference"])
    assert re.fullmatch("[0-9A-F]{4}", reference)
    assert f"(ref {reference})" in answer.reply.answer
    assert "a mistake of ours" not in answer.reply.answer
    [record] = caplog.records
    assert record.getMessage() == f"internal error {reference}"
    assert record.exc_info
    assert "ZeroDivisionError" in caplog.text
    assert (await answers.answer("/broken")).reply.numbers["reference"] == reference


async def test_our_bug_in_a_correction_costs_nobody_the_answer_to_a_mistake(
    kitchen: Kitchen, caplog: pytest.LogCaptureFixture
) -> None:
    def parse(words: str) -> str:
        if words == "BTC ETH":
            raise ZeroDivisionError
        raise RequestError("Which two?", corrections=(Correction("BTC × ETH", "BTC ETH"),))

    commands = [
        replace(one, parse=parse) if one.name == "corr" else one for one in kitchen.commands()
    ]
    answer = await Answers(commands, NO_SERVICES).answer("/corr BTC")
    assert answer.reply.answer == "Which two?"
    assert [row[0].label for row in answer.reply.buttons] == ["BTC × ETH"]
    assert "ZeroDivisionError" in caplog.text


async def test_equal_questions_under_way_share_one_computation(
    answers: Answers, kitchen: Kitchen
) -> None:
    kitchen.held["/help x"] = asyncio.Event()
    asking = [asyncio.create_task(answers.answer(q)) for q in ("/help x", "/HELP   x ") * 10]
    other = await answers.answer("/help y")
    assert other.reply.answer == "/help y"
    kitchen.held["/help x"].set()
    found = await asyncio.gather(*asking)
    assert sorted(kitchen.computed) == ["/help x", "/help y"]
    assert len({id(answer.reply) for answer in found}) == 1
    await answers.answer("/help x")
    assert kitchen.computed.count("/help x") == 2, "a later one is answered anew"


async def test_one_who_leaves_does_not_spoil_it_for_the_others(
    answers: Answers, kitchen: Kitchen
) -> None:
    held = kitchen.held["/help x"] = asyncio.Event()
    leaving, staying = (asyncio.create_task(answers.answer("/help x")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    late = asyncio.create_task(answers.answer("/help x"))
    await asyncio.sleep(0)
    held.set()
    assert (await staying).reply.answer == (await late).reply.answer == "/help x"
    assert kitchen.computed == ["/help x"]


async def test_all_who_share_a_failure_hear_of_it_and_the_next_tries_again(
    answers: Answers, kitchen: Kitchen
) -> None:
    held = kitchen.held["/down x"] = asyncio.Event()
    asking = [asyncio.create_task(answers.answer("/down x")) for _ in range(3)]
    await asyncio.sleep(0)
    held.set()
    assert all(answer.is_error for answer in await asyncio.gather(*asking))
    await answers.answer("/down x")
    assert kitchen.computed == ["/down x"] * 2


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("BTC ETH", "/corr BTC ETH"),
        ("2.5 BTC", "/hedge 2.5 BTC"),
        ("corr BTC ETH", "/corr BTC ETH"),
        ("HELP", "/help"),
        ("neither", "/corr neither"),
    ],
)
def test_words_find_the_command_that_reads_them(
    answers: Answers, words: str, question: str
) -> None:
    assert answers.routing.routed(words) == question


def test_equal_corrections_make_one_button() -> None:
    twice = (Correction("a", "/x"), Correction("b", "/x"), Correction("c", "/y"))
    reply = mistake(RequestError("?", corrections=twice), "/q")
    assert [row[0].question for row in reply.buttons] == ["/x", "/y"]


async def test_a_deep_link_asks_its_question(answers: Answers) -> None:
    linked = await answers.answer("/start corr_BTC_ETH")
    assert not linked.is_error
    assert linked.reply.answer == "/corr BTC ETH"


async def test_a_mistake_without_a_correction_says_how_to_ask() -> None:
    real = Answers(load_commands(), NO_SERVICES)
    answer = await real.answer("/corr " + "BTC " * 70)
    assert answer.reply.answer == "That is 70 words, I read at most 64."
    assert answer.reply.buttons == ((Button("How to ask", "/help corr"),),)


def test_a_length_alone_is_no_question_about_all_markets() -> None:
    assert Answers(load_commands(), NO_SERVICES).routing.routed("30d") == "/corr 30d"
