"""What a command answers: facts and a picture, not yet a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an answer: a short label, a value, and lines that belong under the value."""

    label: str
    value: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """The next question, ready to tap; ``in_private`` where a group is not the place for it."""

    label: str
    question: str
    current: bool = False
    in_private: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Data to keep, under a name that says what they are."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """An answer, whoever asked and wherever it is shown.

    Attributes
    ----------
    title, answer
        Together the first line: what was asked, and the number with its interval and verdict.
    facts
        Groups of lines.
    text
        Paragraphs in plain words, between the first line and the facts.
    notes
        Warnings and substitutions, each one sentence.
    provenance
        Markets, venue, time, estimator; the last lines.
    chart
        PNG bytes.
    numbers
        Everything above and more as plain values, for machines.
    files
        The data behind the answer, where they were asked for.
    """

    title: str
    answer: str
    facts: tuple[tuple[Fact, ...], ...] = ()
    text: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    provenance: tuple[str, ...] = ()
    chart: bytes | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    numbers: Mapping[str, Json] = field(default_factory=dict)
    files: tuple[File, ...] = ()
