"""A term and its explanation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes
    ----------
    name
        As ``/explain`` lists it, lower case.
    says
        Two or three plain sentences.
    example
        One worked example.
    labels
        Patterns of the labels of replies that this term explains.
    aliases
        Other words for it.
    """

    name: str
    says: str
    example: str
    labels: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
