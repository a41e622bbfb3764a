"""What a letter costs on its way from the outbox to Telegram, and how many leave in a second.

    python -m tests.benchmarks.letters [--database postgresql] [--letters 1500]
        [--processes 1] [--pace limits|free] [--telegram plain|emulator]

Posts letters of one content, a picture with six buttons, to as many private chats; then starts
postmen in processes of their own. ``--pace free`` turns the clock of the limits a thousand times
as fast: what is left is work. Telegram is a process of its own too: ``plain`` is as little of a
server as there can be, ``emulator`` is that of the tests. At the end the same messages are sent
by python-telegram-bot alone, as many at once, with nothing written down.
"""

import argparse
import asyncio
import tempfile
import time
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import Database, open_database
from bot.store.gates import MICROSECONDS, Gates
from bot.store.ledger import Ledger
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import Outbox
from bot.telegram.posting.postman import SENDERS, Postman
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.pacing import BOT, SLACK_S, Pacing
from handlers import Button, Fact, Reply, Room
from tests.benchmarks.letters_server import FIRST_CHAT, Served, serving
from tests.command_line import command_line
from tests.emulators.telegram.emulator import TOKEN
from tests.emulators.test_telegram_sending import picture
from tests.soak.postgresql import own_postgresql
from tests.soak.usage import family_cpu_s

FASTER = 1_000


@dataclass(frozen=True, slots=True)
class Work:
    """What one postman did: the processor time of all its threads."""

    cpu_s: float


def words() -> Reply:
    """What every letter says."""
    keys = [Button(f"{days}d", f"/corr BTC ETH {days}d") for days in (7, 14, 30, 60, 90, 180)]
    facts = tuple(
        tuple(Fact(f"Figure {row}", f"{row / 7:.4f} (0.81…0.93)") for row in range(4))
        for _ in range(2)
    )
    return Reply(
        "BTC × ETH",
        "0.87 over 30 days",
        facts=facts,
        chart=picture(),
        buttons=(tuple(keys[:3]), tuple(keys[3:])),
        provenance=("Binance, 720 hours to 2024-05-01 12:00 UTC",),
    )


async def posted(database: Database, letters: int) -> None:
    """Fill the outbox."""
    async with database.writing() as connection:
        content = await keep_content(database, connection, words())
        chats = range(FIRST_CHAT, FIRST_CHAT + letters)
        due = now_ms()
        await post(
            database,
            connection,
            [Letter(f"bench:{one}", Room(one), one, content, Kind.DIGEST, due) for one in chats],
        )


def pacing(database: Database, *, is_free: bool) -> Pacing:
    """The pace of a real process, or one without waiting."""
    if not is_free:
        return Pacing(Gates(database))
    gates = Gates(
        database,
        lambda: time.monotonic() * FASTER,
        lambda: round(time.time() * FASTER * MICROSECONDS),
    )
    return Pacing(gates, slack=SLACK_S * FASTER)


async def emptied(url: str, telegram: str, name: str, *, is_free: bool) -> Work:
    """Send letters until none is left."""
    database = await open_database(url)
    request = HTTPXRequest(connection_pool_size=64)
    async with Bot(TOKEN, base_url=f"{telegram}/bot", request=request) as bot:
        delivery = Delivery(bot, Ledger(database, name), pacing(database, is_free=is_free))
        outbox = Outbox(database, name)
        began = time.process_time()
        carrying = asyncio.create_task(Postman(outbox, delivery).run())
        while await left(database):  # noqa: ASYNC110 - the database is the event
            await asyncio.sleep(0.25)
        used = time.process_time() - began
        carrying.cancel()
        with suppress(asyncio.CancelledError):
            await carrying
    await database.close()
    return Work(used)


async def left(database: Database) -> bool:
    """Whether a letter waits or is on its way."""
    async with database.reading() as connection:
        found = await connection.exec_driver_sql("SELECT 1 FROM outbox LIMIT 1")
        return found.scalar() is not None


def emptied_in_process(url: str, telegram: str, name: str, *, is_free: bool) -> Work:
    """``emptied``, for a process of its own."""
    return asyncio.run(emptied(url, telegram, name, is_free=is_free))


