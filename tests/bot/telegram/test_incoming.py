"""Which updates mean what, as Telegram's JSON has them."""

from typing import Any

import pytest
from telegram import Bot, Update

from bot.store.inbox import StoredUpdate
from bot.telegram.incoming import (
    Asked,
    LetIn,
    Migrated,
    Place,
    ShutOut,
    Tapped,
    Unreadable,
    incoming,
    line_of,
    stored_update,
)
from tests.emulators.telegram.chats import MEMBER_RIGHTS

ME = 123456
BOT = Bot(f"{ME}:TEST")
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
OTHER_BOT = {"id": 8, "is_bot": True, "first_name": "Other", "username": "other_bot"}
OURSELVES = {"id": ME, "is_bot": True, "first_name": "Hedgebot", "username": "hedge_desk_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymous"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -1005, "type": "supergroup", "title": "Desk"}
CHANNEL = {"id": -1009, "type": "channel", "title": "News"}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]


def message(**more: Any) -> dict[str, Any]:
    plain = {"message_id": 3, "date": 0, "chat": PRIVATE, "from": ANN}
    return {name: value for name, value in (plain | more).items() if value is not None}


def meaning(by: Bot = BOT, **update: Any) -> object:
    return incoming(Update.de_json({"update_id": 1, **update}, by))


IN_PRIVATE = Place(7, None, 3, is_private=True)
IN_GROUP = Place(-1005, None, 3, is_private=False)
QUESTION = "/corr BTC ETH"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"text": QUESTION}, Asked(QUESTION, 7, IN_PRIVATE)),
        ({"text": "BTC ETH"}, Asked("BTC ETH", 7, IN_PRIVATE)),
        ({"text": QUESTION, "chat": GROUP}, Asked(QUESTION, 7, IN_GROUP)),
        ({"caption": QUESTION, "photo": PHOTO}, Asked(QUESTION, 7, IN_PRIVATE)),
        ({"text": "a\0b\ud800"}, Asked("ab?", 7, IN_PRIVATE)),
        (
            {"text": QUESTION, "forward_origin": {"type": "user", "sender_user": ANN, "date": 0}},
            Asked(QUESTION, 7, IN_PRIVATE),
        ),
        (
            {"text": QUESTION, "chat": GROUP, "message_thread_id": 9, "is_topic_message": True},
            Asked(QUESTION, 7, Place(-1005, 9, 3, is_private=False)),
        ),
        # A reply in an ordinary group has a thread id that must not be sent back.
        (
            {"text": QUESTION, "chat": GROUP, "message_thread_id": 9},
            Asked(QUESTION, 7, IN_GROUP),
        ),
        (
            {"text": QUESTION, "chat": GROUP, "from": ANONYMOUS, "sender_chat": GROUP},
            Asked(QUESTION, -1005, IN_GROUP),
        ),
        (
            {"text": QUESTION, "chat": GROUP, "sender_chat": CHANNEL, "from": ANN},
            Asked(QUESTION, -1009, IN_GROUP),
        ),
        ({"photo": PHOTO}, Unreadable(IN_PRIVATE)),
        ({"photo": PHOTO, "chat": GROUP}, None),
        ({"text": QUESTION, "from": OTHER_BOT, "chat": GROUP}, None),
        ({"text": QUESTION, "from": None, "chat": GROUP}, None),
        (
            {
                "text": QUESTION,
                "chat": GROUP,
                "from": TELEGRAM,
                "sender_chat": CHANNEL,
                "is_automatic_forward": True,
            },
            None,
        ),
        ({"new_chat_members": [ANN], "chat": GROUP}, None),
        ({"pinned_message": message(text="x")}, None),
        ({"migrate_to_chat_id": -1007, "chat": GROUP | {"id": -5}}, Migrated(-5, -1007)),
        ({"migrate_from_chat_id": -5, "chat": GROUP}, None),
    ],
)
def test_a_message_means(said: dict[str, Any], meant: object) -> None:
    assert meaning(message=message(**said)) == meant


@pytest.mark.parametrize(
    ("original", "known"),
    [
        ({"from": OURSELVES, "text": "Which two?"}, "Which two?"),
        ({"from": OURSELVES, "caption": "ρ 0.8", "photo": PHOTO}, None),
        ({"from": OTHER_BOT, "text": "Try /corr"}, None),
        ({"from": ANN, "text": "Try /corr"}, None),
    ],
)
async def test_only_our_own_question_is_answered_by_a_reply(
    bot: Bot, original: dict[str, Any], known: str | None
) -> None:
    replied = message(**original, chat=GROUP)
    reply = message(text="BTC ETH", chat=GROUP, reply_to_message=replied)
    asked = meaning(bot, message=reply)
    assert isinstance(asked, Asked)
    assert asked.in_reply_to == known


@pytest.mark.parametrize(
    ("via", "meant"), [(OURSELVES, None), (OTHER_BOT, Asked(QUESTION, 7, IN_PRIVATE))]
)
async def test_our_own_words_that_somebody_chose_while_typing_ask_nothing(
    bot: Bot, via: dict[str, Any], meant: object
) -> None:
    assert meaning(bot, message=message(text=QUESTION, via_bot=via)) == meant


