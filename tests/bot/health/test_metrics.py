"""What operators' machines read, and that none of it is about a person."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

from analytics.errors import RequestError, SourceError
from analytics.market.simulated import SimulatedPrices
from bot.answering.answers import Answer
from bot.app import utc_now
from bot.health.counted_prices import CountedPrices
from bot.health.endpoints import Instruments
from bot.health.metrics import Metrics
from bot.health.readiness import Readiness
from bot.health.venue_diary import VenueDiary
from bot.store.backlog import backlog
from bot.store.clock import now_ms
from bot.store.database import Database
from bot.store.gates import SILENCE
from bot.store.ledger import Ledger
from bot.store.tables import alerts, digests, executors, gates, inbox, outbox
from bot.telegram.sending.counted_request import CountedRequest
from handlers import Reply
from tests.emulators.telegram.emulator import TelegramEmulator


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


async def answer(reply: Reply, *, is_error: bool = False) -> Answer:
    return Answer(reply, is_error=is_error)


async def test_answers_are_counted_by_command_and_outcome(metrics: Metrics) -> None:
    good = Reply(title="", answer="+0.8")
    assert (await metrics.answered("corr", answer(good))).reply is good
    for outcome in ("request", "source", "internal"):
        bad = Reply(title="", answer="no", numbers={"error": outcome})
        await metrics.answered("corr", answer(bad, is_error=True))
    await metrics.answered(None, answer(good))
    counts = [
        value(metrics, "hedgebot_answers_total", command="corr", outcome=outcome)
        for outcome in ("ok", "request", "source", "internal")
    ]
    assert counts == [1, 1, 1, 1]
    assert value(metrics, "hedgebot_answers_total", command="other", outcome="ok") == 1
    assert value(metrics, "hedgebot_answer_seconds_count", command="corr") == 4


async def test_two_processes_in_one_interpreter_do_not_share_figures() -> None:
    first, second = Metrics(), Metrics()
    first.shared()
    assert value(first, "hedgebot_computations_shared_total") == 1
    assert value(second, "hedgebot_computations_shared_total") == 0


async def test_venues_are_counted_and_the_age_of_their_data_is_known(metrics: Metrics) -> None:
    source = CountedPrices(SimulatedPrices(), metrics, VenueDiary(utc_now))
    venue = source.venues[0]
    market = (await source.markets(venue))[0]
    end = datetime(2026, 9, 1, tzinfo=UTC)
    for stop in (end, end - timedelta(days=5)):
        await source.candles(
            market, bar=timedelta(hours=1), start=stop - timedelta(days=1), end=stop
        )
    assert value(metrics, "hedgebot_venue_requests_total", venue=venue, outcome="ok") == 3
    newest = value(metrics, "hedgebot_venue_newest_close_timestamp_seconds", venue=venue)
    assert newest == end.timestamp(), "a question about the past makes nothing older"
    metrics.venue_answered("okx", SourceError("away", venue="okx"))
    metrics.venue_answered("okx", RequestError("no such market"))
    assert value(metrics, "hedgebot_venue_requests_total", venue="okx", outcome="source") == 1
    assert value(metrics, "hedgebot_venue_requests_total", venue="okx", outcome="request") == 1


async def test_requests_to_telegram_are_counted_by_method_and_verdict(
    metrics: Metrics, emulator: TelegramEmulator, unused_tcp_port: int
) -> None:
    async with counted(emulator, metrics) as bot:
        ann = emulator.person("Ann")
        emulator.fault("sendMessage", code=429, parameters={"retry_after": 3})
        emulator.fault("sendMessage", code=502, body=b"<html>")
        emulator.fault("sendMessage", drop="after")
        for _ in range(3):
            with pytest.raises(TelegramError):
                await bot.send_message(ann.id, "x")
        await bot.send_message(ann.id, "x")
        await bot.do_api_request("get__updates", {"timeout": 0})
    nowhere = CountedRequest(HTTPXRequest(), metrics)
    stranger = Bot(
        emulator.token, base_url=f"http://127.0.0.1:{unused_tcp_port}/bot", request=nowhere
    )
    with pytest.raises(NetworkError):
        await stranger.initialize()
    await stranger.shutdown()
    sent = {
        verdict: value(
            metrics, "hedgebot_telegram_requests_total", method="sendMessage", verdict=verdict
        )
        for verdict in ("ok", "429", "502", "unknown")
    }
    assert sent == {"ok": 1, "429": 1, "502": 1, "unknown": 1}
    for method, verdict in (("getUpdates", "ok"), ("getMe", "not_sent")):
        labels = {"method": method, "verdict": verdict}
        assert value(metrics, "hedgebot_telegram_requests_total", **labels) == 1


async def test_the_database_is_counted_at_every_look(database: Database) -> None:
    now = now_ms()
    empty = await backlog(database)
    assert [(queue.waiting, queue.dead) for queue in empty.queues] == [(0, 0)] * 4
    await filled(database, now)
    found = await backlog(database)
    assert {queue.name: (queue.waiting, queue.dead) for queue in found.queues} == {
        "inbox": (1, 0),
        "outbox": (1, 1),
        "digests": (1, 0),
        "alerts": (0, 0),
    }
    assert 60 <= found.queues[0].oldest_s < 90
    assert found.in_doubt == 1
    assert found.executors_alive == 1
    assert 25 < found.pause_s <= 30
    assert {row[:2]: row[2] for row in found.subscriptions} == {
        ("digests", "running"): 1,
        ("digests", "paused"): 0,
        ("alerts", "running"): 0,
        ("alerts", "paused"): 1,
    }


async def test_a_look_tells_of_work_and_never_of_people(
    database: Database, metrics: Metrics, emulator: TelegramEmulator, served: "Served"
) -> None:
    await filled(database, now_ms())
    await metrics.answered(None, answer(Reply(title="", answer="to Ann: +0.8")))
    url = await served(database, metrics, Bot(emulator.token, base_url=f"{emulator.url}/bot"))
    status, text = await got(f"{url}/metrics")
    assert status == 200
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {"hedgebot_info", "hedgebot_waiting", "process_cpu_seconds"} <= families.keys()
    waiting = {s.labels["queue"]: s.value for s in families["hedgebot_waiting"].samples}
    assert waiting == {"inbox": 1, "outbox": 1, "digests": 1, "alerts": 0}
    for private in ("1001", "7007", "Ann", "/corr", emulator.token.split(":")[1]):
        # A number within the digits of a time is nobody's.
        assert not re.search(rf"(?<!\d){re.escape(private)}(?!\d)", text)
    assert (await got(f"{url}/healthz")) == (200, "ok\n")


async def test_readiness_names_what_is_missing(
    database: Database, emulator: TelegramEmulator, served: "Served"
) -> None:
    clock = [1e9]
    metrics = Metrics(clock=lambda: clock[0])
    async with counted(emulator, metrics) as bot:
        url = f"{await served(database, metrics, bot)}/readyz"
        metrics.turned("postman")
        assert await got(url) == (200, "ready\n")
        asked = len(emulator.calls)
        clock[0] += 100
        assert await got(url) == (200, "ready\n")
        assert [call.method for call in emulator.calls[asked:]] == ["getMe"]
        clock[0] += 100
        assert await got(url) == (503, "not ready: loop postman\n")
        metrics.turned("postman")
        assert await got(url) == (200, "ready\n")
        clock[0] += 100
        emulator.fault("getMe", code=502, body=b"<html>", times=1)
        assert await got(url) == (503, "not ready: telegram\n")
        assert await got(url) == (200, "ready\n")


async def test_a_database_that_is_away_is_said_in_both_places(
    metrics: Metrics, emulator: TelegramEmulator, served: "Served", tmp_path: object
) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    away = Database(create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/none/x"), None)
    url = await served(away, metrics, Bot(emulator.token, base_url=f"{emulator.url}/bot"))
    assert await got(f"{url}/readyz") == (503, "not ready: database\n")
    status, text = await got(f"{url}/metrics")
    assert status == 200
    assert "hedgebot_database_up 0.0" in text
    assert "hedgebot_waiting{" not in text, "what is not known is not zero"
    await away.close()


class Served:
    """Serves the HTTP side on a free port until the test ends."""

    def __init__(self) -> None:
        self.runners: list[web.AppRunner] = []

    async def __call__(self, database: Database, metrics: Metrics, bot: Bot) -> str:
        instruments = Instruments(Readiness(database, bot, metrics))
        app = web.Application()
        app.add_routes(instruments.routes())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self.runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    serving = Served()
    yield serving
    await asyncio.gather(*(runner.cleanup() for runner in serving.runners))


@asynccontextmanager
async def counted(emulator: TelegramEmulator, metrics: Metrics) -> AsyncIterator[Bot]:
    """A bot whose requests are counted."""
    bot = Bot(
        emulator.token,
        base_url=f"{emulator.url}/bot",
        request=CountedRequest(HTTPXRequest(), metrics),
        get_updates_request=CountedRequest(HTTPXRequest(), metrics),
    )
    async with bot:
        yield bot


async def got(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def filled(database: Database, now: int) -> None:
    room = {"chat_id": 1001, "owner_id": 7007, "number": 1, "created_ms": now}
    letter = {
        "chat_id": 1001,
        "owner_id": 7007,
        "content_id": "c",
        "kind": "digest",
        "created_ms": now,
    }
    rows = [
        (inbox, {"update_id": 1, "lane": 1001, "payload": "/corr", "received_ms": now - 60_000}),
        (
            inbox,
            {
                "update_id": 2,
                "lane": 1001,
                "payload": "",
                "received_ms": now - 60_000,
                "finished_ms": now,
            },
        ),
        (outbox, letter | {"key": "due", "due_ms": now - 1000}),
        (outbox, letter | {"key": "later", "due_ms": now + 3_600_000}),
        (outbox, letter | {"key": "dead", "due_ms": now - 1000, "buried_ms": now}),
        (gates, {"name": SILENCE, "due_us": (now + 30_000) * 1000}),
        (gates, {"name": "chat:1001", "due_us": (now + 90_000) * 1000}),
        (executors, {"name": "a", "beat_ms": now, "started_ms": now}),
        (executors, {"name": "b", "beat_ms": now - 600_000, "started_ms": now}),
        (
            digests,
            room
            | {
                "id": 1,
                "question": "/corr BTC ETH",
                "minute": 0,
                "zone": "UTC",
                "due_ms": now - 5,
                "occasion": "1",
            },
        ),
        (
            alerts,
            room
            | {
                "id": 1,
                "rule": "/watch",
                "measure": "m",
                "state": "{}",
                "check_ms": now - 5,
                "expires_ms": now,
                "paused_why": "gone",
                "occasion": "2",
            },
        ),
    ]
    async with database.writing() as connection:
        for table, row in rows:
            await connection.execute(insert(table).values(**row))
    ledger = Ledger(database)
    await ledger.intend("reply:1:0", chat_id=1001)
    await ledger.doubt("reply:1:0", note="x")
