"""Hours under load: does memory grow, do answers stay quick?

    python -m tests.soak.hours --minutes 120 [--digests 19] [--questions 5]

One process on PostgreSQL with 100,000 daily subscriptions or more. Nineteen of them are due every
second, and five questions a second are asked beside them: together that is nearly all that the bot's
pace of 24.5 messages a second admits; a machine that others use too may not manage it, and can be
given less.
One question in five is a new one; the others are among a few that everybody asks, and are
computed once a minute. Every five minutes a line is printed.
"""

import argparse
import asyncio
import gc
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from statistics import fmean, quantiles

from bot.store.clock import ms_of
from bot.store.database import Database, open_database
from bot.store.tables import digests
from tests.command_line import command_line
from tests.emulators.telegram.calls import SENDS, Call, peak
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.throttle import Throttle
from tests.process.running import Hedgebot
from tests.soak.postgresql import own_postgresql
from tests.soak.subscribers import pairs
from tests.soak.usage import usage

SUBSCRIPTIONS = 100_000
A_CHAT = 10
NEW_ONE_IN = 5
ASKERS = 500
HOT = 8
LOOK_EVERY_S = 0.25
A_LINE_S = 300.0
WARM_UP = 2
"""Lines that do not count: caches fill."""
CACHED_S, FRESH_S = 1.0, 5.0
GROWTH, MOST_MB = 0.05, 400.0
LEAD_S = 60.0
"""So long it takes to keep all subscriptions and to start."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way."""

    at: float
    is_fresh: bool


@dataclass(slots=True, eq=False)
class Watch:
    """What Telegram saw since the last line, and what the process took for it."""

    telegram: TelegramEmulator
    open: dict[tuple[int, int], Asked] = field(default_factory=dict)
    waits: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))
    every: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))
    sent: list[float] = field(default_factory=list)
    _seen: int = 0
    _unfinished: list[Call] = field(default_factory=list)

    def look(self) -> None:
        """Take in what is new."""
        fresh = self.telegram.calls_of(*SENDS, since=self._seen + 1)
        looked_at, self._unfinished = [*self._unfinished, *fresh], []
        for call in looked_at:
            self._seen = max(self._seen, call.number)
            if call.ok is None:
                self._unfinished.append(call)
            elif call.effect:
                self._arrived(call)

    def _arrived(self, call: Call) -> None:
        self.sent.append(call.monotonic)
        answered = call.params.get("reply_parameters")
        if answered is None:
            return
        asked = self.open.pop((int(call.chat_id or 0), answered["message_id"]), None)
        if asked is not None:
            self.waits[asked.is_fresh].append(call.monotonic - asked.at)
            self.every[asked.is_fresh].append(call.monotonic - asked.at)


@dataclass(slots=True, eq=False)
class Asking:
    """People who ask, in turn, so many questions a second."""

    watch: Watch
    a_second: float
    people: Sequence[Person]
    chance: random.Random
    _known: set[tuple[datetime, str]] = field(default_factory=set)
    _count: int = 0

    def ask(self) -> None:
        """Let the next person ask something."""
        windows = range(7, 61)
        every = [f"/corr {one.target} {one.hedge}" for one in pairs(200)]
        is_new = self._count % NEW_ONE_IN == 0
        words = self.chance.choice(every if is_new else every[:HOT])
        text = f"{words} {self.chance.choice(windows) if is_new else 30}d"
        person = self.people[self._count % len(self.people)]
        self._count += 1
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        is_fresh = (minute, text) not in self._known
        self._known = {known for known in self._known if known[0] == minute} | {(minute, text)}
        now = time.monotonic()
        said = person.says(text)
        self.watch.open[said.chat.id, said.id] = Asked(now, is_fresh)


async def subscribed(
    database: Database,
    telegram: TelegramEmulator,
    start: datetime,
    *,
    a_second: float,
    minutes: float,
) -> None:
    """Keep subscriptions of which so many are due each second from ``start`` on, to the end."""
    count = max(SUBSCRIPTIONS, ceil(60 * minutes * a_second))
    people = [telegram.person("Subscriber").id for _ in range(ceil(count / A_CHAT))]
    asked = pairs(200)
    rows = []
    for number in range(count):
        due = start + timedelta(seconds=number / a_second)
        minute = due.hour * 60 + due.minute
        rows.append(
            {
                "chat_id": people[number % len(people)],
                "owner_id": people[number % len(people)],
                "number": number // len(people) + 1,
                "question": asked[minute % len(asked)].question,
                "minute": minute,
                "zone": "UTC",
                "due_ms": ms_of(due),
                "occasion": f"prepared:{number}",
                "created_ms": 0,
            }
        )
    async with database.writing() as connection:
        await connection.execute(digests.insert(), rows)


