"""``hedgebot ask``: the same reply as in Telegram, as rich text or as JSON."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.answering.answers import Answer
from bot.app import opened_for_terminal
from bot.settings import ConfigurationError, Settings
from bot.telegram.markup import table_lines
from handlers import Reply
from handlers._grammar import split_command

STATUS = {"internal": 1, "request": 2, "source": 3}


async def ask(settings: Settings, question: str, *, chart: Path | None, as_json: bool) -> int:
    """Answer one question; return the exit status."""
    async with opened_for_terminal(settings) as answers:
        if not question.lstrip().startswith("/"):
            question = answers.routing.routed(question)
        answer = await answers.answer(question)
    drawn = _write_chart(answer.reply, chart or (None if as_json else _default_chart(question)))
    kept = _write_files(answer.reply, chart.parent if chart else Path())
    if as_json:
        print(json.dumps(_numbers(answer.reply, drawn, kept), indent=2, ensure_ascii=False))  # noqa: T201
    else:
        _print(answer, drawn, kept)
    return STATUS[str(answer.reply.numbers["error"])] if answer.is_error else 0


def _default_chart(question: str) -> Path:
    split = split_command(question)
    return Path(f"hedgebot-{split.name if split else 'answer'}.png")


def _write_chart(reply: Reply, file: Path | None) -> Path | None:
    if reply.chart is None or file is None:
        return None
    return _written(file, reply.chart)


def _write_files(reply: Reply, folder: Path) -> list[Path]:
    """The data behind the answer, where they were asked for, beside its picture."""
    return [_written(folder / file.name, file.content) for file in reply.files]


def _written(file: Path, content: bytes) -> Path:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}.") from error
    return file


def _numbers(reply: Reply, drawn: Path | None, kept: Sequence[Path]) -> Mapping[str, object]:
    numbers = dict[str, object](reply.numbers)
    if drawn is not None:
        numbers["chart"] = str(drawn)
    if kept:
        numbers["files"] = [str(file) for file in kept]
    return numbers


def _print(answer: Answer, drawn: Path | None, kept: Sequence[Path]) -> None:
    console = Console(file=sys.stdout, highlight=False)
    reply = answer.reply
    first = Text(reply.title, style="bold")
    first.append(f" {reply.answer}" if reply.title else reply.answer, style="not bold")
    console.print(first)
    for paragraph in reply.text:
        console.print(Text(paragraph))
    for group in reply.facts:
        console.print()
        for line in table_lines(group):
            console.print(Text(line), soft_wrap=True)
    if reply.notes:
        console.print()
        for note in reply.notes:
            console.print(Text(f"⚠ {note}", style="yellow"))
    if reply.provenance:
        console.print()
        for line in reply.provenance:
            console.print(Text(line, style="italic dim"))
    _print_what_next(console, reply)
    written = [f"Chart: {drawn}"] if drawn is not None else []
    written += [f"Data: {file}" for file in kept]
    if written:
        console.print()
        console.print(Text("\n".join(written)), soft_wrap=True)


def _print_what_next(console: Console, reply: Reply) -> None:
    buttons = [button for row in reply.buttons for button in row]
    just_asked = {button.question for button in buttons if button.current}
    questions = dict.fromkeys(b.question for b in buttons if b.question not in just_asked)
    if questions:
        console.print()
        for question in questions:
            console.print(Text(f"→ {question}", style="cyan"), soft_wrap=True)
