"""Letters that a newer version has written, beside an older postman; each on both databases."""

import json
from typing import Any

from sqlalchemy import select, update

from bot.store.clock import now_ms
from bot.store.gathering import TOGETHER, Gathering
from bot.store.letters import Kind
from bot.store.outbox import Outbox
from bot.store.tables import contents, outbox
from handlers import Button, Reply
from tests.bot.telegram.posting.office import Office


async def unknown_kind(office: Office, key: str, ann: Any) -> None:
    """A letter of a kind that only a newer version knows, due before all others."""
    letter = await office.letter(key, ann, due_ms=now_ms() - 60_000)
    async with office.database.writing() as connection:
        await connection.execute(
            update(outbox).where(outbox.c.key == letter.key).values(kind="poem", attempts=2)
        )


async def unknown_words(office: Office, key: str, ann: Any, **more: Any) -> None:
    """A letter whose buttons have more to them than this version knows."""
    said = Reply("New", key, buttons=((Button("Chart", "/corr BTC ETH"),),))
    letter = await office.letter(key, ann, said, due_ms=now_ms() - 60_000, **more)
    async with office.database.writing() as connection:
        known = select(contents.c.reply).where(contents.c.id == letter.content_id)
        kept = json.loads((await connection.execute(known)).scalar_one())
        kept["buttons"][0][0] += [True, "newer"]
        changed = update(contents).where(contents.c.id == letter.content_id)
        await connection.execute(changed.values(reply=json.dumps(kept)))


async def waiting(office: Office) -> list[tuple[Any, ...]]:
    async with office.database.reading() as connection:
        found = select(outbox.c.key, outbox.c.holder, outbox.c.attempts, outbox.c.buried_ms)
        return [tuple(row) for row in await connection.execute(found)]


async def test_a_letter_of_an_unknown_kind_is_left_alone_and_stops_nobody(office: Office) -> None:
    ann = office.telegram.person("Ann")
    await unknown_kind(office, "poem:1", ann)
    await office.letter("digest:1:2026-11-05", ann)
    await office.letter("alert:1:1:1:fired", ann, kind=Kind.ALERT)
    async with office.open(office.postman()):
        await office.telegram.until(lambda: len(office.texts(ann)) == 2)
    assert await waiting(office) == [("poem:1", None, 2, None)]
    assert not await Outbox(office.database, "one").has_suspects()
    assert await Outbox(office.database, "one").claim_suspect() is None


async def test_a_letter_whose_words_are_unknown_is_left_alone_and_stops_nobody(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    await unknown_words(office, "digest:1:2026-11-05", ann)
    await office.letter("digest:2:2026-11-05", ann)
    async with office.open(office.postman()):
        await office.telegram.until(lambda: len(office.texts(ann)) == 1)
    assert await waiting(office) == [("digest:1:2026-11-05", None, 0, None)]
    assert await office.left() == [], "it is looked at again in a minute"


async def test_several_alerts_are_one_message_beside_one_that_cannot_be_read(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    await unknown_words(office, "alert:9:1:1:fired", ann, kind=Kind.ALERT)
    for number in range(TOGETHER):
        await office.letter(f"alert:{number}:1:1:fired", ann, kind=Kind.ALERT)
    letters = Outbox(office.database, "one")
    [unread] = await letters.claim(1)
    assert not await Gathering(office.database).gather(unread)
    await letters.postpone(unread.letter.key, 60.0)
    [first] = await letters.claim(1)
    assert await Gathering(office.database).gather(first)
    [summary, left] = sorted(key for key, *_ in await waiting(office))[::-1]
    assert summary.startswith("alerts:")
    assert left == "alert:9:1:1:fired"
