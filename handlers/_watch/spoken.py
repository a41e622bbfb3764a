"""Conditions as people say them: ``corr below 80%``, ``Korrelation unter 0,6``, ``for 2 days``."""

import re
from dataclasses import replace

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from handlers._errors import AmbiguousNumberError, UsageError
from handlers._grammar import typed
from handlers._grammar.coins import FUNCTION_WORDS
from handlers._grammar.durations import is_unit
from handlers._grammar.sentences import named_in
from handlers._grammar.symbols import COIN_QUOTES
from handlers._held import contract_of, is_contract
from handlers._watch.condition import BANDS, SENSIBLE, wanted_of
from handlers._watch.measure import Metric
from handlers._watch.spoken_terms import instead, refuse_long, with_terms
from handlers._watch.syntax import SYNTAX

_NAMES = {
    **dict.fromkeys(("correlation", "correlations", "corr", "rho", "ρ"), "corr"),
    **dict.fromkeys(("korrelation", "korr", "correlación", "correlacion"), "corr"),
    **dict.fromkeys(("effectiveness", "hedge effectiveness", "hedge", "removes", "he"), "he"),
    **dict.fromkeys(("wirksamkeit", "efectividad", "eficacia"), "he"),
    **dict.fromkeys(("drift", "abweichung", "deriva", "desviación"), "drift"),
    **dict.fromkeys(("funding", "funding rate", "apr", "finanzierung"), "funding"),
    **dict.fromkeys(("basis", "base"), "basis"),
    **dict.fromkeys(("spread", "abstand", "diferencial"), "spread"),
    **dict.fromkeys(("beta", "hedge ratio", "ratio"), "beta"),
}
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_BELOW = (
    "below|under|beneath|less(?: than)?|lower(?: than)?|smaller(?: than)?|unter|kleiner(?: als)?|"
    "weniger(?: als)?|por debajo de|debajo de|menor(?: que| de)?|menos(?: de)?|bajo"
)
_ABOVE = (
    "above|over|more(?: than)?|higher(?: than)?|greater(?: than)?|bigger(?: than)?|exceeds|über|"
    "größer(?: als)?|mehr(?: als)?|por encima de|encima de|mayor(?: que| de)?|m[aá]s(?: de)?|sobre"
)
_BETWEEN = (
    r"(?:\s+(?:is|goes|gets|falls|drops|sinks|rises|climbs|moves|turns|becomes|to|ist|geht|"
    r"wird|fällt|sinkt|steigt|auf|"
    r"es|cae|baja|sube|va|por))*\s*"
)
_FIGURE = r"[-+]?[\d.,]*\d(?:\s?(?:%|bps?\b|percent\b|prozent\b|por ciento\b))?(?![\w%])"
_SIDE = rf"(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE}))\s+(?P<figure>{_FIGURE})"
_AROUND_SIGNS = re.compile(r"\s*(<\s*=|>\s*=|=\s*<|=\s*>|≤|≥|<|>)\s*")
_SIGNS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}
_SAID = re.compile(rf"(?<![\w-])(?P<name>{_NAME})(?![\w-]){_BETWEEN}{_SIDE}", re.IGNORECASE)
_NAMELESS = re.compile(
    rf"{_BETWEEN}(?:(?P<below>(?<!\w)(?:{_BELOW})|<)|(?P<above>(?<!\w)(?:{_ABOVE})|>))\s*"
    r"(?P<figure>[-+]?(?:[01]?[.,]\d+|\d{1,2}(?:[.,]\d+)?\s?(?:%|percent\b|prozent\b|por ciento\b)))"
    r"(?![\w%])",
    re.IGNORECASE,
)
"""A side of a number that may be a correlation, of what it is not said."""
_NEGATIVE = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})(?![\w-])(?P<middle>(?:\s+[^\s\d<>]+){{0,6}}?){_BETWEEN}"
    r"(?<!\w)(?:(?P<below>negativ[eoa]?)|(?P<above>positiv[eoa]?))(?!\w)",
    re.IGNORECASE,
)
_LOOSE_UNIT = re.compile(r"(?<=[<>=])([-+]?[\d.,]*\d)\s+(%|bps?\b)", re.IGNORECASE)
_NAMED = re.compile(rf"(?<![\w-])({_NAME})(?=[<>])", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})(?P<sign>\s*=\s*|\s+(?:at\s+|to\s+|bei\s+|auf\s+|en\s+|a\s+)?)"
    rf"(?P<figure>{_FIGURE})(?!\S)",
    re.IGNORECASE,
)
_TWO_SIDES = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME}){_BETWEEN}(?:(?:between|zwischen|entre)\s+(?P<low>{_FIGURE})\s*"
    rf"(?:and|und|y|-)\s*(?P<high>{_FIGURE})|\s(?P<from>{_FIGURE})\s?-\s?(?P<to>{_FIGURE}))",
    re.IGNORECASE,
)
_APART = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})(?![\w-])(?P<middle>(?:\s+[^\s\d<>]+){{1,8}}?)\s+{_SIDE}",
    re.IGNORECASE,
)
TWO = 2
_SIDELESS = re.compile(r"(?<!\S)(?P<figure>0?[.,]\d{1,2}|[1-9]\d\s?%)[.!?]?$")
_SIGNED_APART = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})(?![\w-])(?P<middle>(?:\s+[^\s\d<>]+){{1,8}}?)(?P<sign>[<>]=?)"
    rf"(?P<figure>{_FIGURE})",
    re.IGNORECASE,
)
"""``corr of btc eth<0.6``: what is measured stands before the markets, its number behind them."""
_NUMBERLESS = re.compile(
    r"(?<!\S)(?:corr|correlation|korrelation|correlaci[oó]n|rho)(?!\S)", re.IGNORECASE
)
_LEVEL = re.compile(
    rf"(?<!\w)(?:{_BELOW}|{_ABOVE}|hits|reaches|erreicht|llega a|supera|(?:baja|cae|sube|pasa) de)\s+"
    r"(?:los\s+)?\$?[\d.,]*\d\s?k?(?![\w%.,]|\s?%)(?:\s+(?P<unit>\w+))?",
    re.IGNORECASE,
)
"""A price that is on one side of a number, without a word about what is meant."""
_ALONE = re.compile(
    r"(?<!\S)(?P<name>funding rate|funding|finanzierung|basis|drift|abweichung|deriva|spread|"
    r"effectiveness|wirksamkeit|efectividad|eficacia)(?!\S)"
)
"""What is measured, without its number; in small letters only, for coins are called DRIFT too."""
_REACHED = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})\s+(?:(?P<below>falls|drops|sinks|fällt|sinkt|cae|baja)|"
    rf"(?P<above>rises|climbs|steigt|sube))\s+(?:to|auf|a|hasta)\s+(?P<figure>{_FIGURE})",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})\s+(?:falls|drops|sinks|rises|climbs|moves|changes|fällt|sinkt|steigt|"
    rf"cae|baja|sube)\s+(?:(?:by|um|un)\s+{_FIGURE}|[\d.,]*\d\s?(?:%|percent\b|prozent\b))(?!\S)",
    re.IGNORECASE,
)
_PRICE = re.compile(
    rf"{_LEVEL.pattern}|(?:price|preis|kurs|precio)\b|[<>]\s*\$?\d|\b(?:at|falls|drops|rises|fällt|"
    r"steigt|cae|sube|baja)(?:\s+(?:by|to|um|auf|un))?\s+\$?\d|"
    r"(?<!\S)(?:\$\s?\d[\d.,]*k?|\d[\d.,]{2,}k?|\d+k)\W*$",
    re.IGNORECASE,
)
_PARTED = re.compile(
    r"(?<![\w-])(?:decouples?|diverges?|de-?correlates?|breaks? (?:apart|down|up)|drifts? apart|"
    r"se (?:desacoplen|separen)|diverjan|"
    r"stops? moving together|loses? (?:their )?correlation|(?:sich )?entkoppeln|auseinanderlaufen|"
    r"auseinandergehen|se desacoplan|se separan|divergen|dejan de moverse juntos)(?![\w=-])"
)
"""What two markets do at a break; in small letters only, for coins are called anything."""
_MEASURED = re.compile(rf"(?<![\w-])(?:{_NAME})(?!\w)", re.IGNORECASE)
LEAST_OF_A_SENTENCE = 2
"""Words that mean nothing to us: fewer are a mistake of typing."""


