"""What may be asked in a minute, on either database."""

from dataclasses import dataclass

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.gates import FORGET_AFTER_US, Gates, Limit, Rate
from bot.store.quotas import Quotas
from bot.store.tables import gates

ANN = Limit("asker:7", Rate(3.0, burst=20))
BOB = Limit("asker:8", Rate(3.0, burst=20))
GROUP = Limit("asks:-5", Rate(1.5, burst=40))


@dataclass
class Clock:
    seconds: float = 1000.0

    def __call__(self) -> int:
        return round(self.seconds * 1_000_000)


async def test_a_burst_is_free_then_each_question_has_to_wait(database: Database) -> None:
    clock = Clock()
    quotas = Quotas(database, clock)
    assert [await quotas.take(1, [ANN]) for _ in range(20)] == [0.0] * 20
    assert await quotas.take(1, [ANN]) == 3.0
    clock.seconds += 2
    assert await quotas.take(1, [ANN]) == 1.0
    clock.seconds += 1
    assert await quotas.take(1, [ANN]) == 0.0
    assert await quotas.take(1, [ANN]) == 3.0


async def test_a_dear_question_takes_as_much_as_several(database: Database) -> None:
    quotas = Quotas(database, Clock())
    assert [await quotas.take(8, [ANN]) for _ in range(3)] == [0.0, 0.0, 12.0]
    assert await quotas.take(4, [ANN]) == 0.0


async def test_what_costs_more_than_all_costs_all(database: Database) -> None:
    clock = Clock()
    quotas = Quotas(database, clock)
    assert await quotas.take(1000, [ANN]) == 0.0
    assert await quotas.take(1000, [ANN]) == 60.0
    clock.seconds += 60
    assert await quotas.take(1000, [ANN]) == 0.0


async def test_who_may_not_ask_pays_nothing_and_takes_nothing_from_the_chat(
    database: Database,
) -> None:
    quotas = Quotas(database, Clock())
    while await quotas.take(1, [ANN, GROUP]) == 0:
        pass
    before = await _rows(database)
    assert [await quotas.take(1, [ANN, GROUP]) for _ in range(50)] == [3.0] * 50
    assert await _rows(database) == before
    assert await quotas.take(1, [BOB, GROUP]) == 0.0, "one person's flood is not the others'"


async def test_another_process_and_a_later_one_know_what_was_asked(database: Database) -> None:
    clock = Clock()
    one, two = Quotas(database, clock), Quotas(database, clock)
    taken = [await quotas.take(1, [ANN]) for quotas in (one, two) * 10]
    assert taken == [0.0] * 20
    assert await Quotas(database, clock).take(1, [ANN]) == 3.0


async def test_a_clock_that_was_set_back_shuts_nobody_out_for_long(database: Database) -> None:
    clock = Clock(1_000_000.0)
    quotas = Quotas(database, clock)
    await quotas.take(20, [ANN])
    clock.seconds = 1000.0
    assert await quotas.take(1, [ANN]) <= 60.0


async def test_limits_that_have_long_been_open_leave_no_rows(database: Database) -> None:
    clock = Clock()
    quotas = Quotas(database, clock)
    for person in range(30):
        await quotas.take(1, [Limit(f"asker:{person}", ANN.rate)])
    assert len(await _rows(database)) == 30
    clock.seconds += FORGET_AFTER_US / 1_000_000 + 60
    await Gates(database, now_us=clock).prune()
    assert await _rows(database) == {}


async def test_the_databases_own_clock_serves_as_well(database: Database) -> None:
    quotas = Quotas(database)
    assert await quotas.take(20, [ANN]) == 0.0
    assert 0 < await quotas.take(20, [ANN]) <= 60.0


async def _rows(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        rows = await connection.execute(select(gates.c.name, gates.c.due_us))
        found = {row.name: row.due_us for row in rows}
        counted = (await connection.execute(select(func.count()).select_from(gates))).scalar_one()
    assert counted == len(found)
    return found
