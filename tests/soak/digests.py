"""Ten thousand digests in one minute: how fast, how often, and what it costs.

    python -m tests.soak.digests --subscriptions 10000 --questions 200 --processes 2

Prepares daily subscriptions that are all due in the same minute, lets several processes of
hedgebot serve them from one PostgreSQL, and counts at the emulated Telegram, which refuses what
is beyond its limits. The questions are real ones, answered on the simulated venue.
"""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.store.database import Database, open_database
from bot.store.tables import computations, contents, ledger, outbox
from tests.command_line import command_line
from tests.emulators.telegram.calls import SENDS, Call, peak
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.throttle import Throttle
from tests.process.several import Fleet
from tests.soak.postgresql import own_postgresql
from tests.soak.subscribers import Subscription, kept, pairs, promised, subscriptions
from tests.soak.usage import Usage, family_cpu_s, usage

A_SECOND = 25
"""Messages, as the bot paces itself; Telegram's limit is 30."""
ALLOWANCE = 1.1
TELEGRAM_S, TELEGRAM_CHAT_S, TELEGRAM_GROUP_MIN = 30, 1, 20
LOOK_EVERY_S = 0.5
SILENCE_S = 3.0
"""So long nothing may follow the last message."""
START_S = 5.0
"""Enough for all processes to have looked at what is due before it is."""
A_GROUP = 20
PATIENCE_S = 30.0
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Windows:
    """The most messages in any window."""

    second: int
    chat_second: int
    group_minute: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the subscriptions, in the eyes of Telegram and of the database."""

    subscriptions: int
    questions: int
    lost: int
    doubled: int
    computed: int
    uploaded: int
    refused: int
    in_doubt: int
    windows: Windows
    seconds: float
    steady_a_second: float

    @property
    def limit_s(self) -> float:
        """How long it may take: the pace and a tenth."""
        return self.subscriptions / A_SECOND * ALLOWANCE

    @property
    def is_right(self) -> bool:
        """Everybody was told once, each question answered once, within all limits."""
        wrong = self.lost, self.doubled, self.refused, self.in_doubt
        return (
            not any(wrong)
            and self.computed == self.uploaded == self.questions
            and self.windows.second <= TELEGRAM_S
            and self.windows.chat_second <= TELEGRAM_CHAT_S
            and self.windows.group_minute <= TELEGRAM_GROUP_MIN
        )

    def __str__(self) -> str:
        return (
            f"{self.subscriptions} subscriptions, {self.questions} questions: "
            f"{self.computed} computed, {self.uploaded} pictures uploaded, {self.lost} lost, "
            f"{self.doubled} doubled, {self.in_doubt} in doubt, {self.refused} refused\n"
            f"{self.seconds:.0f} s of {self.limit_s:.0f} from the due minute to the last message, "
            f"{self.steady_a_second:.1f} a second between the first and the last tenth\n"
            f"most in any window: {self.windows.second} in a second, "
            f"{self.windows.chat_second} in a second in one chat, "
            f"{self.windows.group_minute} in a minute in one group"
        )


@dataclass(slots=True, eq=False)
class Run:
    """Subscriptions, the processes that serve them, and where both meet."""

    telegram: TelegramEmulator
    fleet: Fleet
    database: Database
    wanted: Sequence[Subscription] = ()
    due: datetime = NEVER
    used: dict[str, Usage] = field(default_factory=dict)

    async def prepare(self, count: int, questions: int, *, a_group: int, lead: timedelta) -> None:
        """Keep subscriptions, and let all be due at one moment after the lead."""
        asked = pairs(questions)
        self.wanted = subscriptions(self.telegram, count, asked, a_group=a_group)
        await kept(self.database, self.wanted, datetime.now(UTC) + timedelta(days=1))
        self.due = await promised(self.database, after=lead)

    async def served(self) -> Outcome:
        """Wait until everybody is told, and count."""
        limit = len(self.wanted) / A_SECOND * 3 + PATIENCE_S
        before = {member: usage(member.number) for member in self.fleet.members}
        limit += (self.due - datetime.now(UTC)).total_seconds()
        # Who is not told in time counts as lost.
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while len(self._sent()) < len(self.wanted) or await self._waiting():
                    if not all(member.is_running for member in self.fleet.members):
                        raise RuntimeError("one ended by itself")
                    await asyncio.sleep(LOOK_EVERY_S)
        for number, member in enumerate(self.fleet.members):
            now = usage(member.number)
            spent = now.cpu_s - before[member].cpu_s
            self.used[f"process {number}"] = Usage(spent, now.rss_mb, now.peak_mb)
        await asyncio.sleep(SILENCE_S)
        return await self._outcome()

    async def _outcome(self) -> Outcome:
        sent = self._sent()
        titles = {one.pair.title for one in self.wanted}
        told = Counter((call.chat_id, _title(call, titles)) for call in sent)
        expected = Counter((one.chat_id, one.pair.title) for one in self.wanted)
        computed, in_doubt = await self._noted()
        moments = sorted(call.monotonic for call in sent)
        tenth = len(moments) // 10
        steady = moments[-tenth - 1] - moments[tenth]
        due = time.monotonic() - (datetime.now(UTC) - self.due).total_seconds()
        rates = self.telegram.rates()
        return Outcome(
            subscriptions=len(self.wanted),
            questions=len(titles),
            lost=(expected - told).total(),
            doubled=(told - expected).total(),
            computed=computed,
            uploaded=sum(bool(call.files) for call in sent),
            refused=sum(call.ok is False for call in self.telegram.calls if call.method in SENDS),
            in_doubt=in_doubt,
            windows=Windows(
                peak(moments, 1.0), rates.worst_chat_per_second, rates.worst_group_per_minute
            ),
            seconds=moments[-1] - due,
            steady_a_second=(len(moments) - 2 * tenth - 1) / steady,
        )

    def _sent(self) -> list[Call]:
        return [call for call in self.telegram.calls_of(*SENDS) if call.effect]

    async def _waiting(self) -> bool:
        async with self.database.reading() as connection:
            return (await connection.execute(select(outbox.c.key).limit(1))).first() is not None

    async def _noted(self) -> tuple[int, int]:
        """How many computations there were, and how many messages may not have arrived."""
        begun = select(func.count()).select_from(computations)
        kept_replies = select(func.count()).select_from(contents)
        unsure = select(func.count()).select_from(ledger).where(ledger.c.state != "sent")
        async with self.database.reading() as connection:
            counts = [
                int((await connection.execute(one)).scalar_one())
                for one in (begun, kept_replies, unsure)
            ]
        return max(counts[:2]), counts[2]


def _title(call: Call, titles: set[str]) -> str | None:
    """Which question a message answers."""
    first = call.words.partition("\n")[0]
    return next((title for title in titles if title in first), None)


async def _main(chosen: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with own_postgresql(folder / "postgresql") as server:
            database = await open_database(server.url)
            settings = {"HEDGEBOT_DATABASE_URL": server.url}
            async with (
                TelegramEmulator(throttle=Throttle(chat_burst=1)) as telegram,
                Fleet(telegram, folder, settings) as fleet,
            ):
                run = Run(telegram, fleet, database)
                await fleet.serve(chosen.processes)
                lead = timedelta(seconds=START_S)
                await run.prepare(
                    chosen.subscriptions, chosen.questions, a_group=A_GROUP, lead=lead
                )
                cpu = time.process_time(), family_cpu_s(server.pid)
                # A collection of all that was prepared would hold up Telegram for half a second.
                gc.freeze()
                outcome = await run.served()
                ours = time.process_time() - cpu[0]
                theirs = family_cpu_s(server.pid) - cpu[1]
                await fleet.stop()
                violations = telegram.violations
            await database.close()
    print(outcome)
    for who, used in run.used.items():
        print(
            f"{who}: {used.cpu_s:.0f} s of processor time, "
            f"{used.rss_mb:.0f} MB at the end, {used.peak_mb:.0f} MB at most"
        )
    print(f"PostgreSQL {theirs:.0f} s, the emulated Telegram {ours:.0f} s of processor time")
    load = os.getloadavg()
    print(f"{os.cpu_count()} cores, on average {load[1]:.1f} tasks wanted them in five minutes")
    for violation in violations[:10]:
        print(violation)
    return outcome.is_right and outcome.seconds <= outcome.limit_s and not violations


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--subscriptions", type=int, default=10_000, help="all due in one minute")
    parser.add_argument("--questions", type=int, default=200, help="different ones among them")
    parser.add_argument("--processes", type=int, default=2, help="on one PostgreSQL")
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
