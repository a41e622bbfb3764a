"""Same data, same numbers: every answer has a name for its data, and gives them away."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers import Command, Reply, load_commands
from handlers._evidence import canonical
from handlers._grammar import split_command
from tests.handlers.asking import NOW, replied, services

SAYS_NO_NUMBERS = {"explain", "help", "start"}
"""Commands without prices behind them."""
EXACT = "size"
"""The command that estimates nothing."""
COMMANDS = [
    command
    for command in load_commands()
    if not command.is_personal and command.name not in SAYS_NO_NUMBERS
]


def command_id(value: object) -> str | None:
    return value.name if isinstance(value, Command) else None


def id_lines(reply: Reply) -> list[str]:
    return [line for line in reply.provenance if line.startswith("id ")]


@pytest.mark.parametrize("command", COMMANDS, ids=command_id)
async def test_data_can_be_had_and_the_id_says_which(command: Command) -> None:
    example = command.examples[0]
    plain, full, table, brief = [
        await replied(f"{example} {bits}") for bits in ("nochart", "nochart full", "csv", "brief")
    ]
    name = plain.numbers["id"]
    assert [reply.numbers["id"] for reply in (full, table, brief)] == [name] * 3
    assert id_lines(plain) == []
    assert id_lines(full) == id_lines(table) == [f"id {name}"]
    assert plain.files == full.files == brief.files == ()
    assert len({file.name for file in table.files}) == len(table.files) >= 1
    for file in table.files:
        assert file.name.startswith(f"{command.name}-")
        assert str(name) in file.name
        assert len(file.content) < 4_000_000
        heading, *rows = csv.reader(io.StringIO(file.content.decode()))
        assert len(set(heading)) == len(heading)
        assert rows
        assert {len(row) for row in rows} == {len(heading)}
        assert not {"nan", "None", "inf"} & {cell for row in rows for cell in row}


def estimates_in(value: object) -> Iterator[dict[str, object]]:
    """Every value with the ends of its interval, however deep."""
    match value:
        case dict():
            if {"value", "low", "high"} <= value.keys():
                yield value
            for inner in value.values():
                yield from estimates_in(inner)
        case list():
            for inner in value:
                yield from estimates_in(inner)


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command.name != EXACT], ids=command_id
)
async def test_every_interval_says_how_often_it_holds_the_truth(command: Command) -> None:
    asked = f"{command.examples[0]} nochart ci=90"
    found = [*estimates_in((await replied(asked)).numbers)]
    assert found
    assert {estimate["level"] for estimate in found} == {0.9}


@pytest.mark.parametrize("command", COMMANDS, ids=command_id)
async def test_full_says_more_than_usual(command: Command) -> None:
    example = command.examples[0]
    usual, full = [await replied(f"{example} nochart {bits}") for bits in ("", "full")]
    assert full.title == usual.title
    assert full.answer == usual.answer
    said, more = ([fact for group in r.facts for fact in group] for r in (usual, full))
    assert [fact for fact in more if fact not in said]


@pytest.mark.parametrize("command", COMMANDS, ids=command_id)
async def test_brief_is_the_first_line_and_nothing_else(command: Command) -> None:
    brief = await replied(f"{command.examples[0]} brief")
    assert brief.chart is None
    assert (brief.text, brief.facts, brief.provenance) == ((), (), ())


async def test_spellings_and_switches_do_not_change_the_id() -> None:
    names = {
        (await replied(question)).numbers["id"]
        for question in (
            "/corr BTC ETH-PERP 30d nochart",
            "/corr 30d btc eth-perp nochart",
            "/c $BTC ETH-SWAP 720h full nochart",
            "/corr BTC ETH-PERP 30d 1h brief",
            f"/corr BTC ETH-PERP end={NOW + timedelta(days=1):%Y-%m-%d} csv",
        )
    }
    assert len(names) == 1


async def test_other_questions_and_other_hours_have_other_ids() -> None:
    names = [
        (await replied(f"{question} nochart")).numbers["id"]
        for question in (
            "/corr BTC ETH-PERP 30d",
            "/corr ETH-PERP BTC 30d",
            "/corr BTC ETH-PERP 31d",
            "/corr BTC ETH-PERP 30d ci=99",
            "/corr BTC ETH-PERP 30d m=spearman",
            "/break BTC ETH-PERP 30d",
            "/hedge 40 ETH BTC-PERP",
            "/hedge 41 ETH BTC-PERP",
        )
    ]
    later = services(now=NOW + timedelta(hours=1))
    names.append((await replied("/corr BTC ETH-PERP 30d nochart", later)).numbers["id"])
    assert len(set(names)) == len(names)


def test_other_processes_give_the_same_id() -> None:
    code = (
        "import asyncio; from tests.handlers.asking import replied\n"
        "for question in ('/hedge 40 ETH BTC-PERP nochart', '/corr BTC ETH SOL full nochart'):\n"
        "    print(asyncio.run(replied(question)).numbers['id'])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert len(printed.pop().split()) == 2


def test_what_is_compared_is_what_counts() -> None:
    for command in COMMANDS:
        for example in command.examples:
            line = split_command(example)
            assert line is not None
            query = command.parse(line.rest)
            assert canonical(query) == canonical(command.parse(line.rest.lower()))
            assert canonical(query) == canonical(command.parse(f"{line.rest} full"))
            assert type(query).__name__ in canonical(query)
