"""What can go wrong, sorted by who can mend it.

HedgeError
├── RequestError   the asker can: the sentence says how, corrections are ready to tap
└── SourceError    nobody here can: a venue failed; says which and how
Anything else is our own bug.
"""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of the asked text that would make it answerable.

    ``wrong`` is the part to replace (empty: ``right`` is appended; None: ``right`` is a whole new
    question that starts with a slash).
    """

    label: str
    right: str
    wrong: str | None = None

    def applied_to(self, question: str) -> str:
        """The corrected question."""
        match self.wrong:
            case None:
                return self.right
            case "":
                return f"{question.rstrip()} {self.right}"
            case wrong:
                found = _word(wrong, question)
                if found is None:
                    return f"{question.rstrip()} {self.right}"
                before, after = question[: found.start()], question[found.end() :]
                return before + self.right + (after if self.right else after.lstrip())


class HedgeError(Exception):
    """Base of everything that hedgebot explains in words.

    It can travel between processes, with its facts, whatever its constructor asks for.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of: words that were chosen once are not chosen again."""
        return (_travelled, (type(self), self.args), self.__dict__)


class RequestError(HedgeError):
    """The asker can fix it; ``sentence`` is shown as it is."""

    def __init__(self, sentence: str, *, corrections: tuple[Correction, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.corrections = corrections


class SourceError(HedgeError):
    """A venue failed; ``sentence`` says which one and how."""

    def __init__(self, sentence: str, *, venue: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.venue = venue


def _travelled(kind: type[HedgeError], words: tuple[object, ...]) -> HedgeError:
    return kind.__new__(kind, *words)


def _word(word: str, text: str) -> re.Match[str] | None:
    """Where a word stands in a text, whatever its case; as a part of another only if nowhere else."""
    part = re.escape(word)
    whole = re.search(rf"(?<!\S){part}(?!\S)", text, re.IGNORECASE)
    return whole or re.search(part, text, re.IGNORECASE)
