"""What every command promises, those that do not exist yet included."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from analytics.market.windows import DAY, YEAR, Window
from bot.answering.answers import Answers
from bot.telegram.markup import CAPTION_LIMIT, LINE_WIDTH, pages, table_lines, written
from handlers import Command, Reply, load_commands
from handlers._command import DEAREST
from handlers._grammar import split_command
from handlers._questions import Windowed
from tests.handlers.asking import answers, asked, replied

COMMANDS = load_commands()
IMPERSONAL = [command for command in COMMANDS if not command.is_personal]
EXAMPLES = [example for command in IMPERSONAL for example in command.examples]
BUTTON_LABEL = 64
NOTIFICATION = 110
"""What the lock screens of usual phones show of a caption."""


def example_ids(value: object) -> str | None:
    return value.name if isinstance(value, Command) else None


@pytest.fixture(scope="module")
def router() -> Answers:
    return answers()


def parsed(question: str) -> object:
    line = split_command(question)
    assert line is not None, question
    (command,) = (c for c in COMMANDS if line.name in (c.name, *c.aliases))
    return command.parse(line.rest)


WINDOWED = [example for example in EXAMPLES if isinstance(parsed(example), Windowed)]


def questions(reply: Reply) -> Iterator[str]:
    yield from (button.question for row in reply.buttons for button in row)


def test_names_and_aliases_do_not_clash() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("command", COMMANDS, ids=example_ids)
def test_names_and_texts_fit_the_menu_of_telegram(command: Command) -> None:
    for name in (command.name, *command.aliases):
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name)
    assert 3 <= len(command.summary) <= 256
    assert command.placeholder is None or 1 <= len(command.placeholder) <= 64


@pytest.mark.parametrize("command", COMMANDS, ids=example_ids)
def test_help_has_something_to_show(command: Command) -> None:
    assert command.usage.startswith(f"/{command.name}")
    assert command.examples
    for example in command.examples:
        line = split_command(example)
        assert line is not None
        assert line.name in (command.name, *command.aliases)


@pytest.mark.parametrize("command", COMMANDS, ids=example_ids)
def test_examples_are_read_as_hashable_queries(command: Command) -> None:
    for example in command.examples:
        query = parsed(example)
        assert hash(query) == hash(parsed(example))
        assert query == parsed(example)


@pytest.mark.parametrize("example", WINDOWED)
def test_a_query_asked_again_is_the_same_query(example: str) -> None:
    query = parsed(example)
    assert isinstance(query, Windowed)
    assert parsed(query.asked(query.window)) == query
    for length in (7 * DAY, 90 * DAY, YEAR):
        window = Window(length, end=query.window.end)
        resized = parsed(query.asked(window))
        assert isinstance(resized, Windowed)
        assert resized.window == window


def test_so_is_that_of_every_command_with_a_window() -> None:
    assert {example.split()[0] for example in WINDOWED} >= {
        *("/corr", "/hedge", "/drift", "/carry", "/lead"),
        *("/break", "/stress", "/best", "/scan"),
    }


@pytest.mark.parametrize("example", EXAMPLES)
async def test_examples_are_answered_within_the_limits_of_a_phone(
    router: Answers, example: str
) -> None:
    answer = await router.answer(example)
    assert not answer.is_error, answer.reply.answer
    reply = answer.reply
    assert written(reply).length <= (CAPTION_LIMIT if reply.chart else 4096)
    assert len(pages(reply)) == 1
    if reply.facts:
        assert len(f"{reply.title} {reply.answer}") <= NOTIFICATION
    for group in reply.facts:
        for line in table_lines(group):
            assert len(line) <= LINE_WIDTH, line


@pytest.mark.parametrize("example", EXAMPLES)
async def test_buttons_fit_and_ask_what_can_be_read(router: Answers, example: str) -> None:
    reply = (await router.answer(example)).reply
    for row in reply.buttons:
        assert 1 <= len(row) <= 8
        assert sum(button.current for button in row) <= 1
        for button in row:
            assert 1 <= len(button.label) <= BUTTON_LABEL
    for question in questions(reply):
        parsed(question)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_numbers_say_where_they_are_from(router: Answers, example: str) -> None:
    reply = (await router.answer(example)).reply
    if reply.facts:
        assert reply.notes[0] == "Simulated prices."
        assert reply.provenance[-1].endswith("not advice")
        assert example.startswith(f"/{reply.numbers['command']}")


@pytest.mark.parametrize("command", IMPERSONAL, ids=example_ids)
async def test_a_bare_command_answers_or_says_what_to_ask(command: Command) -> None:
    answer = await asked(f"/{command.name}")
    assert answer.reply.answer or answer.reply.text
    if answer.is_error:
        assert answer.reply.numbers["error"] == "request"
        assert answer.asks_back == command.placeholder
        for question in questions(answer.reply):
            parsed(question)


def test_a_command_is_inert() -> None:
    heavy = ("ccxt", "matplotlib", "sqlalchemy", "telegram")
    code = "import sys, handlers; handlers.load_commands(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & set(heavy)


@pytest.mark.parametrize("command", IMPERSONAL, ids=example_ids)
async def test_nonsense_is_refused_with_something_to_tap(command: Command) -> None:
    answer = await asked(f"/{command.name} ~~~ ???")
    if answer.is_error:
        assert answer.reply.numbers["error"] == "request"
        assert list(questions(answer.reply))


async def test_the_next_question_looks_up_to_the_same_moment() -> None:
    for question in ("/corr BTC ETH-PERP end=2026-09-01", "/hedge 1 BTC ETH-PERP end=2026-09-01"):
        rows = (await replied(question)).buttons
        onward = [b.question for b in rows[1] if b.question.startswith(("/corr", "/hedge"))]
        assert onward
        assert all("end=2026-09-01T00:00" in asked for asked in onward)


@pytest.mark.parametrize("command", COMMANDS, ids=example_ids)
def test_every_question_has_its_price(command: Command) -> None:
    for example in command.examples:
        assert 1 <= command.cost(parsed(example)) <= DEAREST


@pytest.mark.parametrize(
    ("question", "cost"),
    [
        ("/corr BTC ETH 30d", 1),
        ("/hedge 40 ETH BTC-PERP", 1),
        ("/corr " + " ".join(f"A{n}" for n in range(18)), 3),
        ("/lead BTC", 3),
        ("/scan 90d", 8),
        ("/scan 90d top=20", 3),
        ("/best ETH", 8),
    ],
)
def test_a_question_about_many_markets_costs_more(question: str, cost: int) -> None:
    name, _, rest = question.partition(" ")
    [command] = [c for c in load_commands() if c.name == name.lstrip("/")]
    assert command.cost(command.parse(rest)) == cost