def condensed(text: str) -> str:
    """The words with each condition as one of them: ``corr below 80%`` is ``corr<80%``.

    Raises
    ------
    UsageError
        It is said what is measured, but not on which side of a number, or for too long.

    """
    text = rewritten(with_terms(text))
    if not _has_test(text):
        _refuse_change(text)
        _refuse_two_sides(text)
        _refuse_bare(text)
        _refuse_prices(text)
        _refuse_nameless(text)
    refuse_long(text)
    return text


def rewritten(text: str) -> str:
    """The words with each condition that can be read as one of them; the others as they are."""
    text = _AROUND_SIGNS.sub(lambda at: _sign(re.sub(r"\s", "", at[1])), text)
    text = _LOOSE_UNIT.sub(r"\1\2", text)
    text = _NAMED.sub(lambda found: _NAMES[found[1].casefold()], text)
    if _has_test(text):
        # Coins are called BETA and DRIFT too: what is written as a condition is not looked at again.
        return text
    text = _SIGNED_APART.sub(_signed, _REACHED.sub(_condition, text))
    text = _NEGATIVE.sub(_about_zero, _APART.sub(_condition, _SAID.sub(_condition, text)))
    return text if _has_test(text) else _PARTED.sub("break", text, count=1)


def _sign(typed: str) -> str:
    return _SIGNS.get(typed, typed)


