"""/help: what can be asked, derived from the commands themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from analytics.errors import Correction, RequestError
from analytics.language import later, tr
from analytics.language.lists import one_of
from handlers import load_commands
from handlers._beyond import not_done
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._grammar.symbols import COURTESIES, WELL_KNOWN
from handlers._reply import Button, Reply

ALIKE = 60
"""Names that are less like the typed one, in per cent, are not offered."""
GREETINGS = frozenset({"hi", "hello", "hey", "hallo", "moin", "servus", "hola", "buenas"})
CALLS_FOR_HELP = frozenset({"hilfe", "ayuda"})
"""Not ``help``, which is a command of that name already."""
THANKS = COURTESIES | {
    "thank",
    "you",
    "u",
    "ty",
    "so",
    "much",
    "dank",
    "dir",
    "vielen",
    "muchas",
    "great",
    "nice",
    "ok",
    "okay",
    "cool",
    "lol",
    "yes",
    "no",
    "ja",
    "nein",
    "sí",
    "vale",
}
"""Words of which nothing is asked where they stand alone."""
_TO_STOP = ("alerts", "daily", "mute")
UNSAID = COURTESIES | {"", "me", "with", "about", "mir", "mich", "bei", "por", "con", "sobre"}
OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("hilfe", "ayuda", "menu", "commands"), ("help",)),
    **dict.fromkeys(("stop", "cancel", "unsubscribe"), _TO_STOP),
    **dict.fromkeys(("portfolio", "positions", "positionen", "posiciones"), ("book",)),
    **dict.fromkeys(("weekly", "subscribe", "schedule", "remind", "täglich", "diario"), ("daily",)),
    **dict.fromkeys(("alarm", "notify", "alerta", "vigilar", "beobachten"), ("watch", "alerts")),
    **dict.fromkeys(("alarme", "alertas", "alarms", "myalerts"), ("alerts",)),
    **dict.fromkeys(("stumm", "silence", "quiet", "snooze", "silencio", "silenciar"), ("mute",)),
    **dict.fromkeys(("korrelation", "correlación", "correlacion", "correlation"), ("corr",)),
    **dict.fromkeys(("funding", "fundingrate", "basis", "apr", "rate", "rates"), ("carry",)),
    **dict.fromkeys(("rebalance", "resize", "nachjustieren", "reajustar"), ("drift",)),
    **dict.fromkeys(("alert", "remindme", "notifyme"), ("watch", "alerts")),
    **dict.fromkeys(("snoozeall", "dnd", "sleep"), ("mute",)),
    **dict.fromkeys(("absichern", "cubrir", "cobertura"), ("hedge",)),
    **dict.fromkeys(("einstellungen", "ajustes", "config", "language", "timezone"), ("settings",)),
}
"""What other bots and languages call what there is here."""


@dataclass(frozen=True, slots=True)
class HelpQuery:
    """Which command to explain; None for all."""

    name: str | None = None


def parse(text: str) -> HelpQuery:
    """Read the name of a command, with or without its slash."""
    words = [word for word in text.split() if word.casefold().strip("!?.,") not in UNSAID]
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
    """The error for a command that does not exist, with those that may be meant.

    ``rest`` is what stood behind its name, to ask the same of another command where that reads it.
    """
    if prefix == "/" and (refusal := not_done(name, rest)) is not None:
        return refusal
    if prefix == "/" and "_" in name:
        # As a link writes it: /corr_BTC_ETH.
        name, _, joined = name.partition("_")
        rest = f"{joined.replace('_', ' ')} {rest}".strip()
    first, _, others = rest.partition(" ")
    named = [command for command in commands if command.name == first.casefold()]
    meant, rest = (named, others) if named else (_meant(name, commands, rest), rest)
    hint = (
        tr(" Did you mean {names}?", names=one_of(f"/{one.name}" for one in meant))
        if meant
        else tr(" /help lists what I know.")
    )
    asked = {one.name: _asked(one, rest) for one in meant}
    return UsageError(
        tr("I don't know /{name}.{hint}", name=name, hint=hint),
        corrections=tuple(
            Correction(f"/{found}", f"{prefix}{question}".rstrip())
            for found, question in asked.items()
        )
        or (Correction("/help", f"{prefix}help"),),
    )


def _asked(command: Command, rest: str) -> str:
    """The same words asked of another command, put right where it has to be; or it alone."""
    try:
        command.parse(rest)
    except RequestError as error:
        whole = f"/{command.name} {rest}"
        rights = (one.applied_to(whole).partition(" ")[2] for one in error.corrections)
        is_asked = bool(rest) and not command.is_personal
        rest = next((one for one in rights if is_asked and command.reads(one)), "")
    return f"{command.name} {rest}".strip()


def courtesy_in(words: str) -> str | None:
    """The command that answers a greeting or a call for help; None where it is neither."""
    first = re.match(r"[\w?¿]+", words.strip().casefold())
    if first is None:
        return "start" if words.strip() and not re.search(r"\w", words) else None
    if first[0] in GREETINGS or THANKS.issuperset(re.findall(r"\w+", words.casefold())):
        return "start"
    return "help" if first[0] in CALLS_FOR_HELP or not first[0].strip("?¿") else None


def asks_for_help(words: str) -> bool:
    """Whether what stands behind a command only asks how to use it."""
    return words.strip().casefold().strip("?!. ") in {"help", *CALLS_FOR_HELP}


def _meant(name: str, commands: tuple[Command, ...], rest: str) -> list[Command]:
    """Commands of that meaning, else of a like name, else the first that reads what follows."""
    known = {command.name: command for command in commands}
    if name in OTHER_WORDS:
        return [known[other] for other in OTHER_WORDS[name] if other in known]
    near = process.extract(name, list(known), limit=2, score_cutoff=ALIKE)
    close = [known[found] for found, _, _ in near]
    reading = [command for command in close if command.reads(rest)]
    if rest and not reading and not WELL_KNOWN.isdisjoint(re.split(r"\W+", rest.upper())):
        reading = [one for one in commands if one.placeholder and one.reads(rest)][:1]
    return (reading or close) if rest else close


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
