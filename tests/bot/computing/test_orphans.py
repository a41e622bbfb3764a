"""Whatever ends the bot ends its workers."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.computing.processes import wait_for_the_end_of

PROGRAM = """
import asyncio, json, os
from analytics.charts import LIGHT
from bot.computing.workroom import Workroom
from tests.bot.computing import laborious as labour

async def main():
    room = Workroom(LIGHT, loads=False)
    worker = await room.compute(labour.number)
    nursery = int(open(f"/proc/{worker}/stat").read().rsplit(")", 1)[1].split()[1])
    asyncio.ensure_future(room.compute(labour.endless))
    await asyncio.sleep(0.1)
    print(json.dumps([worker, nursery]), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_bot(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as program:
        assert program.stdout
        family = json.loads(program.stdout.readline())
        program.send_signal(number)
        program.wait()
    wait_for_the_end_of(*family)
