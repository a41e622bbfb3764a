"""Our own endpoint, as strangers and Telegram meet it."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot, webhook_settings
from tests.soak.kill import Tally

SECRET = "a-secret-of-the-test"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
JSON = {"Content-Type": "application/json"}
TRUSTED = {HEADER: SECRET} | JSON
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 1,
        "text": "/start",
        "chat": {"id": 1001, "type": "private", "first_name": "Ann"},
        "from": {"id": 1001, "is_bot": False, "first_name": "Ann"},
    },
}
DEEP = b'{"update_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

REFUSED = {
    "no secret": (403, JSON, json.dumps(UPDATE).encode()),
    "another secret": (403, {HEADER: "guessed"} | JSON, json.dumps(UPDATE).encode()),
    "the secret and more": (403, {HEADER: f"{SECRET}x"} | JSON, json.dumps(UPDATE).encode()),
    "a secret beyond ASCII": (403, {HEADER: "gehéim"} | JSON, json.dumps(UPDATE).encode()),
    "no JSON by its type": (415, {HEADER: SECRET, "Content-Type": "text/plain"}, b"{}"),
    "more than a megabyte": (413, TRUSTED, b" " * ((1 << 20) + 1)),
    "torn": (400, TRUSTED, json.dumps(UPDATE).encode()[:-1]),
    "not UTF-8": (400, TRUSTED, b'{"update_id": 1, "x": "\xff"}'),
    "empty": (400, TRUSTED, b""),
    "a list": (400, TRUSTED, b"[1]"),
    "a word": (400, TRUSTED, b'"update"'),
    "without its number": (400, TRUSTED, b'{"message": {}}'),
    "with a wrong number": (400, TRUSTED, b'{"update_id": "one"}'),
    "with an endless number": (400, TRUSTED, b'{"update_id": 1e999}'),
    "with a number that no table holds": (400, TRUSTED, b'{"update_id": 99999999999999999999}'),
    "deep": (400, TRUSTED, DEEP),
}


@dataclass(frozen=True, slots=True, eq=False)
class Door:
    """Knocks at the endpoint."""

    url: str
    session: aiohttp.ClientSession

    async def post(self, headers: dict[str, str], body: bytes) -> int:
        async with self.session.post(self.url, data=io.BytesIO(body), headers=headers) as answer:
            await answer.read()
            return answer.status

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url.replace("/telegram", path)) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def door(hedgebot: Hedgebot) -> AsyncIterator[Door]:
    hedgebot.settings |= webhook_settings(SECRET)
    await hedgebot.serve()
    async with aiohttp.ClientSession() as session:
        yield Door(hedgebot.settings["HEDGEBOT_WEBHOOK_URL"], session)


async def test_what_is_not_telegrams_is_refused_and_costs_nothing(
    hedgebot: Hedgebot, telegram: TelegramEmulator, door: Door
) -> None:
    ann = telegram.person("Ann")
    told = len(telegram.calls)
    answers = {name: await door.post(*sent) for name, (_, *sent) in REFUSED.items()}
    assert answers == {name: status for name, (status, *_) in REFUSED.items()}
    assert (await door.get("/telegram"))[0] == 405
    assert (await door.get("/"))[0] == 404
    assert await door.get("/healthz") == (200, "ok\n")
    assert await door.get("/readyz") == (200, "ready\n")
    status, figures = await door.get("/metrics")
    assert status == 200
    for line in ("hedgebot_database_up 1.0", 'method="setWebhook",verdict="ok"} 1.0'):
        assert line in figures
    assert len(telegram.calls) == told
    asked = ann.says("/start")
    await hedgebot.reply(asked)
    await hedgebot.stop()
    assert sum(Tally(telegram).answers().values()) == 1
    assert SECRET not in hedgebot.log


async def test_what_asks_for_nothing_is_taken_and_costs_nothing(
    hedgebot: Hedgebot, telegram: TelegramEmulator, door: Door
) -> None:
    told = len(telegram.calls)
    odd: list[Any] = [
        {"update_id": 11},
        {"update_id": 12, "message": {}},
        {"update_id": 13, "message": "text"},
        {"update_id": 14, "callback_query": {"id": "1"}},
        {"update_id": 15, "something_new": {"from": {"id": 5}}},
        {"update_id": -1},
    ]
    assert [await door.post(TRUSTED, json.dumps(update).encode()) for update in odd] == [200] * 6
    assert len(telegram.calls) == told
    asked = telegram.person("Ann").says("/start")
    await hedgebot.reply(asked)
    assert hedgebot.is_running


async def test_an_update_that_comes_again_is_answered_once(
    hedgebot: Hedgebot, telegram: TelegramEmulator, door: Door
) -> None:
    ann = telegram.person("Ann")
    first = ann.says("/start")
    await hedgebot.reply(first)
    again = json.dumps({"update_id": first.update_id, "message": first.as_json()}).encode()
    assert [await door.post(TRUSTED, again) for _ in range(3)] == [200, 200, 200]
    second = ann.says("/help")
    await hedgebot.reply(second)
    await hedgebot.stop()
    await hedgebot.serve()
    assert await door.post(TRUSTED, again) == 200
    third = ann.says("/start")
    await hedgebot.reply(third)
    await hedgebot.stop()
    assert sorted(Tally(telegram).answers().values()) == [1, 1, 1]
