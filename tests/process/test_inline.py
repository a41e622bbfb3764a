"""Asked in any chat, while somebody types: what they see, what they send, and what a crash costs."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.rooms import Room
from tests.emulators.telegram.world import InlineQuery
from tests.process.running import Hedgebot, webhook_settings


def titles(query: InlineQuery) -> list[str]:
    return [result.get("title", "") for result in query.results or []]


async def shown(hedgebot: Hedgebot, person: Person, text: str) -> InlineQuery:
    """Type a question behind the bot's name, and wait for what is shown."""
    query = person.asks_inline(text)
    await hedgebot.until(lambda: query.results is not None)
    return query


async def with_picture(hedgebot: Hedgebot, person: Person, query: InlineQuery) -> InlineQuery:
    """Type a space as long as the picture is late, as on a busy machine."""
    while (query.results or [{}])[0].get("type") != "photo":
        assert len(query.query) < 100, query.results
        query = await shown(hedgebot, person, f"{query.query} ")
        await asyncio.sleep(1)
    return query


def pictures(telegram: TelegramEmulator, hedgebot: Hedgebot, *, more: dict[str, str]) -> Room:
    """A channel of the operator that takes pictures."""
    channel = telegram.channel("Pictures", [telegram.person("Olga")])
    hedgebot.settings |= {"HEDGEBOT_PICTURES_CHAT": str(channel.id)} | more
    return channel


@pytest.mark.slow
async def test_ann_types_letter_by_letter_and_her_group_sees_the_picture(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    channel = pictures(telegram, hedgebot, more=webhook_settings())
    await hedgebot.serve()
    ann, bob = telegram.person("Ann"), telegram.person("Bob", started=False)
    desk = telegram.group("Desk", [ann, bob], bot=None)

    nothing_yet = await shown(hedgebot, ann, "")
    assert "corr BTC ETH-PERP 30d" in titles(nothing_yet)
    half = await shown(hedgebot, ann, "corr BTC E")
    assert titles(half) == ["corr BTC ETH"], "the coin is completed, nothing is computed"

    question = "corr BTC ETH-PERP 30d"
    typed = [ann.asks_inline(question[:end]) for end in range(11, len(question) + 1)]
    last = typed[-1]
    await hedgebot.until(lambda: typed[-1].results is not None)
    last = await with_picture(hedgebot, ann, last)
    picture, words, *_ = last.results or []
    assert (picture["type"], words["type"]) == ("photo", "article")
    assert picture["title"] == "BTC × ETH-PERP · 30d"
    assert words["description"].startswith("ρ 0.")
    assert 0 < last.answer["cache_time"] <= 60
    assert last.answer["is_personal"]
    assert len(telegram.messages(channel)) == 1, "what was half-typed was not drawn"

    sent = ann.chooses(last, "picture", chat=desk)
    [uploaded] = telegram.messages(channel)
    assert sent.photo == uploaded.photo
    assert sent.words.startswith("BTC × ETH-PERP · 30d: ρ 0.")
    assert "simulated" in sent.words.casefold()
    assert sent.button("Open in private")["url"].endswith("?start=corr_BTC_ETH-PERP_30d")
    assert not uploaded.words, "the operator's channel does not learn who asked what"

    again = await with_picture(hedgebot, bob, await shown(hedgebot, bob, question))
    assert again.results[0]["photo_file_id"] == picture["photo_file_id"]
    assert len(telegram.messages(channel)) == 1, "one upload serves everybody"
    assert "ERROR" not in hedgebot.log
    assert not telegram.calls_of("sendMessage")


@pytest.mark.slow
async def test_a_kill_in_the_middle_of_typing_harms_nothing(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    channel = pictures(telegram, hedgebot, more={})
    telegram.fault("sendPhoto", delay=3600.0, times=1)
    await hedgebot.serve()
    ann = telegram.person("Ann")
    ann.asks_inline("corr BTC ETH 30d")
    await hedgebot.until(lambda: telegram.calls_of("sendPhoto"))
    await hedgebot.kill()
    await hedgebot.serve()
    query = await shown(hedgebot, ann, "corr BTC ETH 30d ")
    query = await with_picture(hedgebot, ann, query)
    assert query.results[0]["type"] == "photo"
    assert len(telegram.messages(channel)) == 1
    with closing(sqlite3.connect(hedgebot.folder / "hedgebot.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM ledger").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
