"""What becomes of a message, whatever Telegram answers."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text
from telegram import Bot, ForceReply

from bot.store.buttons import Buttons, StoredButton
from bot.store.chats import close_reason
from bot.store.database import Database, DatabaseError
from bot.store.ledger import Ledger, State
from bot.telegram.incoming import Place
from bot.telegram.sending.delivery import Delivery, Parcel
from handlers import File
from tests.bot.telegram.paces import Clock, paced_by
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.test_telegram_sending import picture

BAD = "Bad Request: "


@dataclass
class Post:
    """A way out with its clock and its book."""

    telegram: TelegramEmulator
    delivery: Delivery
    ledger: Ledger
    clock: Clock

    def parcel(self, to: Person, *, key: str = "reply:1:0", **more: Any) -> Parcel:
        return Parcel(key, Place(to.chat.id, None, None, is_private=True), "<b>x</b>", **more)

    async def state(self, key: str = "reply:1:0") -> State | None:
        entry = await self.ledger.entry(key)
        return entry.state if entry else None

    def texts(self, place: Any) -> list[str]:
        return [message.words for message in self.telegram.replies(place)]


@pytest.fixture
async def post(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> Post:
    clock = Clock()
    ledger = Ledger(sqlite)
    return Post(
        emulator,
        Delivery(bot, ledger, paced_by(sqlite, clock.time, clock.sleep), retry_sleep=clock.sleep),
        ledger,
        clock,
    )


async def test_a_message_is_sent_once_however_often_it_is_handed_in(post: Post) -> None:
    ann = post.telegram.person("Ann")
    parcel = post.parcel(ann)
    states = [await post.delivery.send(parcel) for _ in range(3)]
    assert states == [State.SENT] * 3
    assert post.texts(ann) == ["x"]
    assert post.clock.slept == [], "what was sent does not wait for its turn"


@pytest.mark.parametrize("state", [State.INTENT, State.IN_DOUBT, State.FAILED])
async def test_what_may_have_arrived_is_never_sent_again(post: Post, state: State) -> None:
    ann = post.telegram.person("Ann")
    await post.ledger.intend("reply:1:0", chat_id=ann.id)
    await post.ledger._mark("reply:1:0", state)
    assert await post.delivery.send(post.parcel(ann)) is state
    assert post.telegram.calls_of("sendMessage") == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (400, BAD + "chat not found"),
        (400, BAD + "not enough rights to send text messages to the chat"),
        (400, BAD + "message is too long"),
    ],
)
async def test_a_final_refusal_is_asked_for_once(post: Post, code: int, text: str) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", code=code, description=text)
    assert await post.delivery.send(post.parcel(ann)) is State.FAILED
    assert await post.delivery.send(post.parcel(ann)) is State.FAILED
    assert len(post.telegram.calls_of("sendMessage")) == 1
    entry = await post.ledger.entry("reply:1:0")
    assert entry
    assert (entry.note or "").casefold() in text.casefold()


async def test_a_blocked_bot_notes_that_and_goes_on(post: Post) -> None:
    ann, bob = post.telegram.person("Ann"), post.telegram.person("Bob")
    ann.blocks()
    assert await post.delivery.send(post.parcel(ann)) is State.FAILED
    assert await post.delivery.send(post.parcel(bob, key="reply:2:0")) is State.SENT


async def test_a_moved_group_gets_the_message_once_and_keeps_its_buttons(post: Post) -> None:
    ann = post.telegram.person("Ann")
    group = post.telegram.group("Desk", [ann], type="group")
    asked = ann.says("/corr@hedge_desk_bot", chat=group)
    shelf = Buttons(post.ledger.database)
    [token] = await shelf.tokens([StoredButton(group.id, ann.id, "/help")])
    moved = group.migrate()
    place = Place(group.id, None, asked.id, is_private=False)
    assert await post.delivery.send(Parcel("reply:1:0", place, "x")) is State.SENT
    assert post.texts(moved) == ["x"]
    assert len(post.telegram.calls_of("sendMessage")) == 2
    entry, button = await post.ledger.entry("reply:1:0"), await shelf.button(token)
    assert entry
    assert entry.chat_id == moved.id
    assert button == StoredButton(moved.id, ann.id, "/help")


@pytest.mark.parametrize("how", ["closed", "deleted"])
async def test_a_closed_topic_is_answered_in_the_group(post: Post, how: str) -> None:
    ann = post.telegram.person("Ann")
    forum = post.telegram.group("Desk", [ann], forum=True)
    thread = forum.topic("Pairs")
    asked = ann.says("/corr@hedge_desk_bot", chat=forum, thread=thread)
    forum.close_topic(thread) if how == "closed" else forum.delete_topic(thread)
    place = Place(forum.id, thread, asked.id, is_private=False)
    assert await post.delivery.send(Parcel("reply:1:0", place, "x")) is State.SENT
    [sent] = post.telegram.replies(forum)
    assert (sent.thread_id, sent.reply_to) == (None, None)
    assert sent.words == "x\n(The topic of the question is closed.)"


async def test_the_note_about_a_closed_topic_never_makes_a_message_too_long(post: Post) -> None:
    ann = post.telegram.person("Ann")
    forum = post.telegram.group("Desk", [ann], forum=True)
    thread = forum.topic("Pairs")
    forum.close_topic(thread)
    parcel = Parcel(
        "k", Place(forum.id, thread, None, is_private=False), "x" * 1024, photo=picture()
    )
    assert await post.delivery.send(parcel) is State.SENT
    assert post.texts(forum) == ["x" * 1024]


async def test_a_deleted_question_is_answered_without_quoting_it(post: Post) -> None:
    ann = post.telegram.person("Ann")
    asked = ann.says("/corr")
    asked.deleted = True
    place = Place(ann.id, None, asked.id, is_private=True)
    assert await post.delivery.send(Parcel("k", place, "x")) is State.SENT
    refused = {"code": 400, "description": BAD + "message to be replied not found"}
    post.telegram.fault("sendMessage", **refused)
    assert await post.delivery.send(Parcel("k2", place, "y")) is State.SENT
    assert post.texts(ann) == ["x", "y"]


async def test_refused_markup_is_sent_plain_once(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    ann = post.telegram.person("Ann")
    parcel = replace(post.parcel(ann), html="<b>A &amp; B</b> <x>")
    assert await post.delivery.send(parcel) is State.SENT
    assert post.texts(ann) == ["A & B <x>"]
    assert "markup of reply:1:0 was refused" in caplog.text
    always = {"code": 400, "description": BAD + "can't parse entities: x", "times": None}
    post.telegram.fault("sendMessage", **always)
    assert await post.delivery.send(post.parcel(ann, key="k2")) is State.FAILED
    assert len(post.telegram.calls_of("sendMessage")) == 4


async def test_a_flood_answer_silences_all_chats_and_is_sent_once(post: Post) -> None:
    ann, bob = post.telegram.person("Ann"), post.telegram.person("Bob")
    start = post.clock.now
    post.telegram.fault(
        "sendMessage", code=429, description="Too Many", parameters={"retry_after": 30}, times=3
    )
    assert await post.delivery.send(post.parcel(ann)) is State.SENT
    assert post.clock.now - start >= 90
    assert post.texts(ann) == ["x"]
    await post.delivery.pacing.pause(20)
    before = post.clock.now
    await post.delivery.send(post.parcel(bob, key="k2"))
    assert post.clock.now - before >= 20


@pytest.mark.parametrize("code", [500, 502, 503, 504, 409])
async def test_a_server_in_trouble_is_tried_again(post: Post, code: int) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", code=code, description="trouble", times=8)
    assert await post.delivery.send(post.parcel(ann)) is State.SENT
    assert post.texts(ann) == ["x"]
    waits = [seconds for seconds in post.clock.slept if seconds > 0.4]
    assert max(waits) <= 60, "ever more slowly, but not for ever"
    assert waits[-1] > 8 * waits[0]


async def test_a_server_that_is_away_is_waited_for(
    post: Post, sqlite: Database, unused_tcp_port: int
) -> None:
    back = TelegramEmulator(port=unused_tcp_port)
    ann = back.person("Ann")

    async def sleep(_: float) -> None:
        if len(slept) == 2:
            await back.__aenter__()
        slept.append(_)

    slept: list[float] = []
    bot = Bot("123456:TEST", base_url=f"http://127.0.0.1:{unused_tcp_port}/bot")
    delivery = Delivery(bot, Ledger(sqlite), post.delivery.pacing, retry_sleep=sleep)
    async with bot.request:
        assert await delivery.send(post.parcel(ann)) is State.SENT
    assert [message.words for message in back.replies(ann)] == ["x"]
    assert len(slept) == 3
    await back.__aexit__()


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"body": b"{"}])
async def test_an_unknown_outcome_is_in_doubt_and_never_repeated(
    post: Post, fault: dict[str, Any]
) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", **fault)
    assert await post.delivery.send(post.parcel(ann)) is State.IN_DOUBT
    assert await post.delivery.send(post.parcel(ann)) is State.IN_DOUBT
    assert len(post.telegram.calls_of("sendMessage")) == 1
    [doubt] = await post.ledger.in_doubt()
    assert (doubt.key, doubt.chat_id) == ("reply:1:0", ann.id)
    assert doubt.note


async def test_an_answer_that_comes_too_late_is_in_doubt(
    emulator: TelegramEmulator, post: Post
) -> None:
    ann = emulator.person("Ann")
    emulator.fault("sendMessage", answer_delay=30)
    async with client(emulator, read_timeout=0.1) as hasty:
        delivery = replace(post.delivery, bot=hasty)
        assert await delivery.send(post.parcel(ann)) is State.IN_DOUBT
        assert await delivery.send(post.parcel(ann)) is State.IN_DOUBT
    assert post.texts(ann) == ["x"]


async def test_a_refused_token_loses_nothing(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", code=401, description="Unauthorized", times=2)
    assert await post.delivery.send(post.parcel(ann)) is State.SENT
    assert post.texts(ann) == ["x"]
    assert caplog.text.count("refuses the bot's token") == 2


async def test_whoever_is_stopped_while_waiting_has_sent_nothing(post: Post) -> None:
    ann = post.telegram.person("Ann")
    never = asyncio.Event()

    async def sleep(_: float) -> None:
        await never.wait()

    pacing = paced_by(post.ledger.database, post.clock.time, sleep)
    await pacing.pause(60)
    sending = asyncio.create_task(replace(post.delivery, pacing=pacing).send(post.parcel(ann)))
    await asyncio.sleep(0.05)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await post.state() is None
    assert await post.delivery.send(post.parcel(ann)) is State.SENT


async def test_whoever_is_stopped_while_sending_leaves_a_doubt(post: Post) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", answer_delay=30)
    sending = asyncio.create_task(post.delivery.send(post.parcel(ann)))
    await post.telegram.wait(lambda call: call.method == "sendMessage")
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await post.state() is State.IN_DOUBT


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        (None, State.SENT),
        ({"code": 502, "description": "x"}, State.SENT),
        ({"code": 403, "description": "Forbidden: bot was blocked by the user"}, State.FAILED),
        ({"drop": "after"}, State.IN_DOUBT),
    ],
)
async def test_what_telegram_answered_is_noted_though_the_database_was_away(
    post: Post, sqlite: Database, fault: dict[str, Any] | None, ends: State
) -> None:
    ann = post.telegram.person("Ann")
    if fault:
        post.telegram.fault("sendMessage", **fault)
    async with sqlite.engine.connect() as other:

        async def sleep(seconds: float) -> None:
            await other.execute(text("DROP TRIGGER IF EXISTS away"))
            await other.commit()
            await post.clock.sleep(seconds)

        # After the claim, the table takes no change until somebody has waited.
        for event in ("UPDATE", "DELETE"):
            await other.execute(text(f"DROP TRIGGER IF EXISTS away_{event}"))
        await other.execute(
            text(
                "CREATE TRIGGER away BEFORE UPDATE ON ledger "
                "BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"
            )
        )
        await other.commit()
        delivery = replace(post.delivery, retry_sleep=sleep)
        assert await delivery.send(post.parcel(ann)) is ends
    assert await post.state() is ends
    assert len(post.texts(ann)) == (0 if ends is State.FAILED else 1)


async def test_a_claim_that_cannot_be_written_is_the_callers_to_repeat(
    post: Post, sqlite: Database
) -> None:
    ann = post.telegram.person("Ann")
    async with sqlite.writing() as connection:
        await connection.execute(text("ALTER TABLE ledger RENAME TO away"))
    with pytest.raises(DatabaseError):
        await post.delivery.send(post.parcel(ann))
    assert post.telegram.calls_of("sendMessage") == []


async def test_a_picture_goes_with_its_caption_name_and_markup(post: Post) -> None:
    ann = post.telegram.person("Ann")
    hint = ForceReply(input_field_placeholder="BTC ETH")
    await post.delivery.send(post.parcel(ann, photo=picture(), keyboard=hint))
    [sent] = post.telegram.replies(ann)
    assert sent.photo == picture()
    assert sent.caption == "x"
    assert sent.markup
    assert sent.markup["input_field_placeholder"] == "BTC ETH"
    [call] = post.telegram.calls_of("sendPhoto")
    assert [upload.name for upload in call.files.values()] == ["hedgebot.png"]
    assert call.params["disable_notification"] is True


@pytest.mark.parametrize(
    "refusal", ["not enough rights to send photos to the chat", "IMAGE_PROCESS_FAILED"]
)
async def test_what_a_picture_is_refused_for_does_not_keep_its_words(
    post: Post, refusal: str
) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendPhoto", code=400, description=BAD + refusal, times=9)
    for number in range(2):
        parcel = post.parcel(ann, key=f"reply:{number}:0", photo=picture())
        assert await post.delivery.send(parcel) is State.SENT
    assert post.texts(ann) == ["x", "x"]
    assert await close_reason(post.ledger.database, ann.id) is None, "words arrive"


async def test_a_chat_that_takes_no_files_is_not_closed(post: Post) -> None:
    ann = post.telegram.person("Ann")
    refusal = BAD + "not enough rights to send documents to the chat"
    post.telegram.fault("sendDocument", code=400, description=refusal)
    parcel = post.parcel(ann, file=File("a.csv", b"a"))
    assert await post.delivery.send(parcel) is State.FAILED
    assert await close_reason(post.ledger.database, ann.id) is None


async def sent_text(post: Post, person: Person) -> Place:
    await post.delivery.send(post.parcel(person, key="first"))
    [message] = post.telegram.replies(person)
    return Place(person.id, None, message.id, is_private=True)


async def test_an_edit_takes_the_place_of_the_message(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    edit = Parcel("edit:1", place, "y")
    assert await post.delivery.edit(edit, shows_picture=False)
    assert await post.delivery.edit(edit, shows_picture=False), "not modified is as good"
    assert post.texts(ann) == ["y"]
    assert await post.delivery.edit(replace(edit, photo=picture()), shows_picture=False)
    [message] = post.telegram.replies(ann)
    assert message.photo == picture()
    assert await post.delivery.edit(replace(edit, html="z"), shows_picture=True)
    assert message.caption == "z"


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 502, "description": "x"},
        {"code": 429, "description": "x", "parameters": {"retry_after": 2}},
        {"drop": "after"},
        {"drop": "before"},
    ],
)
async def test_an_edit_is_repeated_since_that_changes_nothing(
    post: Post, fault: dict[str, Any]
) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    post.telegram.fault("editMessageText", **fault)
    assert await post.delivery.edit(Parcel("edit:1", place, "y"), shows_picture=False)
    assert post.texts(ann) == ["y"]


async def test_an_edit_goes_without_a_picture_that_is_refused(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    refusal = BAD + "not enough rights to send photos to the chat"
    post.telegram.fault("editMessageMedia", code=400, description=refusal)
    edit = Parcel("edit:1", place, "y", photo=picture())
    assert await post.delivery.edit(edit, shows_picture=False)
    assert post.texts(ann) == ["y"]


async def test_an_edit_of_what_is_gone_says_so(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    post.telegram.replies(ann)[0].deleted = True
    assert not await post.delivery.edit(Parcel("edit:1", place, "y"), shows_picture=False)


async def test_an_edit_with_bad_markup_is_made_plain(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    assert await post.delivery.edit(Parcel("e", place, "<b>y</b> <x>"), shows_picture=False)
    assert post.texts(ann) == ["y <x>"]


async def test_a_courtesy_that_hangs_holds_nobody_up(post: Post) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendChatAction", delay=60)
    place = post.parcel(ann).place
    async with asyncio.timeout(5), post.delivery.at_work(place):
        await post.telegram.until(lambda: post.telegram.calls_of("sendChatAction"))
        await post.delivery.send(post.parcel(ann))
    assert post.texts(ann) == ["x"]


async def test_a_flooded_courtesy_silences_messages_too(post: Post) -> None:
    ann = post.telegram.person("Ann")
    how = {"code": 429, "description": "x", "parameters": {"retry_after": 9}}
    post.telegram.fault("sendChatAction", **how)
    async with post.delivery.at_work(post.parcel(ann).place):
        await post.telegram.wait(lambda call: call.method == "sendChatAction")
        async with asyncio.timeout(5):
            # Nothing rings when the bot has read the answer.
            while not await post.delivery.pacing.silent_for():  # noqa: ASYNC110 - see above
                await asyncio.sleep(0)
    async with post.delivery.at_work(post.parcel(ann).place):
        await asyncio.sleep(0.02)
    assert len(post.telegram.calls_of("sendChatAction")) == 1, "no courtesies while silent"


async def test_popups_and_lookups_that_fail_do_not_matter(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await post.delivery.popup("nonsense", "x")
        assert not await post.delivery.is_admin(-1, 1)
    assert "a tap was not answered" in caplog.text
    assert "a member could not be looked up" in caplog.text
