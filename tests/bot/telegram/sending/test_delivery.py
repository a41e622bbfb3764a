"""What becomes of a message, whatever Telegram answers."""

from dataclasses import replace

import pytest
from telegram import ForceReply

from bot.store.buttons import Buttons, StoredButton
from bot.store.chats import close_reason
from bot.store.ledger import State
from bot.telegram.incoming import Place
from bot.telegram.sending.delivery import Parcel
from handlers import File
from tests.bot.telegram.sending.way_out import BAD, Post
from tests.emulators.test_telegram_sending import picture


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
