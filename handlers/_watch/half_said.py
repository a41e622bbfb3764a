"""Conditions that are only half said: which side, which value, or of what; each is asked back."""

import re

from analytics.language import tr
from handlers._grammar.sentences import named_in
from handlers._watch.condition import SENSIBLE
from handlers._watch.measure import Metric
from handlers._watch.said_measures import (
    ABOVE,
    BELOW,
    BETWEEN,
    FIGURE,
    MEASURED,
    NAME,
    NAMES,
    figure_of,
)
from handlers._watch.spoken_terms import instead

_NAMELESS = re.compile(
    rf"{BETWEEN}(?:(?P<below>(?<!\w)(?:{BELOW})|<)|(?P<above>(?<!\w)(?:{ABOVE})|>))\s*"
    r"(?P<figure>[-+]?(?:[01]?[.,]\d+|\d{1,2}(?:[.,]\d+)?\s?(?:%|percent\b|prozent\b|por ciento\b)))"
    r"(?![\w%])",
    re.IGNORECASE,
)
"""A side of a number that may be a correlation, of what it is not said."""
_BARE = re.compile(
    rf"(?<![\w-])(?P<name>{NAME})(?P<sign>\s*=\s*|\s+(?:at\s+|to\s+|bei\s+|auf\s+|en\s+|a\s+)?)"
    rf"(?P<figure>{FIGURE})(?!\S)",
    re.IGNORECASE,
)
_TWO_SIDES = re.compile(
    rf"(?<![\w-])(?P<name>{NAME}){BETWEEN}(?:(?:between|zwischen|entre)\s+(?P<low>{FIGURE})\s*"
    rf"(?:and|und|y|-)\s*(?P<high>{FIGURE})|\s(?P<from>{FIGURE})\s?-\s?(?P<to>{FIGURE}))",
    re.IGNORECASE,
)
TWO = 2
_SIDELESS = re.compile(r"(?<!\S)(?P<figure>0?[.,]\d{1,2}|[1-9]\d\s?%)[.!?]?$")
_NUMBERLESS = re.compile(
    r"(?<!\S)(?:corr|correlation|korrelation|correlaci[oó]n|rho)(?!\S)", re.IGNORECASE
)
_ALONE = re.compile(
    r"(?<!\S)(?P<name>funding rate|funding|finanzierung|basis|drift|abweichung|deriva|spread|"
    r"effectiveness|wirksamkeit|efectividad|eficacia)(?!\S)"
)
"""What is measured, without its number; in small letters only, for coins are called DRIFT too."""
_CHANGE = re.compile(
    rf"(?<![\w-])(?P<name>{NAME})\s+(?:falls|drops|sinks|rises|climbs|moves|changes|fällt|sinkt|steigt|"
    rf"cae|baja|sube)\s+(?:(?:by|um|un)\s+{FIGURE}|[\d.,]*\d\s?(?:%|percent\b|prozent\b))(?!\S)",
    re.IGNORECASE,
)


def refuse_half_said(text: str) -> None:
    """Ask back for the side or the value that a measure lacks.

    Raises
    ------
    UsageError
        It is said what is measured, but not on which side of a number.

    """
    _refuse_change(text)
    _refuse_two_sides(text)
    _refuse_bare(text)


def _refuse_two_sides(text: str) -> None:
    said = _TWO_SIDES.search(text)
    if said is None:
        return
    name = NAMES[said["name"].casefold()]
    low, high = said["low"] or said["from"], said["high"] or said["to"]
    rights = (f"{name}<{figure_of(low)}", f"{name}>{figure_of(high)}")
    raise instead(
        tr("An alert waits for one side. Which end of `{typed}`?", typed=said[0].strip()),
        text,
        said,
        rights,
    )


def _refuse_change(text: str) -> None:
    said = _CHANGE.search(text)
    if said is None:
        return
    usual = SENSIBLE[Metric(NAMES[said["name"].casefold()])]
    raise instead(
        tr(
            "An alert waits for a value, not for a change by so much. For example `{test}`",
            test=usual,
        ),
        text,
        said,
        (usual, Metric.BREAK) if usual == SENSIBLE[Metric.CORRELATION] else (usual,),
    )


def _refuse_numberless(text: str) -> None:
    if (alone := _NUMBERLESS.search(text)) is not None:
        raise instead(
            tr("Below which correlation? For example `corr<0.6`"),
            text,
            alone,
            ("corr<0.6", "break"),
        )
    alone = _ALONE.search(text)
    named = [one for one in named_in(text) if one.market]
    if alone is None or not named:
        return
    metric = Metric(NAMES[alone["name"].casefold()])
    if metric is Metric.DRIFT and sum(one.is_amount for one in named) < TWO:
        return
    usual = SENSIBLE[metric]
    raise instead(
        tr("On which side of which value? For example `{test}`", test=usual), text, alone, (usual,)
    )


def _refuse_bare(text: str) -> None:
    said = _BARE.search(text)
    if said is None:
        _refuse_numberless(text)
        return
    name, figure = NAMES[said["name"].casefold()], figure_of(said["figure"])
    sides = "><" if ">" in SENSIBLE[Metric(name)] else "<>"
    raise instead(
        tr("Below {figure} or above?", figure=figure),
        text,
        said,
        tuple(f"{name}{side}{figure}" for side in sides),
    )


def refuse_nameless(text: str) -> None:
    """Of two markets and a number people mostly mean the correlation; it is asked, not assumed."""
    if re.search(MEASURED, text) is not None:
        return
    said = _NAMELESS.search(text)
    if said is None:
        _refuse_sideless(text)
        return
    figure = figure_of(said["figure"])
    right = f"corr{'<' if said['below'] else '>'}{figure}"
    sentence = (
        tr("What is below {figure}? The correlation: `{right}`?", figure=figure, right=right)
        if said["below"]
        else tr("What is above {figure}? The correlation: `{right}`?", figure=figure, right=right)
    )
    raise instead(sentence, text, said, (right,))


def _refuse_sideless(text: str) -> None:
    """``BTC ETH 0.6``: behind two markets a share of one is their correlation, on either side."""
    said = _SIDELESS.search(text)
    markets = [one for one in named_in(text[: said.start()]) if one.market] if said else []
    if said is None or len(markets) != TWO or any(one.is_amount for one in markets):
        return
    figure = figure_of(said["figure"])
    raise instead(
        tr("Below {figure} or above?", figure=figure),
        text,
        said,
        (f"corr<{figure}", f"corr>{figure}"),
    )