@pytest.mark.parametrize(
    "kind", ["edited_message", "channel_post", "edited_channel_post", "business_message"]
)
def test_no_other_kind_of_message_asks(kind: str) -> None:
    assert meaning(**{kind: message(text=QUESTION)}) is None


def tap(**more: Any) -> dict[str, Any]:
    return {"id": "q", "from": ANN, "chat_instance": "1", "data": "token"} | more


def test_a_tap_names_its_message_and_who_tapped() -> None:
    shown = message(**{"from": OURSELVES, "photo": PHOTO, "caption": "x", "chat": GROUP})
    assert meaning(callback_query=tap(message=shown)) == Tapped("token", "q", 7, IN_GROUP, True)
    text = message(**{"from": OURSELVES, "text": "x", "chat": GROUP})
    assert meaning(callback_query=tap(message=text)) == Tapped("token", "q", 7, IN_GROUP, False)


def test_a_tap_on_a_message_that_is_too_old_to_be_shown_still_counts() -> None:
    old = {"message_id": 3, "date": 0, "chat": GROUP}
    assert meaning(callback_query=tap(message=old)) == Tapped("token", "q", 7, IN_GROUP, False)


def test_a_tap_without_a_message_or_data_is_nothing() -> None:
    assert meaning(callback_query=tap(inline_message_id="i")) is None
    game = {name: value for name, value in tap(game_short_name="g").items() if name != "data"}
    assert meaning(callback_query=game) is None


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": message(text="x", chat=GROUP)}, -1005),
        ({"callback_query": tap(message=message(chat=GROUP))}, -1005),
        ({"callback_query": tap(inline_message_id="i")}, 7),
        ({"my_chat_member": {"chat": GROUP, "from": ANN}}, -1005),
        ({"poll": {"id": "1"}}, 0),
        ({}, 0),
    ],
)
def test_an_update_belongs_to_the_lane_of_its_chat(update: dict[str, Any], lane: int) -> None:
    stored = stored_update({"update_id": 5, **update})
    assert (stored.update_id, stored.lane) == (5, lane)


def test_only_what_somebody_types_is_fleeting() -> None:
    typed = {"id": "1", "from": ANN, "query": "", "offset": ""}
    stored = stored_update({"update_id": 5, "inline_query": typed})
    assert (stored.lane, stored.is_fleeting) == (7, True)
    assert not stored_update({"update_id": 5, "message": message(text="x")}).is_fleeting


@pytest.mark.parametrize("wrong", [{}, {"update_id": "x"}, {"update_id": None}])
def test_what_is_no_update_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        stored_update(wrong)


def test_a_stored_update_holds_plain_letters_only() -> None:
    stored = stored_update({"update_id": 1, "message": {"text": "\0\ud800Ω"}})
    assert stored.payload.isascii()
    assert stored.payload.isprintable()


@pytest.mark.parametrize(
    ("update", "line"),
    [
        ({"message": message(text="x", chat=GROUP)}, (-1005, 7)),
        ({"message": message(text="x", chat=GROUP, sender_chat=CHANNEL)}, (-1005, -1009)),
        ({"callback_query": tap(message=message(chat=GROUP))}, (-1005, 7)),
        ({"my_chat_member": {"chat": GROUP, "from": ANN}}, (-1005, 0)),
        ({"message": message(text="x")}, (7, 7)),
        ({"my_chat_member": {"chat": PRIVATE, "from": ANN}}, (7, 7)),
        ({"message": 7}, (0, 0)),
        ({}, (0, 0)),
    ],
)
def test_in_a_group_each_person_has_an_order_of_their_own(
    update: dict[str, Any], line: tuple[int, int]
) -> None:
    assert line_of(stored_update({"update_id": 5, **update})) == line


def test_what_cannot_be_read_has_a_line_too() -> None:
    assert line_of(StoredUpdate(1, -5, "no json")) == (-5, 0)


@pytest.mark.parametrize(
    ("may_send", "found"),
    [
        ({"can_send_messages", "can_send_photos"}, LetIn(-1005)),
        ({"can_send_messages"}, LetIn(-1005)),
        (
            {"can_send_photos"},
            ShutOut(-1005, "the bot may not write in the chat", lacks_rights=True),
        ),
        (set(), ShutOut(-1005, "the bot may not write in the chat", lacks_rights=True)),
    ],
)
def test_who_may_write_words_is_let_in_whatever_else_is_forbidden(
    may_send: set[str], found: object
) -> None:
    rights = dict.fromkeys(MEMBER_RIGHTS, False) | dict.fromkeys(may_send, True)
    place = {"user": OURSELVES, "status": "restricted", "is_member": True, "until_date": 0}
    change = {
        "chat": GROUP,
        "from": ANN,
        "date": 0,
        "old_chat_member": {"user": OURSELVES, "status": "member"},
        "new_chat_member": place | rights,
    }
    assert meaning(my_chat_member=change) == found
