"""No secret in any output, on any way to fail: libraries, Telegram, databases, venues, the command line."""

import asyncio
import io
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError

from analytics.errors import SourceError
from analytics.market.live import LivePrices
from bot.cli import WRONG, main
from bot.log import configure_logging
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.inbox import StoredUpdate
from bot.store.tables import inbox
from tests.bot.log.conftest import PART, TOKEN
from tests.bot.telegram.inline.desk import InlineDesk, inline_desk
from tests.emulators.telegram.calls import Call
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import html

NOW = datetime(2026, 9, 1, tzinfo=UTC)


async def test_no_library_shows_the_token_on_any_way_to_fail(log: io.StringIO) -> None:
    async with TelegramEmulator(TOKEN) as emulator:
        ann = emulator.person("Ann")
        emulator.fault("sendMessage", code=502, body=b"<html>")
        emulator.fault("sendMessage", skip=1, drop="after")
        emulator.fault("sendMessage", skip=2, code=400, description=f"Bad Request: {TOKEN}")
        async with client(emulator) as bot:
            for _ in range(4):
                await _tried(bot.send_message(ann.id, "x"))
            logging.getLogger("x").info("client %r", bot)
        url = emulator.url
    gone = Bot(TOKEN, base_url=f"{url}/bot")
    await _tried(gone.initialize())
    await gone.shutdown()
    async with TelegramEmulator() as other:
        stranger = Bot(TOKEN, base_url=f"{other.url}/bot")
        with pytest.raises(InvalidToken) as caught:
            await stranger.initialize()
        logging.getLogger("x").error("refused", exc_info=caught.value)
        await stranger.shutdown()
    task = asyncio.get_running_loop().create_task(_fails())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "lost", "exception": task.exception()}
    )
    written = log.getvalue()
    assert "httpx" in written, "the libraries do speak"
    assert "sendMessage" in written
    assert PART not in written


@pytest.mark.parametrize("speaking", ["as set up", "wide open"])
async def test_no_failure_of_inline_mode_shows_the_token_or_what_somebody_typed(
    log: io.StringIO, tmp_path: Path, speaking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if speaking == "as set up":
        monkeypatch.setattr(sys, "stderr", log)
        configure_logging("DEBUG", secrets=frozenset({TOKEN}))
    database = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    async with TelegramEmulator(TOKEN) as emulator, client(emulator) as bot:
        ann = emulator.person("Ann", number=4242424242)
        refused = {"code": 400, "description": f"Bad Request: {TOKEN} of user {ann.id}"}
        fails = emulator.fault("answerInlineQuery", **refused)
        emulator.fault("answerInlineQuery", skip=1, code=502, body=b"<html>")
        emulator.fault("answerInlineQuery", skip=2, drop="after")
        emulator.fault("answerInlineQuery", skip=3, code=429, parameters={"retry_after": 0})
        emulator.fault("sendPhoto", **refused)
        async with inline_desk(emulator, bot, database) as desk:
            for n in range(4):
                ann.asks_inline(f"corr MYCOIN ETH {n + 1}d")
                await emulator.wait(_answers_inline, count=n + 1)
            await _typed_out(desk)
            desk.inline.receive(StoredUpdate(9, ann.id, f'{{"{TOKEN}": MYCOIN', is_fleeting=True))
            await _typed_out(desk)
            assert (await desk.shown(ann, "corr MYCOIN ETH 9d")).results
        assert fails.hits == 1
    await database.close()
    written = log.getvalue()
    for failure in ("not answered", "could not be answered", "takes no picture"):
        assert failure in written
    assert PART not in written
    if speaking == "as set up":
        assert "MYCOIN" not in written
        assert str(ann.id) not in written


async def _typed_out(desk: InlineDesk) -> None:
    async with asyncio.timeout(10):
        while desk.inline._typing:  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0.005)


def _answers_inline(call: Call) -> bool:
    return call.method.lower() == "answerinlinequery"


