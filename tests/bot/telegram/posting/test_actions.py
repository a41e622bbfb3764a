"""Every error text of Telegram leads to its action, for letters as the postman carries them."""

from enum import Enum, auto
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.chats import CHAT_CLOSED, close_reason
from bot.store.dead_letters import DeadLetters
from bot.store.ledger import Ledger
from bot.store.tables import digests, outbox
from handlers import Reply
from tests.bot.telegram.posting.office import Office
from tests.bot.telegram.posting.test_closed_chats import subscribe
from tests.emulators.test_telegram_sending import picture

BAD, GONE = "Bad Request: ", "Forbidden: "


class Action(Enum):
    """What follows an error."""

    PAUSE = auto()
    """The chat's subscriptions rest, and it gets no further call."""
    AGAIN = auto()
    """It is sent again until it arrives, and that counts against nothing."""
    DOUBT = auto()
    """Nobody knows; it is listed and not sent again."""
    BURY = auto()
    """Our mistake: it is among the dead, with Telegram's words."""


def answer(code: int, text: str, **parameters: Any) -> dict[str, Any]:
    return {"code": code, "description": text, "parameters": parameters}


TABLE: list[tuple[dict[str, Any], Action]] = [
    (answer(403, GONE + "bot was blocked by the user"), Action.PAUSE),
    (answer(403, GONE + "user is deactivated"), Action.PAUSE),
    (answer(403, GONE + "bot was kicked from the group chat"), Action.PAUSE),
    (answer(403, GONE + "bot was kicked from the supergroup chat"), Action.PAUSE),
    (answer(403, GONE + "bot was kicked from the channel chat"), Action.PAUSE),
    (answer(403, GONE + "bot is not a member of the supergroup chat"), Action.PAUSE),
    (answer(403, GONE + "the group chat was deleted"), Action.PAUSE),
    (answer(400, BAD + "chat not found"), Action.PAUSE),
    (answer(400, BAD + "private chat not found"), Action.PAUSE),
    (answer(400, BAD + "not enough rights to send text messages to the chat"), Action.PAUSE),
    (answer(400, BAD + "need administrator rights in the channel chat"), Action.PAUSE),
    (answer(400, BAD + "CHAT_WRITE_FORBIDDEN"), Action.PAUSE),
    (answer(400, BAD + "can't parse entities: Unclosed start tag"), Action.AGAIN),
    (answer(429, "Too Many Requests: retry after 5", retry_after=5), Action.AGAIN),
    (answer(401, "Unauthorized"), Action.AGAIN),
    (answer(404, "Not Found"), Action.AGAIN),
    (answer(500, "Internal Server Error"), Action.AGAIN),
    (answer(502, "Bad Gateway"), Action.AGAIN),
    ({"code": 504, "body": b"<html>Gateway Timeout</html>"}, Action.AGAIN),
    ({"drop": "before"}, Action.DOUBT),
    ({"drop": "after"}, Action.DOUBT),
    (answer(400, BAD + "message is too long"), Action.BURY),
    (answer(400, BAD + "BUTTON_DATA_INVALID"), Action.BURY),
]


@pytest.mark.parametrize(("trouble", "action"), TABLE)
async def test_each_answer_leads_to_its_action(
    office: Office, trouble: dict[str, Any], action: Action
) -> None:
    ann = office.telegram.person("Ann")
    await subscribe(office, ann)
    office.telegram.fault("sendMessage", **trouble)
    await office.letter("digest:1:2026-11-28", ann)
    await office.emptied()
    arrived = action is Action.AGAIN or trouble.get("drop") == "after"
    assert len(office.texts(ann)) == arrived, "once, or not at all"
    calls = len(office.telegram.calls_of("sendMessage", chat=ann))
    assert calls == (2 if action is Action.AGAIN else 1)
    assert await _kept(office) == {
        "paused": action is Action.PAUSE,
        "in doubt": action is Action.DOUBT,
        "dead": action is Action.BURY,
    }
    await office.letter("digest:1:2026-11-29", ann)
    await office.emptied()
    is_silent = action is Action.PAUSE
    assert len(office.telegram.calls_of("sendMessage", chat=ann)) == calls + (not is_silent)
    async with office.database.reading() as connection:
        waiting = select(outbox.c.key).where(outbox.c.buried_ms.is_(None))
        assert (await connection.execute(waiting)).all() == []


async def test_a_digest_in_a_group_without_photos_comes_as_words_and_nothing_pauses(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    await subscribe(office, ann)
    refusal = answer(400, BAD + "not enough rights to send photos to the chat")
    office.telegram.fault("sendPhoto", **refusal)
    await office.letter("digest:1:2026-11-28", ann, Reply("Digest", "steady", chart=picture()))
    await office.emptied()
    assert office.texts(ann) == ["Digest steady"]
    assert await _kept(office) == {"paused": False, "in doubt": False, "dead": False}


async def _kept(office: Office) -> dict[str, bool]:
    """What is remembered of the first letter."""
    async with office.database.reading() as connection:
        [why] = (await connection.execute(select(digests.c.paused_why))).scalars().all()
        [chat] = (await connection.execute(select(digests.c.chat_id))).scalars().all()
    is_closed = await close_reason(office.database, chat) is not None
    assert is_closed == (why == CHAT_CLOSED)
    return {
        "paused": is_closed,
        "in doubt": bool(await Ledger(office.database).in_doubt()),
        "dead": bool(await DeadLetters(office.database).all()),
    }
