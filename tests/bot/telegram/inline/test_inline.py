"""What somebody sees who types behind our name, and what is computed, uploaded and kept for it."""

import asyncio
import logging

import pytest
from telegram import Bot

from bot.store.book import SqlBook
from bot.store.database import Database
from bot.store.gates import Gates
from bot.store.inbox import StoredUpdate
from bot.store.personal import counts_of
from bot.store.quotas import Quotas
from bot.store.recents import Recents
from bot.store.rooms import SqlRooms
from bot.telegram.inline.results import start_word
from bot.telegram.sending.pacing import Pacing
from handlers import Preferences, SavedPosition, load_commands, position_of
from tests.bot.telegram.inline.desk import inline_desk, kinds, shelf
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import picture

QUESTION = "corr BTC ETH"
MAIN = SavedPosition("main", position_of("40 ETH -2.48 BTC-PERP"))


async def test_an_answer_is_a_picture_that_telegram_has_and_the_same_in_words(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    async with inline_desk(emulator, bot, database) as desk:
        ann = emulator.person("Ann")
        query = await desk.shown(ann, QUESTION)
        assert kinds(query)[:2] == ["picture", "words"]
        picture_shown, words = query.results[:2]
        [uploaded] = emulator.messages(desk.channel)
        assert picture_shown["photo_file_id"] == uploaded.file_id
        assert picture_shown["caption"] == words["input_message_content"]["message_text"]
        assert picture_shown["caption"] == "<b>Answer to</b> /corr BTC ETH"
        assert 0 < query.answer["cache_time"] <= 60
        assert query.answer["is_personal"]


async def test_equal_questions_share_one_computation_and_one_upload(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    async with inline_desk(emulator, bot, database) as desk:
        held = desk.kitchen.held["/corr BTC ETH"] = asyncio.Event()
        people = [emulator.person(f"Person {number}") for number in range(5)]
        queries = [person.asks_inline(QUESTION) for person in people]
        await emulator.until(lambda: emulator.queue_size == 0)
        held.set()
        await emulator.until(lambda: all(query.results for query in queries))
        late = await desk.shown(emulator.person("Late"), f"{QUESTION} ")
        assert {query.results[0]["photo_file_id"] for query in (*queries, late)} == {
            emulator.messages(desk.channel)[0].file_id
        }
        assert desk.kitchen.computed == ["/corr BTC ETH"]
        assert desk.uploads() == 1


async def test_the_newest_that_a_person_types_wins_and_takes_the_older_computation_away(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite) as desk:
        desk.kitchen.held["/corr BTC SOL"] = asyncio.Event()
        ann, ben = emulator.person("Ann"), emulator.person("Ben")
        older = ann.asks_inline("corr BTC SOL")
        await _until(lambda: desk.kitchen.computed == ["/corr BTC SOL"])
        other = await desk.shown(ben, QUESTION)
        newer = await desk.shown(ann, "corr ETH SOL")
        assert kinds(newer)[0] == "picture"
        assert kinds(other)[0] == "picture"
        assert older.results is None
        assert not desk.inline.answers._flights._under_way, "nobody waits for the older one"


async def test_what_is_typed_in_a_row_is_computed_once(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite, pause=0.3) as desk:
        ann = emulator.person("Ann")
        typed = [ann.asks_inline(f"corr BTC ETH {n * '9'}d") for n in range(1, 5)]
        await emulator.until(lambda: typed[-1].results is not None)
        assert desk.kitchen.computed == ["/corr BTC ETH 9999d"]


async def test_half_typed_words_are_completed_and_not_computed(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite) as desk:
        query = await desk.shown(emulator.person("Ann"), "corr BTC E")
        assert [result["title"] for result in query.results] == ["corr BTC ETH"]
        [here, private] = query.results[0]["reply_markup"]["inline_keyboard"][0]
        assert here["switch_inline_query_current_chat"] == QUESTION
        assert private["url"] == "https://t.me/hedge_desk_bot?start=corr_BTC_ETH"
        assert desk.kitchen.computed == []


async def test_what_takes_too_long_goes_on_and_is_there_a_space_later(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite, deadline=0.2) as desk:
        held = desk.kitchen.held["/corr BTC ETH"] = asyncio.Event()
        ann = emulator.person("Ann")
        late = await desk.shown(ann, QUESTION)
        assert kinds(late)[0] == "later"
        assert "Type a space" in late.results[0]["description"]
        assert late.answer["cache_time"] == 0
        held.set()
        await emulator.until(desk.uploads)
        await _until(lambda: not desk.inline.preparing._under_way)
        assert kinds(await desk.shown(ann, f"{QUESTION} "))[0] == "picture"
        assert desk.kitchen.computed == ["/corr BTC ETH"]


async def test_an_answer_whose_picture_comes_late_is_shown_in_words(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    emulator.fault("sendPhoto", delay=0.6, times=1)
    async with inline_desk(emulator, bot, sqlite, deadline=0.3) as desk:
        ann = emulator.person("Ann")
        query = await desk.shown(ann, QUESTION)
        assert kinds(query)[0] == "words"
        assert query.answer["cache_time"] == 0
        await emulator.until(desk.uploads)
        await _until(lambda: not desk.inline.preparing._under_way)
        assert kinds(await desk.shown(ann, QUESTION))[:2] == ["picture", "words"]


@pytest.mark.parametrize("why", ["no chat for pictures", "it takes none", "it is full"])
async def test_without_an_upload_the_answer_is_words(
    emulator: TelegramEmulator,
    bot: Bot,
    sqlite: Database,
    why: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with inline_desk(emulator, bot, sqlite, uploads=why != "no chat for pictures") as desk:
        if why == "it takes none":
            desk.channel.demote_bot()
        if why == "it is full":
            emulator.fault("sendPhoto", code=429, parameters={"retry_after": 1}, times=1)
        query = emulator.person("Ann").asks_inline(QUESTION)
        if why == "it is full":
            # Telegram wants silence, and gets it: the next letter is answered.
            await _until(lambda: not desk.inline._typing)
            assert query.results is None
            return
        await emulator.until(lambda: query.results is not None)
        assert kinds(query)[0] == "words"
        assert ("HEDGEBOT_PICTURES_CHAT takes no picture" in caplog.text) is (
            why == "it takes none"
        )


async def test_a_picture_that_telegram_has_forgotten_is_uploaded_anew(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    async with inline_desk(emulator, bot, database) as desk:
        ann, ben, cyd = (emulator.person(name) for name in ("Ann", "Ben", "Cyd"))
        await desk.shown(ann, QUESTION)
        emulator.world.files._by_id.clear()
        query = await desk.shown(ben, QUESTION)
        assert kinds(query)[0] == "words"
        assert query.answer["cache_time"] == 0
        assert kinds(await desk.shown(cyd, QUESTION))[0] == "picture"
        assert desk.uploads() == 2


async def test_two_processes_upload_a_picture_once(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    channel = emulator.channel("Pictures", [emulator.person("Olga")])
    shelves = [
        shelf(bot, database, channel.id, Pacing(Gates(database), slack=10.0)) for _ in range(2)
    ]
    names = await asyncio.gather(*(one.file_id(picture()) for one in shelves))
    assert names[0] is not None
    assert names[0] == names[1]
    assert len(emulator.messages(channel)) == 1


async def test_mistakes_outages_and_our_bugs_are_three_different_articles(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite) as desk:
        ann = emulator.person("Ann")
        seen = {text: await desk.shown(ann, text) for text in ("down", "broken", "hedge no")}
        shown = {text: query.results[0] for text, query in seen.items()}
        assert shown["down"]["title"] == "A venue does not answer"
        assert shown["down"]["description"] == "Binance does not answer."
        assert shown["broken"]["title"] == "My mistake"
        assert "(ref " in shown["broken"]["description"]
        assert shown["hedge no"]["title"] == "I cannot answer that yet"
        assert "How much?" in shown["hedge no"]["description"]
        assert all(
            query.answer["cache_time"] == 0 for text, query in seen.items() if text != "hedge no"
        )


async def test_saved_positions_are_suggested_to_their_owner_alone(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, eve = emulator.person("Ann"), emulator.person("Eve")
    await SqlBook(sqlite).save(ann.id, MAIN)
    async with inline_desk(emulator, bot, sqlite, commands=None) as desk:
        named = await desk.shown(ann, "drift main")
        assert named.results[0]["description"] == f"/drift {MAIN}"
        assert (await desk.shown(eve, "drift main")).results[0]["description"] == "/drift main"


async def test_each_is_answered_as_that_person_prefers(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, ben = emulator.person("Ann", language="xx"), emulator.person("Ben", language="en-GB")
    await SqlRooms(sqlite).set_preferences(ann.id, Preferences(venue="kraken"))
    async with inline_desk(emulator, bot, sqlite) as desk:
        wanted = [await desk.inline._wanted(one.id, one.user.language) for one in (ann, ben)]
        assert wanted == [Preferences(venue="kraken", language="en"), Preferences(language="en")]
        await desk.shown(ann, QUESTION)
        await desk.shown(ben, QUESTION)
        assert desk.kitchen.computed == ["/corr BTC ETH"] * 2


async def test_who_may_not_ask_sees_a_button_and_nothing_is_computed(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, eve = emulator.person("Ann"), emulator.person("Eve")
    async with inline_desk(emulator, bot, sqlite, allowed_chats=frozenset({ann.id})) as desk:
        refused = await desk.shown(eve, QUESTION)
        assert refused.results == []
        assert refused.answer["button"] == {
            "text": "This bot is private",
            "start_parameter": "inline",
        }
        assert desk.kitchen.computed == []
        assert kinds(await desk.shown(ann, QUESTION))[0] == "picture"


async def test_a_flood_of_questions_is_slowed_down_and_what_is_known_costs_nothing(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    async with inline_desk(emulator, bot, database, quotas=Quotas(database)) as desk:
        ann, ben = emulator.person("Ann"), emulator.person("Ben")
        for text in ("corr BTC ETH", "corr BTC SOL"):
            assert kinds(await desk.shown(ann, text))[0] == "picture"
        refused = await desk.shown(ann, "corr ETH SOL")
        assert refused.results[0]["description"].startswith("You have asked much within a minute.")
        assert refused.answer["cache_time"] == 0
        assert kinds(await desk.shown(ann, "corr BTC ETH "))[0] == "picture"
        assert kinds(await desk.shown(ben, "corr ETH SOL"))[0] == "picture"
        assert len(desk.kitchen.computed) == 3


async def test_what_somebody_asked_in_private_comes_first(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, eve = emulator.person("Ann"), emulator.person("Eve")
    await Recents(sqlite).remember(ann.id, ann.id, "SOL XRP 7d")
    async with inline_desk(emulator, bot, sqlite) as desk:
        assert (await desk.shown(ann, "")).results[0]["title"] == "corr SOL XRP 7d"
        assert (await desk.shown(eve, "")).results[0]["title"] == "corr BTC ETH-PERP 30d"


async def test_what_is_only_for_its_asker_and_files_are_not_shown_in_any_chat(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite) as desk:
        ann = emulator.person("Ann")
        mine = await desk.shown(ann, "mine all")
        assert mine.results[0]["description"].startswith("/mine is between you and me")
        assert desk.kitchen.computed == []


async def test_late_and_forged_questions_harm_nobody(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with inline_desk(emulator, bot, sqlite) as desk:
        ann = emulator.person("Ann")
        query = await desk.shown(ann, QUESTION)
        payload = query_payload(query.id, ann.id)
        await _until(lambda: not desk.inline._typing)
        caplog.clear()
        desk.inline.receive(StoredUpdate(1, ann.id, payload, is_fleeting=True))
        await _until(lambda: not desk.inline._typing)
        assert emulator.calls_of("answerInlineQuery")[-1].description.startswith(
            "Bad Request: query is too old"
        )
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
        for forged in ("{}", '{"update_id": 1, "inline_query": 7}'):
            desk.inline.receive(StoredUpdate(2, 5, forged, is_fleeting=True))
            await _until(lambda: not desk.inline._typing)
        assert kinds(await desk.shown(ann, "corr BTC SOL"))[0] == "picture"


async def test_nothing_of_what_people_type_is_kept(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    async with inline_desk(emulator, bot, database) as desk:
        ann = emulator.person("Ann")
        await desk.shown(ann, QUESTION)
        assert await desk.inbox.waiting() == []
        async with database.reading() as connection:
            assert not any((await counts_of(connection, ann.id)).values())


async def test_mistakes_are_explained_with_questions_that_work(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with inline_desk(emulator, bot, sqlite, commands=load_commands()) as desk:
        ann = emulator.person("Ann")
        explained, *corrected = (await desk.shown(ann, "corr BTC ETHH-PERP 30d")).results
        assert explained["description"].startswith("I don't know ETHH-PERP")
        assert corrected[0]["title"] == "corr BTC ETH-PERP 30d"
        mine = await desk.shown(ann, "book add main 40 ETH")
        assert mine.results[0]["description"].startswith("/book is between you and me")
        files = await desk.shown(ann, "corr BTC ETH 30d csv")
        titles = [result["title"] for result in files.results]
        assert titles == ["I cannot answer that yet", "corr BTC ETH 30d"]
        first = await desk.shown(ann, "")
        assert first.results[0]["title"] == "corr BTC ETH-PERP 30d"
        for odd in ("x" * 256, "corr " * 51, "/", "corr BTC\nETH 5q", "🟢", "<b>"):
            assert (await desk.shown(ann, odd)).results, odd


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("/corr BTC ETH-PERP 30d", "corr_BTC_ETH-PERP_30d"),
        ("/hedge 2.5 BTC BTC-INV", None),
        ("/corr A_B C", None),
        (f"/corr {'B' * 60}", None),
    ],
)
def test_a_link_says_a_question_where_a_link_can(question: str, word: str | None) -> None:
    assert start_word(question) == word


def query_payload(number: str, person: int) -> str:
    return (
        f'{{"update_id": 1, "inline_query": {{"id": "{number}", "query": "{QUESTION}", '
        f'"offset": "", "from": {{"id": {person}, "is_bot": false, "first_name": "Ann"}}}}}}'
    )


async def _until(condition: object) -> None:
    async with asyncio.timeout(10):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0.005)
