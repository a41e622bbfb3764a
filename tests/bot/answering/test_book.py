"""Saved positions: kept in the database, named in questions, seen by nobody else."""

from dataclasses import replace

import pytest

from analytics.errors import RequestError
from bot.answering.answers import Answers
from bot.store.book import SqlBook
from bot.store.database import Database
from handlers import BookForm, SavedPosition, expanded, position_of
from handlers.book import AddQuery, DeleteQuery, ListQuery, parse
from tests.bot.telegram.desk import NO_SERVICES, Kitchen
from tests.handlers.asking import answers as all_commands
from tests.handlers.asking import services, somebody

ANN, BEN = somebody(1), somebody(2)
MAIN = SavedPosition("main", position_of("40 ETH -2.48 BTC-PERP"))


@pytest.fixture
def book(database: Database) -> SqlBook:
    return SqlBook(database)


async def test_a_position_is_kept_replaced_and_forgotten(book: SqlBook) -> None:
    assert await book.positions(1) == {}
    await book.save(1, MAIN)
    await book.save(1, SavedPosition("a", position_of("$25k SOL")))
    assert await book.positions(1) == {
        "a": SavedPosition("a", position_of("$25k SOL")),
        "main": MAIN,
    }
    await book.save(1, replace(MAIN, holdings=position_of("1 BTC")))
    assert str((await book.positions(1))["main"]) == "1 BTC"
    assert await book.positions(2) == {}
    assert not await book.delete(2, "main")
    assert await book.delete(1, "main")
    assert list(await book.positions(1)) == ["a"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", ListQuery()),
        ("add Main 40 ETH -2.48 BTC-PERP", AddQuery(MAIN)),
        ("save main 40 eth −2,48 btc-perp", AddQuery(MAIN)),
        ("delete main", DeleteQuery("main")),
        ("del main", DeleteQuery("main")),
    ],
)
def test_reads(text: str, query: object) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("show main", "`/book` lists, adds and deletes"),
        ("add main", "I need amounts"),
        ("add main ETH", "How much ETH?"),
        ("add btc 2 BTC", "btc means something else in questions"),
        ("add full 2 BTC", "full means something else in questions"),
        ("add 2x 2 BTC", "2x cannot be a name"),
        ("add main 2 BTC 30d", "takes no length of time"),
    ],
)
def test_refuses(text: str, sentence: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse(text)
    assert sentence in refused.value.sentence


def test_a_name_stands_for_what_the_command_needs() -> None:
    saved = {"main": MAIN}
    assert expanded("Main 30d", saved, BookForm.WHOLE) == "40 ETH -2.48 BTC-PERP 30d"
    assert expanded("main 30d", saved, BookForm.TO_HEDGE) == "40 ETH BTC-PERP 30d"
    assert expanded("main", saved, BookForm.MARKETS) == "ETH BTC-PERP"
    assert expanded("mainly BTC", saved, BookForm.WHOLE) == "mainly BTC"


async def test_a_name_in_a_question_is_the_askers_own(book: SqlBook) -> None:
    await book.save(ANN.id, MAIN)
    answers = Answers(Kitchen().commands(), replace(NO_SERVICES, book=book))
    hers = await answers.answer("/drift main", asker=ANN)
    his = await answers.answer("/drift main", asker=BEN)
    assert hers.reply.answer == "/drift 40 ETH -2.48 BTC-PERP"
    assert his.reply.answer == "/drift main"
    assert (await answers.answer("/corr main ETH", asker=ANN)).reply.answer == "/corr main ETH"


async def test_personal_answers_are_not_shared() -> None:
    answers = Answers(Kitchen().commands(), NO_SERVICES)
    for asker in (ANN, BEN):
        assert (await answers.answer("/mine", asker=asker)).reply.answer == str(asker)


async def test_the_book_is_listed_to_its_owner_in_private_only(book: SqlBook) -> None:
    at = all_commands(replace(services(), book=book))
    assert "none until you ask" in (await at.answer("/book", asker=ANN)).reply.answer
    kept = await at.answer("/book add main 40 ETH -2.48 BTC-PERP", asker=ANN)
    assert kept.reply.title == "Kept main:"
    assert (await at.answer("/book", asker=ANN)).reply.facts[0][0].value == "40 ETH -2.48 BTC-PERP"
    assert "none until you ask" in (await at.answer("/book", asker=BEN)).reply.answer
    crowd = somebody(ANN.id, is_private=False)
    assert "private" in (await at.answer("/book", asker=crowd)).reply.answer
    missing = await at.answer("/book delete other", asker=ANN)
    assert missing.reply.buttons[0][0].question == "/book delete main"
    assert "Forgot" in (await at.answer("/book delete main", asker=ANN)).reply.title


async def test_the_book_has_room_for_twenty(book: SqlBook) -> None:
    at = all_commands(replace(services(), book=book))
    for number in range(20):
        await at.answer(f"/book add p{number} 1 BTC", asker=ANN)
    assert "limit" in (await at.answer("/book add more 1 BTC", asker=ANN)).reply.answer
    assert not (await at.answer("/book add p3 2 BTC", asker=ANN)).is_error


async def test_without_a_database_the_book_says_so() -> None:
    refused = await all_commands().answer("/book", asker=ANN)
    assert "Nothing is kept here" in refused.reply.answer
