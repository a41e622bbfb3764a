"""What every command has computed can be computed in another process, and comes back the same."""

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from analytics.charts import LIGHT
from bot.computing.workroom import Workroom
from handlers import Command, load_commands
from tests.handlers.asking import Desk, asked, services, shown

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
ASKED = [(command, command.examples[0]) for command in load_commands()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room() -> AsyncIterator[Workroom]:
    room = Workroom(LIGHT)
    yield room
    await room.close()


def same(one: Any, other: Any) -> bool:
    """Equal but for the last digits: sums of several threads are made in another order."""
    match one:
        case Mapping():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case list() | tuple():
            return len(one) == len(other) and all(map(same, one, other))
        case float():
            return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
        case _:
            return bool(one == other)


@pytest.mark.parametrize(("command", "example"), ASKED, ids=[c.name for c, _ in ASKED])
async def test_an_answer_is_the_same_from_another_process(
    room: Workroom, command: Command, example: str
) -> None:
    using = services(desk=Desk(draws=True))
    here = await asked(example, using)
    there = await asked(example, replace(using, workshop=room))
    assert there.is_error == here.is_error
    assert shown(there.reply) == shown(here.reply), command.name
    assert there.reply.chart == here.reply.chart
    assert same(there.reply.numbers, here.reply.numbers)


async def test_files_are_the_same_from_another_process(room: Workroom) -> None:
    using = services()
    here, there = [
        await asked("/corr BTC ETH 30d csv", each)
        for each in (using, replace(using, workshop=room))
    ]
    assert there.reply.files == here.reply.files != ()
