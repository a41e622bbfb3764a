"""A rule with some of its words changed."""

from dataclasses import dataclass, field

from handlers._grammar import tidied
from handlers._grammar.durations import duration_of
from handlers._watch.condition import figure_of, wanted_of
from handlers._watch.grammar import asked_of
from handlers._watch.rule import Rule
from handlers._watch.spoken import rewritten
from handlers._watch.syntax import SYNTAX

_REPEATS = frozenset({"once", "every"})


def edited(rule: Rule, words: str) -> Rule:
    """The rule in which what was typed takes the place of its like.

    A new condition ends a special place to clear, a new window a special bar; with markets named it
    is a whole new question.

    Raises
    ------
    RequestError
        The result makes no rule.

    """
    words = _about(rule, tidied(words))
    new, old = _sorted(words.split()), _sorted(str(rule).split())
    if new.markets:
        return asked_of(words).rule
    options = old.options | new.options
    if new.test and "clear" not in new.options:
        options.pop("clear", None)
    switches = [*old.switches, *new.switches]
    if _REPEATS & set(new.switches):
        switches = [w for w in old.switches if w not in _REPEATS] + new.switches
    pieces = [
        *old.markets,
        *(new.test or old.test),
        *(new.lengths or old.lengths),
        *(f"{key}={value}" for key, value in options.items()),
        *dict.fromkeys(switches),
    ]
    return asked_of(" ".join(pieces)).rule


def _about(rule: Rule, words: str) -> str:
    """What was typed with the condition in it whole: ``below 0.5`` and ``0.5`` are about the same."""
    metric, condition = rule.measure.metric, rule.condition
    if condition is not None and figure_of(words) is not None:
        return f"{metric}{condition.comparison}{words}"
    told = rewritten(f"{metric} {words}")
    return told if told.startswith((f"{metric}<", f"{metric}>")) else rewritten(words)


@dataclass(slots=True)
class _Words:
    """The words behind ``/watch``, by kind."""

    markets: list[str] = field(default_factory=list)
    test: list[str] = field(default_factory=list)
    lengths: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    switches: list[str] = field(default_factory=list)


def _sorted(words: list[str]) -> _Words:
    found = _Words()
    for word in words:
        key, sign, value = word.partition("=")
        option = SYNTAX.option(key.casefold()) if sign else None
        if wanted_of(word) is not None:
            found.test = [word]
        elif option is not None:
            found.options[option.key] = value
        elif word.casefold() in SYNTAX.switches:
            found.switches.append(word.casefold())
        elif duration_of(word) is not None:
            found.lengths.append(word)
        else:
            found.markets.append(word)
    return found
