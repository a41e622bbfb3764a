"""What a group lives through with the bot, told from its members' side of the screen."""

import pytest

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.process.standing import let_digests_be_due, rows


async def says(hedgebot: Hedgebot, message: Message, words: str) -> None:
    """Wait until a message has been changed to say so."""
    await hedgebot.until(lambda: words in message.words)


@pytest.mark.slow
async def test_five_at_a_desk_agree_on_an_alert(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    desk = [telegram.person(name) for name in ("Ann", "Bob", "Cyd", "Dee", "Eve")]
    ann, bob, cyd, *_ = desk
    room = telegram.group("Desk", desk, bot=None)
    await hedgebot.serve()

    # Bob brings the bot along. It says in a few lines what can be asked.
    room.add_bot(bob)
    [welcome] = await hedgebot.until(lambda: telegram.replies(room))
    assert welcome.words.startswith("Hedgebot tells how closely two markets move")
    assert welcome.labels == [["BTC × ETH-PERP"], ["Hedge 2.5 BTC"], ["What else?"]]

    # Cyd taps first, but it was Bob who asked it in.
    tap = cyd.presses(welcome, "BTC × ETH-PERP")
    await hedgebot.until(lambda: tap.answer)
    assert tap.answer["text"].startswith("Only the person who asked can use this button.")
    bob.presses(welcome, "BTC × ETH-PERP")
    await says(hedgebot, welcome, "BTC × ETH-PERP · 30d: ρ ")

    # Bob wants an alert for all. He is no admin; the way into private is one tap.
    refused = await hedgebot.reply(bob.says("/watch ETH BTC-PERP corr<0.2 30d", chat=room))
    assert refused.words == (
        "Only admins of this group decide that for it. In private you can have your own."
    )
    payload = refused.button("Open")["url"].partition("?start=")[2]
    shown = await hedgebot.reply(bob.says(f"/start {payload}"))
    assert "asks this of me: /watch ETH BTC-PERP corr<0.2 30d" in shown.words
    bob.presses(shown, "Yes")
    await says(hedgebot, shown, "Alert 1")

    # Ann is one: the same words set it for the desk.
    agreed = await hedgebot.reply(ann.says("/watch ETH BTC-PERP corr<0.2 30d", chat=room))
    assert "Alert 1" in agreed.words
    chats = rows(hedgebot, "SELECT chat_id FROM alerts ORDER BY id")
    assert chats == [(bob.id,), (room.id,)]

    # Cyd looks, and may not end it.
    listed = await hedgebot.reply(cyd.says("/alerts", chat=room))
    assert "corr<0.2" in listed.words
    ended = await hedgebot.reply(cyd.says("/alerts off 1", chat=room))
    assert ended.words.startswith("Only admins of this group")
    ended = await hedgebot.reply(ann.says("/alerts off 1", chat=room))
    await hedgebot.until(lambda: rows(hedgebot, "SELECT chat_id FROM alerts") == [(bob.id,)])

    # In private a bare command offers Bob what he asked there last.
    assert (await hedgebot.reply(bob.says("/corr SOL ETH 7d nochart"))).words
    bare = await hedgebot.reply(bob.says("/break"))
    assert ["SOL ETH 7d nochart"] in bare.labels
    assert "ERROR" not in hedgebot.log


@pytest.mark.slow
async def test_a_digest_stays_in_its_topic_and_comes_back_with_the_bot(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    ann, bob = telegram.person("Ann"), telegram.person("Bob")
    forum = telegram.group("Traders", [ann, bob], forum=True, bot=None)
    await hedgebot.serve()
    forum.add_bot(ann)
    await hedgebot.until(lambda: telegram.replies(forum))
    pairs = forum.topic("Pairs")

    # An admin agrees on a digest in a topic.
    asked = ann.says("/daily ETH BTC-PERP 30d at=08:00", chat=forum, thread=pairs)
    agreed = await hedgebot.reply(asked)
    assert "Daily digest 1 every day at 08:00 UTC" in agreed.words
    assert agreed.thread_id == pairs

    # Before its time she throws the bot out. Nothing is sent, due or not.
    forum.kick_bot(ann)
    paused = "SELECT paused_why FROM digests"
    await hedgebot.until(lambda: telegram.queue_size == 0)
    assert (await hedgebot.reply(bob.says("/help"))).words.startswith("What you can ask")
    assert rows(hedgebot, paused) == [("this chat was closed to me",)]
    let_digests_be_due(hedgebot)
    sent = len(telegram.calls_of("sendMessage", "sendPhoto", chat=forum))
    assert (await hedgebot.reply(bob.says("/corr BTC ETH nochart"))).words
    assert len(telegram.calls_of("sendMessage", "sendPhoto", chat=forum)) == sent

    # It is let in again, says what goes on, and the digest comes where it was agreed on.
    before = len(telegram.replies(forum))
    forum.add_bot(ann)
    back = await hedgebot.until(lambda: telegram.replies(forum)[before:])
    assert back[0].words == "I may write here again.\nWhat goes on: daily digests: 1."
    told = await hedgebot.until(
        lambda: [m for m in telegram.replies(forum, thread=pairs) if m.photo]
    )
    assert told[0].words.startswith("Digest · ETH × BTC-PERP")
    assert "ERROR" not in hedgebot.log


@pytest.mark.slow
async def test_a_group_becomes_a_supergroup_and_notices_nothing(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Desk", [ann], type="group")
    hedgebot.settings["HEDGEBOT_ALLOWED_CHATS"] = str(group.id)
    await hedgebot.serve()
    clock = await hedgebot.reply(ann.says("/settings tz Tokyo", chat=group))
    assert "Asia/Tokyo" in clock.words
    await hedgebot.reply(ann.says("/daily ETH BTC-PERP 30d at=08:00", chat=group))
    await hedgebot.reply(ann.says("/watch ETH BTC corr<0.2 30d", chat=group))

    room = group.migrate(ann)
    await hedgebot.until(lambda: rows(hedgebot, "SELECT chat_id FROM digests") == [(room.id,)])
    listed = await hedgebot.reply(ann.says("/daily", chat=room))
    assert "08:00" in listed.words
    assert "Tokyo" in listed.words
    assert "corr<0.2" in (await hedgebot.reply(ann.says("/alerts", chat=room))).words
    token = rows(hedgebot, "SELECT count(*) FROM buttons WHERE chat_id = ?", group.id)
    assert token == [(0,)]
    kept = rows(hedgebot, "SELECT count(*) FROM ledger WHERE chat_id = ?", room.id)
    assert kept[0][0] != 0
    let_digests_be_due(hedgebot)
    await hedgebot.until(lambda: [m for m in telegram.replies(room) if m.photo])
    assert telegram.calls_of("leaveChat") == []
    assert "ERROR" not in hedgebot.log
