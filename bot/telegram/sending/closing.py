"""What follows when Telegram lets nothing more into a chat."""

from collections.abc import Sequence

from analytics.language import speaking, tr
from bot.store.askers import askers_in
from bot.store.chats import close_chat
from bot.store.contents import keep_content, name_of
from bot.store.database import Database
from bot.store.letters import Kind, Letter, post
from bot.store.rooms import language_of
from bot.telegram.refusals import ChatClosed
from handlers import Reply, Room

MOST_NAMED = 5


async def closed(database: Database, chat_id: int, refusal: ChatClosed) -> None:
    """Pause what the chat has asked for; where only rights are missing, tell those who asked.

    All in one transaction, so that they are told once however often the chat refuses.
    """
    async with database.writing() as connection:
        asked = await askers_in(connection, chat_id) if refusal.lacks_rights else {}
        if not await close_chat(database, connection, chat_id, refusal.note):
            return
        now = database.clock.now_ms()
        for owner, questions in asked.items():
            # What somebody reads in private is not the group's language.
            with speaking(await language_of(connection, owner)):
                content = await keep_content(database, connection, _notice(questions))
            key = f"closed:{name_of(chat_id, owner, now)}"
            letter = Letter(key, Room(owner), owner, content, Kind.NOTICE, now)
            await post(database, connection, [letter])


def _notice(questions: Sequence[str]) -> Reply:
    named = [f"• {words}" for words in questions[:MOST_NAMED]]
    others = len(questions) - MOST_NAMED
    if others > 0:
        named.append(tr("… and {n} more", n=others))
    return Reply(
        title=tr("I may not write in your group any more."),
        answer=tr("What you ask for there waits until its admins let me:"),
        text=("\n".join(named),),
    )
