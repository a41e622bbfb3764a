"""Fifty chats at once, and one who floods: ``python -m tests.benchmarks.load``.

A real process between the emulators. Processor time is that of the process and of all that computes
for it, from the kernel's books; an answer is what a chat received. The lone asker asks the same
questions one after the other. The figures that matter are ratios within one run.

``--flood`` adds the flood: five people ask a question every second or so, first among themselves,
then while somebody else sends a hundred commands a second.
"""

import asyncio
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import command_line
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.process.running import Hedgebot

CHATS = 50
COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "LINK", "ADA", "AVAX")
WINDOWS = ("7d", "30d")
TICKS = os.sysconf("SC_CLK_TCK")
GOAL = 1.5
FLOOD_PER_S, FLOOD_S = 100, 15.0
NEIGHBOURS, THEIR_QUESTIONS, PAUSE_S = 5, 12, 1.0
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """The process and those who ask it."""

    telegram: TelegramEmulator
    hedgebot: Hedgebot

    async def answered(self, asked: Sequence[Message]) -> None:
        """Wait until everybody has an answer."""
        waiting = {(said.chat.id, said.id): said for said in asked}

        def all_have() -> bool:
            for key, said in list(waiting.items()):
                if any(_answers(reply, said) for reply in self.telegram.replies(said.chat)):
                    del waiting[key]
            return not waiting

        await self.hedgebot.until(all_have, timeout=PATIENCE_S)

    async def cost(self, asking: Callable[[], Awaitable[int]]) -> float:
        """Milliseconds of processor an answer; ``asking`` says how many there were."""
        before = processor_s(self.hedgebot.number)
        answers = await asking()
        return 1000 * (processor_s(self.hedgebot.number) - before) / answers

    async def wait(self, said: Message) -> float:
        """Seconds to the answer."""
        began = time.monotonic()
        await self.answered([said])
        return time.monotonic() - began


def _answers(reply: Message, said: Message) -> bool:
    return reply.reply_to is not None and reply.reply_to.id == said.id


def processor_s(process: int) -> float:
    """Processor time of a process and of all its descendants, those that have ended too."""
    family, parents = {process}, dict(_parents())
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(map(_spent, family))


def _parents() -> Iterator[tuple[int, int]]:
    for place in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(place.name)):
            yield int(place.name), int(fields[1])


def _spent(process: int) -> float:
    """User and system time, its own and that of its children that it has waited for."""
    fields = _stat(process)
    return sum(map(int, fields[11:15])) / TICKS if fields else 0.0


def _stat(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _questions() -> list[str]:
    pairs = itertools.combinations(COINS, 2)
    asked = [f"/corr {a} {b} {window}" for (a, b), window in itertools.product(pairs, WINDOWS)]
    return asked[:CHATS]


async def _fifty(bench: Bench) -> None:
    questions = _questions()
    others = [bench.telegram.person(f"Person {number}") for number in range(CHATS)]
    groups = [
        (bench.telegram.group(f"Group {number}", [person]), person)
        for number, person in enumerate(others)
    ]

    async def alone() -> int:
        # Whoever it is, nobody else asks meanwhile; one person would have to wait for the quota.
        for person, question in zip(others, questions, strict=True):
            await bench.answered([person.says(question)])
        return len(questions)

    async def together(same: str | None = None) -> int:
        pairs = zip(others, questions, strict=True)
        await bench.answered([person.says(same or question) for person, question in pairs])
        return len(others)

    async def equal() -> int:
        return await together("/corr BTC ETH 90d")

    async def in_groups() -> int:
        asked = [
            person.says(question, chat=group)
            for (group, person), question in zip(groups, questions, strict=True)
        ]
        await bench.answered(asked)
        return len(asked)

    await alone()
    by_one = await bench.cost(alone)
    print(f"| lone asker, {len(questions)} questions one after the other | {by_one:.0f} ms | 1 |")
    for name, asking in (
        (f"{CHATS} chats at once, distinct questions", together),
        (f"{CHATS} groups at once, distinct questions", in_groups),
        (f"{CHATS} chats at once, one question", equal),
    ):
        cost = await bench.cost(asking)
        print(f"| {name} | {cost:.0f} ms | {cost / by_one:.2f} (goal {GOAL}) |", flush=True)


async def _flood(bench: Bench) -> None:
    flooder = bench.telegram.person("Flooder")
    questions = itertools.cycle(_questions())

    async def neighbour(person: Person) -> list[float]:
        waits = []
        for _ in range(THEIR_QUESTIONS):
            waits.append(await bench.wait(person.says(next(questions))))
            await asyncio.sleep(PAUSE_S)
        return waits

    async def everybody() -> list[float]:
        # Others each time: nobody may come to the end of what is free in a minute.
        people = [bench.telegram.person("Neighbour") for _ in range(NEIGHBOURS)]
        waits = await asyncio.gather(*map(neighbour, people))
        return list(itertools.chain.from_iterable(waits))

    async def flood() -> int:
        sent, began = 0, time.monotonic()
        while time.monotonic() < began + FLOOD_S:
            flooder.says(next(questions))
            sent += 1
            await asyncio.sleep(max(0.0, began + sent / FLOOD_PER_S - time.monotonic()))
        return sent

    await everybody()
    quiet = await everybody()
    flooding = asyncio.create_task(flood())
    loud = await everybody()
    sent = await flooding
    replies = len(bench.telegram.replies(flooder.chat))
    p95 = [statistics.quantiles(waits, n=20)[-1] for waits in (quiet, loud)]
    print(f"| others' p95 without a flood | {p95[0]:.2f} s | 1 |")
    print(
        f"| with one at {FLOOD_PER_S} commands/s ({sent} sent, {replies} messages back) "
        f"| {p95[1]:.2f} s | {p95[1] / p95[0]:.2f} (goal {GOAL}) |"
    )


async def main() -> None:
    """Print everything as one Markdown table."""
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--flood", action="store_true", help="add the flood")
    chosen = parser.parse_args()
    print("| what | figure | ratio |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        async with (
            TelegramEmulator() as telegram,
            Hedgebot(telegram, Path(folder)) as hedgebot,
        ):
            await hedgebot.serve()
            bench = Bench(telegram, hedgebot)
            await _fifty(bench)
            if chosen.flood:
                await _flood(bench)
            await hedgebot.stop()


if __name__ == "__main__":
    asyncio.run(main())