def part_of(text: str, plain: str) -> UsageError | None:
    """What to say to a sentence of which only its condition and its markets are understood.

    ``text`` is ``plain``, condensed. None where it is no sentence.
    """
    named = [one.words for one in named_in(text)]
    said = [word for word in text.split() if word.casefold() in SYNTAX.switches | BANDS]
    unread = [word for word in text.split() if word.islower() and _is_idle(word, named)]
    is_sentence = text != plain or any(word.upper() in FUNCTION_WORDS for word in unread)
    has_test = _has_test(" ".join((*named, *said)))
    if not is_sentence or len(unread) < LEAST_OF_A_SENTENCE or not has_test:
        return None
    right = " ".join(("/watch", *dict.fromkeys((*named, *said))))
    return UsageError(
        tr("I read only a part of that. Did you mean `{question}`?", question=right),
        corrections=(Correction(right.removeprefix("/watch "), right),),
    )


def _is_idle(word: str, named: list[str]) -> bool:
    parts = {part.casefold() for one in named for part in one.split()}
    return word not in parts and word not in SYNTAX.switches | BANDS and word.isalpha()


def _has_test(text: str) -> bool:
    return any(map(_is_test, text.split()))


def _is_test(word: str) -> bool:
    try:
        return wanted_of(word.strip(".,;!?")) is not None
    except AmbiguousNumberError:
        return True


def _condition(said: re.Match[str]) -> str:
    sign = "<" if said["below"] else ">"
    middle = said.groupdict().get("middle", "")
    test = f"{_NAMES[said['name'].casefold()]}{sign}{_figure(said['figure'])}"
    return f"{middle} {test}".strip()


def _about_zero(said: re.Match[str]) -> str:
    test = f"{_NAMES[said['name'].casefold()]}{'<' if said['below'] else '>'}0"
    return f"{said['middle']} {test}".strip()


def _signed(said: re.Match[str]) -> str:
    test = f"{_NAMES[said['name'].casefold()]}{said['sign']}{_figure(said['figure'])}"
    return f"{said['middle']} {test}".strip()


def _figure(typed: str) -> str:
    return re.sub(r"\s?(?:percent|prozent|por ciento)", "%", typed, flags=re.IGNORECASE).replace(
        " ", ""
    )


def _refuse_two_sides(text: str) -> None:
    said = _TWO_SIDES.search(text)
    if said is None:
        return
    name = _NAMES[said["name"].casefold()]
    low, high = said["low"] or said["from"], said["high"] or said["to"]
    rights = (f"{name}<{_figure(low)}", f"{name}>{_figure(high)}")
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
    usual = SENSIBLE[Metric(_NAMES[said["name"].casefold()])]
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
    metric = Metric(_NAMES[alone["name"].casefold()])
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
    name, figure = _NAMES[said["name"].casefold()], _figure(said["figure"])
    sides = "><" if ">" in SENSIBLE[Metric(name)] else "<>"
    raise instead(
        tr("Below {figure} or above?", figure=figure),
        text,
        said,
        tuple(f"{name}{side}{figure}" for side in sides),
    )


def names_level(text: str) -> bool:
    """Whether some words say that one coin is on a side of a number: ``btc below 60k``."""
    said = _LEVEL.search(text)
    if said is None or is_unit(said["unit"] or "") or _MEASURED.search(text) is not None:
        return False
    return len({one.market.base for one in named_in(text) if one.market}) == 1


def _refuse_prices(text: str) -> None:
    """Say what can be watched to whoever wants to hear of a price."""
    if re.search(_MEASURED, text) is not None or _PRICE.search(text) is None:
        return
    coins = [one.market for one in named_in(re.sub(r"[<>]", " ", text)) if one.market]
    if len({coin.base for coin in coins}) != 1:
        return
    raise UsageError(
        tr(
            "I have no alerts on prices: I watch how markets stand to each other, and what contracts "
            "pay."
        ),
        corrections=tuple(_watchable(coins[0])),
    )


def _refuse_nameless(text: str) -> None:
    """Of two markets and a number people mostly mean the correlation; it is asked, not assumed."""
    if re.search(_MEASURED, text) is not None:
        return
    said = _NAMELESS.search(text)
    if said is None:
        _refuse_sideless(text)
        return
    figure = _figure(said["figure"])
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
    figure = _figure(said["figure"])
    raise instead(
        tr("Below {figure} or above?", figure=figure),
        text,
        said,
        (f"corr<{figure}", f"corr>{figure}"),
    )


def _watchable(coin: Instrument) -> list[Correction]:
    """What there is of a coin instead; of ETH/BTC how ETH stands to BTC."""
    market = replace(coin, quote=None, settle=None, text="")
    contract = typed(market if is_contract(market) else contract_of(market), SYNTAX)
    other = coin.quote if coin.quote in COIN_QUOTES else "BTC" if coin.base == "ETH" else "ETH"
    rights = (
        f"{typed(market, SYNTAX)} {other}-PERP break",
        f"{contract} funding<0",
        f"{contract} basis>0.5%",
    )
    return [Correction(right, f"/watch {right}") for right in rights]
