"""What an asker can put right, sorted by what was wrong with the words."""

from analytics.errors import Correction, RequestError
from analytics.language import tr


class UsageError(RequestError):
    """The words do not make a question; the sentence reads them back and shows one that does."""


class AmbiguousNumberError(UsageError):
    """A number, or an amount, that has two readings."""


class UnknownOptionError(UsageError):
    """A ``key=value`` that the command does not have."""


class NotAllowedError(RequestError):
    """The asker may not do this here; the sentence says who may, and what the asker can do.

    ``in_private`` is what they may ask instead where nobody else is.
    """

    def __init__(
        self,
        sentence: str,
        *,
        corrections: tuple[Correction, ...] = (),
        in_private: str | None = None,
    ) -> None:
        super().__init__(sentence, corrections=corrections)
        self.in_private = in_private


class TooExpensiveError(RequestError):
    """The answer would take more computing than one question may have."""

    def __init__(self) -> None:
        super().__init__(
            tr("This would take too much computing. Ask for fewer markets or a shorter window.")
        )


class SameMarketError(RequestError):
    """Both sides of a comparison are one market."""

    def __init__(
        self,
        name: str,
        *,
        corrections: tuple[Correction, ...] = (),
        hint: str | None = None,
    ) -> None:
        hint = hint or tr("Spot against perp")
        instead = f" {hint}: `{corrections[0].right}`" if corrections else ""
        super().__init__(
            tr("Both are {name}, that is 1.00 by definition.{instead}", name=name, instead=instead),
            corrections=corrections,
        )
        self.name = name
