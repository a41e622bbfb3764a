"""Names in a row."""

from collections.abc import Iterable

from analytics.language import tr


def all_of(names: Iterable[str]) -> str:
    """Names together: ``A``, ``A and B``, ``A, B and C``."""
    *most, last = names
    return tr("{names} and {last}", names=", ".join(most), last=last) if most else last


def one_of(names: Iterable[str]) -> str:
    """Names to choose from: ``A``, ``A or B``, ``A, B or C``."""
    *most, last = names
    return tr("{names} or {last}", names=", ".join(most), last=last) if most else last
