"""/help: what can be asked, derived from the commands themselves."""

from dataclasses import dataclass

from rapidfuzz import process

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.language.lists import one_of
from handlers import load_commands
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._reply import Button, Reply


@dataclass(frozen=True, slots=True)
class HelpQuery:
    """Which command to explain; None for all."""

    name: str | None = None


def parse(text: str) -> HelpQuery:
    """Read the name of a command, with or without its slash."""
    words = text.split()
    return HelpQuery(words[0].lstrip("/").lower() if words else None)


async def answer(query: HelpQuery, _services: Services) -> Reply:
    """List all commands, or explain one."""
    # What only operators may ask is in their own handbook.
    commands = tuple(c for c in load_commands() if not c.is_for_operators)
    if query.name is None:
        return _overview(commands)
    for command in commands:
        if query.name in (command.name, *command.aliases):
            return _explanation(command)
    raise unknown_command(query.name, commands, prefix="/help ")


def unknown_command(
    name: str, commands: tuple[Command, ...], *, prefix: str = "/", rest: str = ""
) -> UsageError:
    """The error for a command that does not exist, with those that look like it.

    ``rest`` is what stood behind its name, to ask the same of another command.
    """
    names = [command.name for command in commands]
    close = [match for match, _, _ in process.extract(name, names, limit=2, score_cutoff=50)]
    hint = (
        tr(" Did you mean {names}?", names=one_of(f"/{found}" for found in close))
        if close
        else tr(" /help lists what I know.")
    )
    return UsageError(
        tr("I don't know /{name}.{hint}", name=name, hint=hint),
        corrections=tuple(
            Correction(f"/{found}", f"{prefix}{found} {rest}".rstrip()) for found in close
        )
        or (Correction("/help", f"{prefix}help"),),
    )


def _overview(commands: tuple[Command, ...]) -> Reply:
    return Reply(
        title=tr("What you can ask"),
        answer="",
        text=(
            "\n".join(f"/{command.name} – {tr(command.summary)}" for command in commands),
            (
                tr(
                    "Write assets as BTC, ETH-PERP (perpetual), BTC-INV (coin-margined), BTC-26MAR27 "
                    "(dated), or bybit:BTC-PERP. Time as 30d, 12h, 1y; a second time is the bar. Say "
                    "brief for one line, full for all, nochart for no picture, csv for the data."
                )
            ),
            tr("Numbers with intervals, from public prices. Not advice."),
        ),
        buttons=tuple(
            (Button(command.examples[0], command.examples[0]),)
            for command in commands
            if command.placeholder
        ),
    )


def _explanation(command: Command) -> Reply:
    also = tr(" (also /{names})", names=", /".join(command.aliases)) if command.aliases else ""
    return Reply(
        title=f"/{command.name}",
        answer=f"{tr(command.summary)}{also}",
        text=(command.usage, tr("For example:\n") + "\n".join(command.examples)),
        buttons=tuple((Button(example, example),) for example in command.examples[:3]),
    )


COMMAND = Command(
    name="help",
    summary=later("what you can ask, and how"),
    usage="/help [command]",
    examples=("/help", "/help corr"),
    parse=parse,
    answer=answer,
    menu_place=90,
)
