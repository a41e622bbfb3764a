"""The one way in which benchmarks, soaks and tools read what stands behind ``python -m``."""

from argparse import (
    ArgumentDefaultsHelpFormatter,
    ArgumentParser,
    RawDescriptionHelpFormatter,
)
from importlib.machinery import ModuleSpec

AN_EMPTY_DATABASE = "URL of an empty database; a new SQLite file if absent"
THE_SEED = "what chance begins with: equal seeds play the same"


class _Format(RawDescriptionHelpFormatter, ArgumentDefaultsHelpFormatter):
    """The head of the file as it is written, and what holds where nothing is given."""


def command_line(spec: ModuleSpec | None, head: str | None) -> ArgumentParser:
    """For ``__spec__`` and ``__doc__`` of a program: with ``--help`` it says what it does, and ends."""
    name = spec.name.removesuffix(".__main__") if spec else "…"
    return ArgumentParser(prog=f"python -m {name}", description=head, formatter_class=_Format)
