import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.rooms import Room


async def test_a_blocked_bot_is_told_so(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    ann.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ann.id, "hello")
    with pytest.raises(ValueError, match="Ann cannot write"):
        ann.says("hello")
    ann.unblocks()
    await bot.send_message(ann.id, "hello")
    ann.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ann.id, "hello")


async def test_a_bot_cannot_speak_first(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann", started=False)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ann.id, "hello")
    ann.says("/start")
    await bot.send_message(ann.id, "hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "hello")


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_can_be_left_kicked_muted_and_deleted(
    emulator: TelegramEmulator, bot: Bot, kind: str
) -> None:
    group = emulator.group("Desk", [emulator.person("Ann")], type=kind)
    for act, error, text in [
        (group.kick_bot, Forbidden, f"bot was kicked from the {kind} chat"),
        (group.remove_bot, Forbidden, f"bot is not a member of the {kind} chat"),
        (group.mute_bot, BadRequest, "not enough rights to send text messages to the chat"),
        (group.delete, Forbidden, "the group chat was deleted"),
    ]:
        group.add_bot()
        await bot.send_message(group.id, "here")
        act()
        with pytest.raises(error, match=f"(?i){text}"):
            await bot.send_message(group.id, "hello")


async def test_a_migrated_group_names_its_successor(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    old = emulator.group("Desk", [ann], type="group")
    new = old.migrate()
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(old.id, "hello")
    assert caught.value.new_chat_id == new.id
    await bot.send_message(new.id, "hello")
    leaving, entering = await bot.get_updates()
    assert leaving.message.migrate_to_chat_id == new.id
    assert entering.message.migrate_from_chat_id == old.id


async def test_topics_open_close_and_vanish(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    forum = emulator.group("Forum", [ann], forum=True)
    thread = forum.topic("Alerts")
    asked = ann.says("/corr BTC ETH", chat=forum, thread=thread)
    sent = await bot.send_message(forum.id, "0.8", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
    assert [message.text for message in emulator.replies(forum, thread=thread)] == ["0.8"]
    forum.close_topic(thread)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(forum.id, "0.8", message_thread_id=thread)
    forum.reopen_topic(thread)
    await bot.send_message(forum.id, "0.8", message_thread_id=thread)
    forum.delete_topic(thread)
    for gone in (thread, 1, 99):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "0.8", message_thread_id=gone)
    created, message, closed, reopened = await bot.get_updates()
    assert created.message.forum_topic_created.name == "Alerts"
    assert message.message.message_id == asked.id
    assert closed.message.forum_topic_closed
    assert reopened.message.forum_topic_reopened


async def test_a_plain_group_has_no_topics(emulator: TelegramEmulator, bot: Bot) -> None:
    group = emulator.group("Desk", [emulator.person("Ann")])
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "0.8", message_thread_id=7)


@pytest.fixture
def ann(emulator: TelegramEmulator) -> Person:
    return emulator.person("Ann")


@pytest.fixture
def desk(emulator: TelegramEmulator, ann: Person) -> Room:
    return emulator.group("Desk", [ann])


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/corr BTC ETH", True),
        ("/corr@hedge_desk_bot BTC ETH", True),
        ("/corr@HEDGE_desk_bot", True),
        ("/corr@another_bot BTC ETH", False),
        ("what does @hedge_desk_bot say", True),
        ("what does @another_bot say", False),
        ("𝛽𝛽 @hedge_desk_bot", True),
        ("BTC/ETH", False),
        ("good morning", False),
    ],
)
async def test_privacy_mode_hides_what_is_not_for_the_bot(
    ann: Person, desk: Room, text: str, heard: bool
) -> None:
    assert (ann.says(text, chat=desk).update_id is not None) is heard


async def test_replies_and_admin_bots_hear_everything(
    emulator: TelegramEmulator, bot: Bot, ann: Person, desk: Room
) -> None:
    await bot.send_message(desk.id, "which window?")
    [question] = emulator.replies(desk)
    assert ann.says("30d", chat=desk, reply_to=question).update_id
    assert ann.says("30d", chat=desk).update_id is None
    desk.promote_bot()
    assert ann.says("30d", chat=desk).update_id


async def test_members_are_told_apart(
    emulator: TelegramEmulator, bot: Bot, ann: Person, desk: Room
) -> None:
    bob, eve = emulator.person("Bob"), emulator.person("Eve")
    desk.join(bob)
    desk.promote(bob)
    desk.join(eve)
    admins = await bot.get_chat_administrators(desk.id)
    assert {admin.user.id for admin in admins} == {ann.id, bob.id}
    statuses = [(await bot.get_chat_member(desk.id, who.id)).status for who in (ann, bob, eve)]
    assert statuses == ["creator", "administrator", "member"]
    desk.remove(eve)
    assert (await bot.get_chat_member(desk.id, eve.id)).status == "kicked"
    assert (await bot.get_chat(desk.id)).title == "Desk"
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(desk.id, 1)


async def test_an_anonymous_admin_speaks_as_the_group(bot: Bot, ann: Person, desk: Room) -> None:
    desk.promote(ann, anonymous=True)
    ann.says("/corr BTC ETH", chat=desk)
    [update] = await bot.get_updates()
    assert update.message.from_user.username == "GroupAnonymousBot"
    assert update.message.sender_chat.id == desk.id


async def test_leaving_and_coming_back_is_announced(bot: Bot, desk: Room) -> None:
    await bot.leave_chat(desk.id)
    desk.add_bot(admin=True)
    left, back, notice = await bot.get_updates()
    assert left.my_chat_member.new_chat_member.status == "left"
    assert back.my_chat_member.new_chat_member.status == "administrator"
    assert notice.message.new_chat_members[0].id == bot.id


async def test_a_channel_wants_an_admin(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    channel = emulator.channel("News", [ann])
    sent = await bot.send_message(channel.id, "0.8")
    await bot.edit_message_text("0.9", channel.id, sent.message_id)
    ann.says("/corr BTC ETH", chat=channel)
    [update] = await bot.get_updates()
    assert update.channel_post.sender_chat.id == channel.id
    channel.demote_bot()
    with pytest.raises(BadRequest, match=r"(?i)need administrator rights"):
        await bot.send_message(channel.id, "0.8")


async def test_others_messages_are_not_the_bots_to_change(
    bot: Bot, ann: Person, desk: Room
) -> None:
    said = ann.says("hello", chat=desk)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("bye", desk.id, said.id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(desk.id, said.id)
    desk.promote_bot()
    await bot.delete_message(desk.id, said.id)


async def test_commands_and_descriptions_are_kept_apart(
    emulator: TelegramEmulator, bot: Bot, ann: Person
) -> None:
    scope = BotCommandScopeChat(ann.id)
    await bot.set_my_commands([BotCommand("corr", "How closely two markets move")])
    await bot.set_my_commands([("corr", "Wie eng")], scope=scope, language_code="de")
    assert [item.description for item in await bot.get_my_commands(scope, "de")] == ["Wie eng"]
    assert emulator.commands()[0]["command"] == "corr"
    await bot.delete_my_commands(scope, "de")
    assert await bot.get_my_commands(scope, "de") == ()
    await bot.set_my_description("Correlation")
    await bot.set_my_short_description("Short", language_code="de")
    assert (await bot.get_my_description("de")).description == "Correlation"
    assert (await bot.get_my_short_description()).short_description == ""
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Corr", "x")])