async def test_no_failure_of_a_database_shows_what_people_wrote_or_a_password(
    log: io.StringIO, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", log)
    configure_logging("DEBUG", secrets=frozenset({"pass/word"}))
    database = await open_database(database_url)
    item = {"update_id": 1, "lane": 424242, "payload": "/corr MYCOIN", "received_ms": 1}
    for _ in range(2):
        try:
            async with database.writing() as connection:
                await connection.execute(insert(inbox).values(**item))
        except SQLAlchemyError:
            logging.getLogger("bot").exception("not stored for chat 424242")
    await database.close()
    with pytest.raises(OperationalError) as refused:
        await open_database("postgresql://u:pass%2Fword@127.0.0.1:1/d")
    logging.getLogger("bot").error("away %r", "pass/word", exc_info=refused.value)
    written = log.getvalue()
    assert "inbox" in written, "the failure is told"
    for private in ("424242", "MYCOIN", "pass/word", "pass%2Fword"):
        assert private not in written


async def test_no_failure_of_a_venue_shows_its_keys(log: io.StringIO) -> None:
    key = "pass/word"
    async with VenueEmulator(size=12) as venues:
        options = venues.ccxt_options
        options["kraken"] = {**options["kraken"], "apiKey": key, "secret": key}
        venues.faults.add(html(403), venue="kraken")
        live = LivePrices(venues=("kraken",), options=options, clock=lambda: NOW)
        with pytest.raises(SourceError) as failed:
            await live.markets("kraken")
        logging.getLogger("bot").error("%r", options, exc_info=failed.value)
        await live.close()
    assert type(failed.value).__name__ in log.getvalue()
    assert key not in log.getvalue()


def test_what_holds_secrets_does_not_print_them() -> None:
    settings = Settings(
        token=TOKEN,
        webhook_secret="hook-secret",
        webhook_url="https://x/y",
        listen=":1",
        database_url="postgresql://u:hunter22@h/d",
        ccxt_options={"kraken": {"apiKey": "venue-key"}},
        _env_file=None,
    )
    for shown in (repr(settings), str(settings), f"{settings!s}"):
        for secret in (PART, "hook-secret", "hunter22", "venue-key"):
            assert secret not in shown


def test_an_unknown_argument_with_a_token_is_refused_and_not_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (["run", TOKEN], ["run", f"--token={TOKEN}"], ["ask", f"/corr {TOKEN}"]):
        assert main(words) == WRONG
        shown = capsys.readouterr()
        assert "HEDGEBOT_TOKEN_FILE" in shown.err
        assert PART not in shown.out + shown.err


NOWHERE = ["sqlite:///{folder}/absent/x", "postgresql://u:pass%2Fword@127.0.0.1:1/d"]
ON_THE_COMMAND_LINE = [
    ["check"],
    ["ask", "/corr BTC ETH 7d"],
    ["run"],
    ["backup", "{folder}/there/copy"],
    ["restore", "{folder}/absent"],
    ["restore"],
    ["requeue"],
    ["requeue", f"reply:{TOKEN[:9]}"],
]


@pytest.mark.parametrize("database", NOWHERE)
@pytest.mark.parametrize("words", ON_THE_COMMAND_LINE, ids=" ".join)
def test_no_failure_on_the_command_line_shows_a_secret(
    words: list[str],
    database: str,
    log: io.StringIO,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch = request.getfixturevalue("monkeypatch")
    capsys = request.getfixturevalue("capsys")
    here = {"folder": str(tmp_path)}
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TOKEN": TOKEN,
        "TELEGRAM_URL": "http://127.0.0.1:1",
        "DATABASE_URL": database.format(**here),
        "PRICES": "archive:absent",
        "LOG_LEVEL": "DEBUG",
    }.items():
        monkeypatch.setenv(f"HEDGEBOT_{name}", value)
    status = main([word.format(**here) for word in words])
    shown = capsys.readouterr()
    said = shown.out + shown.err + log.getvalue()
    assert said.strip()
    assert status != 0 or words[0] in {"backup", "restore"}, "there it prints what to do"
    for secret in (PART, "pass/word", "pass%2Fword"):
        assert secret not in said


async def _tried(work: object) -> None:
    try:
        await work  # type: ignore[misc]
    except (TelegramError, NetworkError):
        logging.getLogger("bot").exception("not sent")


async def _fails() -> None:
    raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getUpdates")
