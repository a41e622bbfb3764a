"""Run the emulators by hand: `python -m tests.emulators {telegram,venues,desk}`.

`desk` runs both and prints the lines of environment to start the bot with.
"""

import argparse
import asyncio
import contextlib
import sys
from importlib import import_module
from types import ModuleType

from tests.command_line import command_line

DESKS = {
    "telegram": ("tests.emulators.telegram.desk",),
    "venues": ("tests.emulators.venues.desk",),
    "desk": ("tests.emulators.telegram.desk", "tests.emulators.venues.desk"),
}


def main() -> None:
    """Serve what the first argument names until interrupted."""
    line = command_line(__spec__, __doc__)
    line.add_argument("what", choices=DESKS, help="each has options, which it lists with --help")
    what = line.parse_args(sys.argv[1:2]).what
    desks = [import_module(name) for name in DESKS[what]]
    options = argparse.ArgumentParser(prog=f"{line.prog} {what}")
    for desk in desks:
        desk.add_arguments(options)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(desks, options.parse_args(sys.argv[2:])))


async def _serve(desks: list[ModuleType], arguments: argparse.Namespace) -> None:
    """Run every desk; the first that ends, or fails, ends the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(desk.run(arguments)) for desk in desks]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    main()
