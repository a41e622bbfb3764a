"""What Prometheus reads: counted in one registry that belongs to one process, never to a person.

No label holds what somebody wrote: commands and methods are known words, everything else is
counted as "other".
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)

from analytics.errors import HedgeError, RequestError
from bot.answering.answers import Answer
from bot.store.backlog import Backlog

ANSWER_BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
OTHER = "other"
OK = "ok"


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What the process itself counts; every metric is a child of ``registry``."""

    registry: CollectorRegistry
    answer_seconds: Histogram
    answers: Counter
    computations_shared: Counter
    computations_ended: Counter
    computing_memory: Gauge
    venue_requests: Counter
    venue_newest_close: Gauge
    telegram_requests: Counter
    telegram_last_answer: Gauge
    loop_last_turn: Gauge


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is read from the database whenever somebody looks."""

    database_up: Gauge
    waiting: Gauge
    oldest_waiting: Gauge
    dead_letters: Gauge
    in_doubt: Gauge
    executors: Gauge
    subscriptions: Gauge
    pause_seconds: Gauge


@dataclass(frozen=True, slots=True, eq=False)
class Metrics:
    """All figures of one process. ``clock`` gives seconds since 1970."""

    clock: Callable[[], float] = time.time
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    counted: Counted = field(init=False)
    shown: Shown = field(init=False)

    def __post_init__(self) -> None:
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        Info("hedgebot", "Which hedgebot this is.", registry=self.registry).info(
            {"version": version("hedgebot")}
        )
        object.__setattr__(self, "counted", _counted(self.registry))
        object.__setattr__(self, "shown", _shown(self.registry))

    async def answered(self, command: str | None, answering: Awaitable[Answer]) -> Answer:
        """Await an answer, and count how long it took and how it ended."""
        command = command or OTHER
        with self.counted.answer_seconds.labels(command).time():
            answer = await answering
        outcome = str(answer.reply.numbers.get("error", OK)) if answer.is_error else OK
        self.counted.answers.labels(command, outcome).inc()
        return answer

    def shared(self) -> None:
        """Count a question that an equal one under way, or just answered, saved from computing."""
        self.counted.computations_shared.inc()

    def gave_up(self, reason: str) -> None:
        """Count a computation that was ended before it was done."""
        self.counted.computations_ended.labels(reason).inc()

    def weigh(self, memory: Callable[[], float]) -> None:
        """Show the bytes that computing has in memory, whenever somebody looks."""
        self.counted.computing_memory.set_function(memory)

    def venue_answered(self, venue: str, error: HedgeError | None = None) -> None:
        """Count a question to a venue."""
        match error:
            case None:
                outcome = OK
            case RequestError():
                outcome = "request"
            case _:
                outcome = "source"
        self.counted.venue_requests.labels(venue, outcome).inc()

    def closed(self, venue: str, newest: float) -> None:
        """Note the close of the newest bar that a venue gave, in seconds since 1970."""
        known = _values(self.counted.venue_newest_close)
        if newest > known.get(venue, 0.0):
            self.counted.venue_newest_close.labels(venue).set(newest)

    def telegram_answered(self, method: str, verdict: str, *, reached: bool) -> None:
        """Count a request to Telegram; ``reached`` where its server said something sensible."""
        self.counted.telegram_requests.labels(method, verdict).inc()
        if reached:
            self.counted.telegram_last_answer.set(self.clock())

    @property
    def telegram_silent_for(self) -> float:
        """Seconds since Telegram last answered anything."""
        return self.clock() - max(_values(self.counted.telegram_last_answer).values())

    def turned(self, loop: str) -> None:
        """Note that a loop of the process has come round."""
        self.counted.loop_last_turn.labels(loop).set(self.clock())

    def paced(self, loop: str) -> Callable[[float], Awaitable[None]]:
        """A sleep for a loop, which has come round whenever it goes to sleep."""

        async def sleep(seconds: float) -> None:
            self.turned(loop)
            await asyncio.sleep(seconds)

        return sleep

    def loops_late(self, seconds: float) -> list[str]:
        """The loops that have begun and have not come round for so long."""
        oldest = self.clock() - seconds
        turns = _values(self.counted.loop_last_turn)
        return sorted(loop for loop, turned in turns.items() if turned < oldest)

    def show(self, backlog: Backlog | None) -> None:
        """Take over what the database says; None where it says nothing."""
        shown = self.shown
        shown.database_up.set(backlog is not None)
        for gauge in (shown.waiting, shown.oldest_waiting, shown.dead_letters, shown.subscriptions):
            gauge.clear()
        if backlog is None:
            return
        for queue in backlog.queues:
            shown.waiting.labels(queue.name).set(queue.waiting)
            shown.oldest_waiting.labels(queue.name).set(queue.oldest_s)
            shown.dead_letters.labels(queue.name).set(queue.dead)
        for kind, state, count in backlog.subscriptions:
            shown.subscriptions.labels(kind, state).set(count)
        shown.in_doubt.set(backlog.in_doubt)
        shown.executors.set(backlog.executors_alive)
        shown.pause_seconds.set(backlog.pause_s)


def _values(gauge: Gauge) -> dict[str, float]:
    """What a gauge shows, by the value of its only label, if it has one."""
    return {
        next(iter(sample.labels.values()), ""): sample.value
        for family in gauge.collect()
        for sample in family.samples
    }


def _counted(registry: CollectorRegistry) -> Counted:
    return Counted(
        registry=registry,
        answer_seconds=Histogram(
            "hedgebot_answer_seconds",
            "From a question to its reply, without sending it.",
            ["command"],
            buckets=ANSWER_BUCKETS_S,
            registry=registry,
        ),
        answers=Counter(
            "hedgebot_answers",
            "Replies; outcome is ok, request (the asker's mistake), source (a venue failed) "
            "or internal (our bug).",
            ["command", "outcome"],
            registry=registry,
        ),
        computations_shared=Counter(
            "hedgebot_computations_shared",
            "Questions answered by the computation of an equal one.",
            registry=registry,
        ),
        computations_ended=Counter(
            "hedgebot_computations_ended",
            "Computations ended before they were done; reason is cpu, memory, time (a limit), left "
            "(nobody waits any more) or crash (our bug).",
            ["reason"],
            registry=registry,
        ),
        computing_memory=Gauge(
            "hedgebot_computing_memory_bytes",
            "Memory of the processes that compute for this one; what they share counts once.",
            registry=registry,
        ),
        venue_requests=Counter(
            "hedgebot_venue_requests",
            "Questions to a venue: lists of markets, candles, funding; a page is no question.",
            ["venue", "outcome"],
            registry=registry,
        ),
        venue_newest_close=Gauge(
            "hedgebot_venue_newest_close_timestamp_seconds",
            "Close of the newest bar that a venue gave; time() minus this is the data's age.",
            ["venue"],
            registry=registry,
        ),
        telegram_requests=Counter(
            "hedgebot_telegram_requests",
            "Requests to the Bot API; verdict is ok, a status such as 429, not_sent or unknown.",
            ["method", "verdict"],
            registry=registry,
        ),
        telegram_last_answer=Gauge(
            "hedgebot_telegram_last_answer_timestamp_seconds",
            "When Telegram last answered anything.",
            registry=registry,
        ),
        loop_last_turn=Gauge(
            "hedgebot_loop_last_turn_timestamp_seconds",
            "When a loop of the process last came round.",
            ["loop"],
            registry=registry,
        ),
    )


def _shown(registry: CollectorRegistry) -> Shown:
    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"hedgebot_{name}", meaning, labels, registry=registry)

    return Shown(
        database_up=gauge("database_up", "1 where the database answered this scrape, else 0."),
        waiting=gauge("waiting", "Rows that wait to be worked on.", "queue"),
        oldest_waiting=gauge(
            "oldest_waiting_seconds", "How long the oldest of them has been due.", "queue"
        ),
        dead_letters=gauge("dead_letters", "Rows that were given up.", "queue"),
        in_doubt=gauge("in_doubt", "Messages of which nobody knows whether they arrived."),
        executors=gauge("executors_alive", "Processes that share the database and are alive."),
        subscriptions=gauge("subscriptions", "Standing questions.", "kind", "state"),
        pause_seconds=gauge("pause_seconds", "How long Telegram still wants silence."),
    )
