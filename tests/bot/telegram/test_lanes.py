import asyncio
from dataclasses import dataclass, field

import pytest

from bot.telegram.lanes import Lanes, Places


@dataclass
class Shop:
    """Serves items when the test lets it; remembers who was served, and how many at once."""

    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    most_at_once: int = 0
    _inside: int = 0

    async def serve(self, item: str) -> None:
        self.begun.append(item)
        self._inside += 1
        self.most_at_once = max(self.most_at_once, self._inside)
        try:
            if item in self.gates:
                await self.gates[item].wait()
            else:
                await asyncio.sleep(0)
            self.done.append(item)
        finally:
            self._inside -= 1


async def settled() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_a_lane_keeps_its_order_while_others_pass() -> None:
    shop = Shop({"a1": asyncio.Event()})
    lanes: Lanes[str] = Lanes(shop.serve)
    for item in ("a1", "a2", "b1", "b2", "a3"):
        lanes.put(ord(item[0]), item)
    await settled()
    assert shop.done == ["b1", "b2"]
    shop.gates["a1"].set()
    await settled()
    assert shop.done == ["b1", "b2", "a1", "a2", "a3"]


async def test_so_many_lanes_at_once_and_no_more() -> None:
    shop = Shop()
    lanes: Lanes[str] = Lanes(shop.serve, Places(3))
    for lane in range(10):
        for number in range(5):
            lanes.put(lane, f"{lane}.{number}")
    await settled()
    assert shop.most_at_once == 3
    assert len(shop.done) == 50
    for lane in range(10):
        mine = [item for item in shop.done if item.startswith(f"{lane}.")]
        assert mine == sorted(mine)


async def test_a_busy_chat_leaves_places_to_others() -> None:
    shop = Shop()
    lanes: Lanes[str] = Lanes(shop.serve, Places(1))
    for number in range(100):
        lanes.put(1, f"busy {number}")
    lanes.put(2, "quiet")
    await settled()
    assert shop.done.index("quiet") <= 2


async def test_a_lane_may_be_used_again_after_it_was_empty() -> None:
    shop = Shop()
    lanes: Lanes[str] = Lanes(shop.serve)
    for item in ("first", "second"):
        lanes.put(1, item)
        await settled()
    assert shop.done == ["first", "second"]


async def test_draining_ends_what_is_under_way_and_begins_nothing() -> None:
    shop = Shop({"a1": asyncio.Event()})
    lanes: Lanes[str] = Lanes(shop.serve)
    for item in ("a1", "a2"):
        lanes.put(1, item)
    await settled()
    draining = asyncio.create_task(lanes.drain(within=30))
    await settled()
    assert not draining.done()
    shop.gates["a1"].set()
    await draining
    assert (shop.begun, shop.done) == (["a1"], ["a1"])


async def test_draining_gives_up_in_time() -> None:
    shop = Shop({"a1": asyncio.Event()})
    lanes: Lanes[str] = Lanes(shop.serve)
    lanes.put(1, "a1")
    await settled()
    await lanes.drain(within=0.01)
    assert (shop.begun, shop.done) == (["a1"], [])


async def test_draining_nothing_is_done_at_once() -> None:
    async def never(_: str) -> None:
        pytest.fail("there is nothing")

    await Lanes(never).drain(within=0)


async def test_who_steps_aside_leaves_the_place_to_others_and_keeps_the_order() -> None:
    places = Places(1)
    shop = Shop()
    quota = asyncio.Event()

    async def serve(item: str) -> None:
        if item == "a1":
            async with places.aside():
                await quota.wait()
        await shop.serve(item)

    lanes: Lanes[str] = Lanes(serve, places)
    for item in ("a1", "a2", "b1", "b2"):
        lanes.put(item[0], item)
    await settled()
    assert shop.done == ["b1", "b2"]
    assert lanes.waiting("a") == 1
    quota.set()
    await settled()
    assert shop.done == ["b1", "b2", "a1", "a2"]
    assert shop.most_at_once == 1


async def test_draining_does_not_wait_for_those_who_stand_aside() -> None:
    places = Places(1)
    begun = asyncio.Event()

    async def serve(_item: str) -> None:
        async with places.aside():
            begun.set()
            await asyncio.Event().wait()

    lanes: Lanes[str] = Lanes(serve, places)
    lanes.put("a", "a1")
    await begun.wait()
    await lanes.drain(within=30)
    assert lanes.items == []
