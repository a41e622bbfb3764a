"""The texts around the panels of every picture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The texts around the panels; ``warning`` is empty or shown on a ribbon above all."""

    title: str
    subtitle: str
    footnote: str
    warning: str = ""
