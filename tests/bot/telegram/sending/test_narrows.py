"""How many hurry side by side: fewer where they come too late, and never none."""

import asyncio

from bot.telegram.sending.narrows import Narrows


class Crowd:
    """Those who are inside, until the test lets them out."""

    def __init__(self, narrows: Narrows) -> None:
        self.narrows, self.inside = narrows, list[int]()
        self.doors = [asyncio.Event() for _ in range(40)]
        self.tasks = [asyncio.create_task(self._pass(number)) for number in range(40)]

    async def _pass(self, number: int) -> None:
        async with self.narrows.passage():
            self.inside.append(number)
            await self.doors[number].wait()
        self.inside.remove(number)

    async def settled(self) -> list[int]:
        for _ in range(10):
            await asyncio.sleep(0)
        return self.inside

    async def let_out(self, *numbers: int) -> list[int]:
        for number in numbers:
            self.doors[number].set()
        return await self.settled()


async def test_as_many_as_the_width_are_inside_and_the_others_follow_in_turn() -> None:
    crowd = Crowd(Narrows())
    assert await crowd.settled() == list(range(16))
    assert await crowd.let_out(3, 5) == [n for n in range(18) if n not in {3, 5}]
    for task in crowd.tasks:
        task.cancel()
    await asyncio.gather(*crowd.tasks, return_exceptions=True)


async def test_each_miss_halves_the_width_down_to_one_and_successes_open_it_again() -> None:
    narrows = Narrows()
    for _ in range(20):
        narrows.missed()
    crowd = Crowd(narrows)
    assert await crowd.settled() == [0]
    assert await crowd.let_out(0) == [1], "one after the other still pass"
    for _ in range(200):
        narrows.made()
    assert narrows.width == narrows.widest
    await crowd.let_out(1)
    assert len(await crowd.settled()) >= 1
    await crowd.let_out(*range(40))
    while not all(task.done() for task in crowd.tasks):
        await crowd.settled()


async def test_one_who_leaves_the_queue_just_as_it_is_called_calls_the_next() -> None:
    narrows = Narrows(widest=1, width=1)
    crowd = Crowd(narrows)
    assert await crowd.settled() == [0]
    crowd.doors[0].set()
    await asyncio.sleep(0)
    crowd.tasks[1].cancel()
    assert await crowd.settled() == [2]
    await crowd.let_out(*range(40))
    while not all(task.done() or task.cancelled() for task in crowd.tasks):
        await crowd.settled()
