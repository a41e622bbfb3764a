"""Long lists wait their turn; everybody else passes."""

import asyncio

from analytics.market.bulk import in_bulk, is_bulk
from analytics.market.live.bulk_lane import SHARE, BulkLane


class Venue:
    def __init__(self) -> None:
        self.costs: list[float | None] = []
        self.naps: list[float] = []

    async def throttle(self, cost: float | None) -> None:
        self.costs.append(cost)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)

    def lane(self) -> BulkLane:
        return BulkLane(self.throttle, 0.1, self.sleep)


async def test_a_request_of_its_own_never_waits_for_a_long_list() -> None:
    venue = Venue()
    lane = venue.lane()
    with in_bulk():
        await lane.throttle(5)
        await lane.throttle(5)
    await lane.throttle(1)
    assert venue.costs == [5, 5, 1]
    assert len(venue.naps) == 1


async def test_a_long_list_takes_its_share_of_the_allowance_and_no_more() -> None:
    venue = Venue()
    lane = venue.lane()
    with in_bulk():
        await asyncio.gather(*(lane.throttle(5) for _ in range(9)))
    assert len(venue.naps) == 8
    assert abs(max(venue.naps) - 8 * 5 * 0.1 / SHARE) < 0.05


async def test_only_the_task_that_asks_for_many_is_marked() -> None:
    async def seen() -> bool:
        return is_bulk()

    other = asyncio.ensure_future(seen())
    with in_bulk():
        assert is_bulk()
        assert await asyncio.ensure_future(seen()), "what it starts belongs to it"
    assert not await other
    assert not is_bulk()
