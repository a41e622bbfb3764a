"""Why hedge legs that were named are not used, in words."""

from collections.abc import Iterator, Sequence

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.studies.choices import LeftOut, Reason
from handlers import _format as text


def left_out_notes(legs: Sequence[LeftOut]) -> Iterator[str]:
    """Why legs were left out, those of one reason in one sentence."""
    yield from (_twin(leg) for leg in legs if leg.reason is Reason.TWIN)
    idle = [leg for leg in legs if leg.reason is Reason.ADDS_NOTHING]
    most = max((100 * (leg.number or 0.0) for leg in idle), default=0.0)
    for found, one, several in (
        (idle, *_adding(most)),
        (
            [leg for leg in legs if leg.reason is Reason.BELOW_A_LOT],
            tr("would be less than its smallest order"),
            tr("would be less than their smallest orders"),
        ),
    ):
        names = [leg.market.short_name for leg in found]
        if len(names) == 1:
            yield tr("{names} {one}. Left it out.", names=names[0], one=one)
        elif names:
            yield tr("{names} {several}. Left them out.", names=", ".join(names), several=several)


def _adding(points: float) -> tuple[str, str]:
    """How little one leg, or each of several, adds."""
    if float(f"{points:.1f}") <= 0:
        return tr("adds nothing on unseen days"), tr("add nothing on unseen days")
    shown = tr("{points} points on unseen days", points=localised(f"{points:.1f}"))
    return tr("adds only {shown}", shown=shown), tr("add {shown} at most", shown=shown)


def _twin(leg: LeftOut) -> str:
    name, number = leg.market.short_name, text.ratio(leg.number or 1.0, decimals=3)
    if leg.like is None:
        return tr(
            "The other legs together move as {name} does ({number}). Left it out.",
            name=name,
            number=number,
        )
    kept = leg.like.short_name
    return tr(
        "{kept} and {name} move as one ({number}). Kept {kept}.",
        kept=kept,
        name=name,
        number=number,
    )
