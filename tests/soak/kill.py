"""Kills hedgebot again and again while it answers, and counts at Telegram what arrived.

    python -m tests.soak.kill --updates 1000 --kills 10 --seed 1

Every question must be answered exactly once, or be one whose message was on its way when the
process was killed: of those nobody can know, and `hedgebot check` lists them.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bot.store.database import open_database
from bot.store.executors import DEAD_AFTER
from bot.store.tables import executors
from tests.command_line import AN_EMPTY_DATABASE, THE_SEED, command_line
from tests.emulators.telegram.calls import SENDS, Call
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.soak.distance import move_away

QUESTIONS = ("/start", "/help", "/help corr", "/start", "/corr BTC ETH 7d nochart brief")
A_CHAT_ASKS = 5
STARTING = 0.25
"""Share of the kills that strike while the process is starting."""
START_S = 1.5
ANSWERS_PER_S = 20
PATIENCE_S = 60.0
IN_FLIGHT = 24
"""Chats that are served side by side, so no more messages can be on their way."""
DECLARED_WITHIN_S = 5 * DEAD_AFTER.total_seconds()
DOUBTFUL = re.compile(r"reply:(\d+):0")

Question = tuple[int, int]
"""Chat and message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the questions."""

    updates: int
    kills: int
    answered: int
    twice: int
    lost: int
    in_doubt: int
    doubtful_but_arrived: int
    doubted_alive: int
    """How many are in doubt though no process died over them; counted nowhere else."""
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Nothing lost, nothing twice, and doubt only where there is a reason for it."""
        is_exact = not (self.lost or self.twice or self.doubted_alive)
        return is_exact and self.in_doubt <= self.kills * IN_FLIGHT

    def __str__(self) -> str:
        alive = f", {self.doubted_alive} in doubt without a death" if self.doubted_alive else ""
        return (
            f"{self.updates} updates, {self.kills} kills: {self.answered} answered, "
            f"{self.twice} twice, {self.lost} lost, {self.in_doubt} in doubt "
            f"({self.doubtful_but_arrived} of them had arrived){alive}, {self.seconds:.0f} s"
        )


@dataclass(slots=True, eq=False)
class Tally:
    """How often each question was answered, in the eyes of Telegram."""

    telegram: TelegramEmulator
    _answers: Counter[Question] = field(default_factory=Counter)
    _open: list[Call] = field(default_factory=list)
    _seen: int = 0

    def answers(self) -> Counter[Question]:
        """Look at what is new since the last time."""
        calls = self.telegram.calls
        fresh = [call for call in calls[self._seen :] if call.method in SENDS]
        looked_at, self._open = [*self._open, *fresh], []
        self._seen = len(calls)
        for call in looked_at:
            if call.ok is None:
                self._open.append(call)
            elif call.effect and "reply_parameters" in call.params:
                chat, original = call.chat_id, call.params["reply_parameters"]["message_id"]
                self._answers[int(chat or 0), int(original)] += 1
        return self._answers


async def soak(hedgebot: Hedgebot, *, updates: int, kills: int, seed: int) -> Outcome:
    """Queue questions, kill the process at seeded instants, let the last one finish."""
    began, chance = time.monotonic(), random.Random(seed)
    move_away(hedgebot.telegram)
    asked = {(said.chat.id, said.id): said for said in _queued(hedgebot.telegram, updates, chance)}
    await _killed(hedgebot, kills, updates / ANSWERS_PER_S, chance)
    await hedgebot.serve()
    # Until then nobody knows that what the dead had begun is in doubt.
    await _alone(hedgebot)
    doubtful = {int(number) for number in DOUBTFUL.findall(await hedgebot.check())}
    certain = {key for key, said in asked.items() if said.update_id not in doubtful}
    tally = Tally(hedgebot.telegram)
    try:
        patience = PATIENCE_S + updates / ANSWERS_PER_S
        await hedgebot.until(lambda: certain <= tally.answers().keys(), timeout=patience)
    except TimeoutError:
        print(hedgebot.log[-2000:], file=sys.stderr)
    await hedgebot.stop()
    doubtful_now = {int(number) for number in DOUBTFUL.findall(await hedgebot.check())}
    answers = tally.answers()
    return Outcome(
        updates=updates,
        kills=kills,
        answered=len(answers),
        twice=sum(count > 1 for count in answers.values()),
        lost=len(certain - answers.keys()),
        in_doubt=len(doubtful),
        doubtful_but_arrived=len(answers.keys() - certain),
        doubted_alive=len(doubtful_now - doubtful),
        seconds=time.monotonic() - began,
    )


def _queued(telegram: TelegramEmulator, updates: int, chance: random.Random) -> list[Message]:
    """What people ask while the bot is away: each some questions, in no order between people."""
    people = [telegram.person(f"Person {number}") for number in range(-(-updates // A_CHAT_ASKS))]
    turns = (people * A_CHAT_ASKS)[:updates]
    chance.shuffle(turns)
    return [person.says(chance.choice(QUESTIONS)) for person in turns]


async def _killed(hedgebot: Hedgebot, kills: int, expected_s: float, chance: random.Random) -> None:
    for _ in range(kills):
        if chance.random() < STARTING:
            await hedgebot.start()
            life = chance.uniform(0, START_S)
        else:
            await hedgebot.serve()
            life = chance.uniform(0, 2 * expected_s / (kills + 1))
        await asyncio.sleep(life)
        await hedgebot.kill()


async def _alone(hedgebot: Hedgebot) -> None:
    """Return when the process that serves is the only one that the database knows of."""
    ours = f"sqlite:///{hedgebot.folder / 'hedgebot.sqlite'}"
    database = await open_database(hedgebot.settings.get("HEDGEBOT_DATABASE_URL", ours))
    known = select(func.count()).select_from(executors)
    try:
        async with asyncio.timeout(DECLARED_WITHIN_S):
            while True:
                async with database.reading() as connection:
                    if (await connection.execute(known)).scalar_one() == 1:
                        return
                await asyncio.sleep(0.2)
    finally:
        await database.close()


async def _main(arguments: argparse.Namespace) -> bool:
    settings = {"HEDGEBOT_DATABASE_URL": arguments.database} if arguments.database else {}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            TelegramEmulator() as telegram,
            Hedgebot(telegram, Path(folder), settings) as hedgebot,
        ):
            outcome = await soak(
                hedgebot, updates=arguments.updates, kills=arguments.kills, seed=arguments.seed
            )
    print(f"seed {arguments.seed}: {outcome}", flush=True)
    return outcome.is_sound


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--updates", type=int, default=1000, help="questions asked")
    parser.add_argument("--kills", type=int, default=10, help="at random instants")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    parser.add_argument("--database", help=AN_EMPTY_DATABASE)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
