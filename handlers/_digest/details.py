"""What the verdict on one pair rests on, in two columns."""

from analytics.language import tr
from analytics.studies.digests import PairDigest
from handlers import _format as text
from handlers._reply import Fact


def details(name: str, digest: PairDigest) -> tuple[Fact, ...]:
    """The pair, its distance from normal, what normal is, and the break test."""
    departure, broke = digest.now.departure, digest.now.broke
    facts = [Fact(name, "" if departure is None else _distance(departure.sigmas))]
    if departure is not None:
        baseline, *below = text.estimate_lines(departure.baseline)
        facts += [
            Fact(tr("Before"), baseline, tuple(below)),
            Fact(tr("Stays within"), text.ratio_range(departure.band)),
        ]
    if broke is None:
        return (*facts, Fact(tr("Break test"), tr("moves as one line")))
    return (*facts, Fact(tr("Break test"), text.p_value(broke.p_value)))


def _distance(sigmas: float) -> str:
    shown = text.coins(round(sigmas, 1), step=0.1, signed=True)
    return tr("{sigmas} σ off normal", sigmas=shown)