async def soak(hedgebot: Hedgebot, asking: Asking, minutes: float) -> bool:
    """Ask and watch for so long; print a line every five minutes; return whether all was well."""
    watch, began = asking.watch, time.monotonic()
    memory: list[list[float]] = [[]]
    asked = 0
    print("| min | messages/s | most in a second | cached p95 | fresh p95 | RSS | CPU |")
    print("|---|---|---|---|---|---|---|", flush=True)
    line_from, cpu = began, usage(hedgebot.number).cpu_s
    while (now := time.monotonic()) < began + 60 * minutes:
        while asked < asking.a_second * (now - began):
            asking.ask()
            asked += 1
            await asyncio.sleep(0)
        await asyncio.sleep(LOOK_EVERY_S)
        watch.look()
        used = usage(hedgebot.number)
        memory[-1].append(used.rss_mb)
        if now - line_from >= A_LINE_S:
            _print_line(watch, now - began, now - line_from, memory[-1], used.cpu_s - cpu)
            line_from, cpu = now, used.cpu_s
            memory.append([])
            # To collect all that Telegram was ever told would hold it up for a second.
            gc.freeze()
    await asyncio.sleep(FRESH_S)
    watch.look()
    return _summary(watch, [line for line in memory if len(line) > 1], asked, minutes)


def _print_line(
    watch: Watch, now: float, span: float, memory: Sequence[float], cpu_s: float
) -> None:
    print(
        f"| {now / 60:.0f} | {len(watch.sent) / span:.1f} | {peak(watch.sent, 1.0)} "
        f"| {_p95(watch.waits[False]):.2f} s | {_p95(watch.waits[True]):.2f} s "
        f"| {fmean(memory):.0f} MB | {100 * cpu_s / span:.0f} % |",
        flush=True,
    )
    watch.sent.clear()
    watch.waits.clear()


def _summary(watch: Watch, memory: Sequence[Sequence[float]], asked: int, minutes: float) -> bool:
    settled = memory[WARM_UP:] or memory[-1:]
    first, last, most = fmean(settled[0]), fmean(settled[-1]), max(map(max, memory))
    growth = last / first - 1
    cached, fresh = _p95(watch.every[False]), _p95(watch.every[True])
    print(
        f"{minutes:.0f} minutes, {asked} questions, {len(watch.open)} not answered yet: "
        f"p95 {cached:.2f} s of {len(watch.every[False])} known ones, "
        f"{fresh:.2f} s of {len(watch.every[True])} new ones\n"
        f"memory {first:.0f} MB after the warm-up of {WARM_UP * A_LINE_S / 60:.0f} minutes, "
        f"{last:.0f} MB in the last five, {100 * growth:+.1f} %, {most:.0f} MB at most\n"
        f"{os.cpu_count()} cores, {os.getloadavg()[2]:.1f} tasks wanted them in the last quarter"
    )
    return growth < GROWTH and most < MOST_MB and cached < CACHED_S and fresh < FRESH_S


def _p95(waits: Sequence[float]) -> float:
    return quantiles(waits, n=20)[-1] if len(waits) > 1 else float("nan")


async def _main(chosen: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with own_postgresql(folder / "postgresql") as server:
            settings = {"HEDGEBOT_DATABASE_URL": server.url}
            async with (
                TelegramEmulator(throttle=Throttle()) as telegram,
                Hedgebot(telegram, folder, settings) as hedgebot,
            ):
                database = await open_database(server.url)
                start = datetime.now(UTC) + timedelta(seconds=LEAD_S)
                await subscribed(
                    database, telegram, start, a_second=chosen.digests, minutes=chosen.minutes
                )
                await database.close()
                await hedgebot.serve()
                people = [telegram.person("Asker") for _ in range(ASKERS)]
                asking = Asking(Watch(telegram), chosen.questions, people, random.Random(1))
                is_well = await soak(hedgebot, asking, chosen.minutes)
                await hedgebot.stop()
                refused = [call for call in telegram.calls_of(*SENDS) if call.code == 429]
                print(f"{len(refused)} refused for their pace")
                return is_well and not refused and not telegram.violations


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--minutes", type=float, default=120, help="how long")
    parser.add_argument("--digests", type=float, default=19, help="due in a second")
    parser.add_argument("--questions", type=float, default=5, help="asked in a second")
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
