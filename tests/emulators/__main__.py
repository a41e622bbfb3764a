"""Run the emulators by hand: `python -m tests.emulators {telegram,venues,desk}`.

`desk` runs both and prints the lines of environment to start the bot with.
"""

import argparse
import asyncio
import contextlib
from importlib import import_module
from types import ModuleType

DESKS = {
    "telegram": ("tests.emulators.telegram.desk",),
    "venues": ("tests.emulators.venues.desk",),
    "desk": ("tests.emulators.telegram.desk", "tests.emulators.venues.desk"),
}


def main() -> None:
    """Serve what the first argument names until interrupted."""
    outer = argparse.ArgumentParser(prog="python -m tests.emulators", add_help=False)
    outer.add_argument("what", choices=DESKS)
    chosen, rest = outer.parse_known_args()
    desks = [import_module(name) for name in DESKS[chosen.what]]
    inner = argparse.ArgumentParser(prog=f"python -m tests.emulators {chosen.what}")
    for desk in desks:
        desk.add_arguments(inner)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(desks, inner.parse_args(rest)))


async def _serve(desks: list[ModuleType], arguments: argparse.Namespace) -> None:
    """Run every desk; the first that ends, or fails, ends the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(desk.run(arguments)) for desk in desks]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    main()
