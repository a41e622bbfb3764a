"""A rule with some of its words changed."""

from dataclasses import dataclass, field

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.durations import duration_of
from handlers._grammar.sentences import named_in
from handlers._watch.condition import figure_of, wanted_of
from handlers._watch.grammar import Asked, asked_of
from handlers._watch.rule import Rule
from handlers._watch.spoken import condensed, rewritten
from handlers._watch.spoken_terms import with_terms
from handlers._watch.syntax import SYNTAX

_EXAMPLE = "corr<0.5"
_REPEATS = frozenset({"once", "every"})


def edited(rule: Rule, words: str) -> Asked:
    """The rule in which what was typed takes the place of its like.

    A new condition ends a special place to clear, a new window a special bar; with markets named it
    is a whole new question.

    Raises
    ------
    RequestError
        The result makes no rule.

    """
    words = _about(rule, with_terms(tidied(words)))
    new, old = _sorted(words.split()), _sorted(str(rule).split())
    if new.markets and not any(one.market for one in named_in(words)):
        # Its corrections are about the condition; what is left is no market.
        condensed(words)
        raise _unread(new)
    if new.markets and new.test:
        return asked_of(words)
    options = old.options | new.options
    if new.test and "clear" not in new.options:
        options.pop("clear", None)
    switches = [*old.switches, *new.switches]
    if _REPEATS & set(new.switches):
        switches = [w for w in old.switches if w not in _REPEATS] + new.switches
    pieces = [
        *(new.markets or old.markets),
        *(new.test or old.test),
        *(new.lengths or old.lengths),
        *(f"{key}={value}" for key, value in options.items()),
        *dict.fromkeys(switches),
    ]
    return asked_of(" ".join(pieces))


def _about(rule: Rule, words: str) -> str:
    """What was typed with the condition in it whole: ``below 0.5`` and ``0.5`` are about the same."""
    metric, condition = rule.measure.metric, rule.condition
    if condition is None:
        return rewritten(words)
    if figure_of(words) is not None:
        return f"{metric}{condition.comparison}{words}"
    told = rewritten(f"{metric} {words}")
    return told if told.startswith((f"{metric}<", f"{metric}>")) else rewritten(words)


def _unread(new: "_Words") -> UsageError:
    """What to say to words of which nothing, or only a part, can change an alert."""
    options = (f"{key}={value}" for key, value in new.options.items())
    right = " ".join((*new.test, *new.lengths, *options, *new.switches))
    if not right:
        return UsageError(tr("What shall change? For example `{right}`", right=_EXAMPLE))
    return UsageError(
        tr("I read only a part of that. Did you mean `{question}`?", question=right),
        corrections=(Correction(right, f"/watch {right}"),),
    )


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