async def alone(telegram: str, letters: int) -> float:
    """Processor seconds of python-telegram-bot for the same messages."""
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(one.label, callback_data="x" * 16) for one in row]
            for row in words().buttons
        ]
    )
    request = HTTPXRequest(connection_pool_size=64)
    async with Bot(TOKEN, base_url=f"{telegram}/bot", request=request) as bot:
        sent = await bot.send_photo(FIRST_CHAT, picture(), caption="first")
        chats = iter(range(FIRST_CHAT, FIRST_CHAT + letters))

        async def one_by_one() -> None:
            for chat in chats:
                await bot.send_photo(
                    chat,
                    sent.photo[-1].file_id,
                    caption="<b>BTC × ETH</b> 0.87" + 10 * "\nFigure 0.1429 (0.81…0.93)",
                    parse_mode="HTML",
                    reply_markup=keyboard,
                    disable_notification=True,
                )

        began = time.process_time()
        await asyncio.gather(*(one_by_one() for _ in range(SENDERS)))
        return time.process_time() - began


def alone_in_process(telegram: str, letters: int) -> float:
    """``alone``, for a process of its own."""
    return asyncio.run(alone(telegram, letters))


async def prepared(url: str, letters: int) -> None:
    """An outbox full of letters."""
    database = await open_database(url)
    await posted(database, letters)
    await database.close()


def measured(url: str, chosen: argparse.Namespace, server: int | None = None) -> None:
    """Fill the outbox, empty it, and print; ``server`` is PostgreSQL's first process."""
    asyncio.run(prepared(url, chosen.letters))
    context = get_context("spawn")
    carry = partial(emptied_in_process, url, is_free=chosen.pace == "free")
    with (
        serving(chosen.telegram, chosen.letters) as telegram,
        ProcessPoolExecutor(chosen.processes, mp_context=context) as pool,
    ):
        before, began = _server_s(server), time.perf_counter()
        names = [f"postman-{number}" for number in range(chosen.processes)]
        running: list[Future[Work]] = [pool.submit(carry, telegram.url, name) for name in names]
        works = [one.result() for one in running]
        wall, spent = time.perf_counter() - began, _server_s(server) - before
        served = telegram.served()
        baseline = pool.submit(alone_in_process, telegram.url, chosen.letters).result()
    _print(chosen, works, served, wall=wall, server=spent, baseline=baseline)


def _server_s(pid: int | None) -> float:
    return 0.0 if pid is None else family_cpu_s(pid)


def _print(
    chosen: argparse.Namespace,
    works: list[Work],
    served: Served,
    *,
    wall: float,
    server: float,
    baseline: float,
) -> None:
    each = 1000 / chosen.letters
    ours = each * sum(work.cpu_s for work in works)
    # The processes have to start: Telegram saw when the letters left.
    print(
        f"{chosen.letters} letters, {chosen.processes} processes, pace {chosen.pace} "
        f"({1 / BOT.rate.interval:.0f} a second): {served.sent / served.seconds:.1f} letters/s, "
        f"at most {served.peak} in any second, {wall:.0f} s with the start\n"
        f"processor time a letter: ours {ours:.1f} ms, PostgreSQL {each * server:.1f} ms, "
        f"Telegram ({chosen.telegram}) {each * served.cpu_s:.1f} ms; "
        f"python-telegram-bot alone {each * baseline:.1f} ms, ratio {ours / (each * baseline):.1f}"
    )


def main() -> None:
    """Measure and print."""
    parser = command_line(__spec__, __doc__)
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="a new one"
    )
    parser.add_argument("--letters", type=int, default=1500, help="each to a chat of its own")
    parser.add_argument("--processes", type=int, default=1, help="postmen on one outbox")
    parser.add_argument(
        "--pace", choices=("limits", "free"), default="limits", help="how fast they may"
    )
    parser.add_argument(
        "--telegram", choices=("plain", "emulator"), default="plain", help="who takes them"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.database == "sqlite":
            measured(f"sqlite:///{folder / 'letters.sqlite'}", chosen)
        else:
            with own_postgresql(folder / "postgresql") as server:
                measured(server.url, chosen, server.pid)


if __name__ == "__main__":
    main()
