"""What kind of market is meant, where a word of its own says it: ``btc perp``, ``with the inverse perp``."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from handlers._grammar.coins import is_coin
from handlers._grammar.symbols import FILLERS, FILLERS_ELSEWHERE, WELL_KNOWN

_INVERSE = frozenset(
    """
    inverse inv coinm coin-m coin-margined invers inverser inversen inverso inversa inversos
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
_PERP = frozenset(
    """
    perp perps perpetual perpetuals swap swaps linear usdm usdt-margined perpetuo perpetuos perpetua
    """.split()  # noqa: SIM905 - as above
)
_SPOT = frozenset({"spot"})
_FUTURE = frozenset({"future", "futures", "futuro", "futuros"})
"""Which of them is meant only the day says on which it ends; it is asked back for."""
KINDS = _INVERSE | _PERP | _SPOT | _FUTURE
"""Words that say a kind where they stand beside a coin; all of them may be coins too."""
_OF = frozenset({"of", "on", "von", "auf", "de", "sobre"})
_AGAINST = frozenset(
    """
    using via through by mittels per mediante
    """.split()  # noqa: SIM905 - as above
) | ((FILLERS | FILLERS_ELSEWHERE) - {"of", "de", "von", "~", "-", "/"})
"""What stands before a contract that is named without its coin."""
_ARTICLES = frozenset("the a an its der die das den dem einem einen el la un una su".split())  # noqa: SIM905
_NO_COINS = frozenset({"not", "one", "me", "s", "w"})
"""Words of every day that are coins only in capitals, even in front of a kind."""
_NAME = re.compile(r"(?:[-+$]*\d[\d.,]*[kM]?)?(?:[A-Za-z]\w*:)?(?P<coin>\$?[A-Za-z]\w*)")
_COUNT = re.compile(r"[-+$]*\d[\d.,]*[kKM]?c?")
_ENDS = ".,;:!?"
_BOTH = re.compile(r"(spot)/(perp)|(perp)/(spot)", re.IGNORECASE)
"""Both kinds of one coin in a word: ``btc spot/perp``."""
_SUFFIXES = frozenset({"-SPOT", "-PERP", "-INV", "-FUT"})


@lru_cache(maxsize=64)
def with_kinds(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with each kind at the coin that it is said of: ``btc perp`` is ``btc-PERP``.

    A kind without a coin, ``2.5 BTC with inverse perp``, is of the only coin that is named before.
    """
    words = tuple(part for word in words for part in (_parts(word) if "/" in word else (word,)))
    if KINDS.isdisjoint([word.casefold().rstrip(_ENDS) for word in words]):
        return words
    found: list[str] = []
    at = 0
    while at < len(words):
        stop = _run(words, at)
        suffix = _suffix(words[at:stop])
        if suffix is None:
            found.append(words[at])
            at += 1
            continue
        end = words[stop - 1][len(words[stop - 1].rstrip(_ENDS)) :]
        coin_at = stop + int(stop < len(words) and words[stop].casefold() in _OF)
        if found and _is_bare(found, len(found) - 1):
            found[-1] += f"{suffix}{end}"
        elif found and (other := _beside(found[-1], suffix)) is not None:
            found.append(f"{other}{end}")
        elif not end and coin_at < len(words) and _is_bare(words, coin_at):
            found.append(f"{words[coin_at]}{suffix}")
            stop = _run(words, coin_at + 1)
        elif (coin := _meant(found)) is not None:
            while found[-1].casefold() in _ARTICLES:
                found.pop()
            found.append(f"{coin}{suffix}{end}")
        else:
            found += words[at:stop]
        at = stop
    return tuple(found)


def _parts(word: str) -> list[str]:
    both = _BOTH.fullmatch(word)
    return [word] if both is None else [kind for kind in both.groups() if kind]


def _run(words: Sequence[str], at: int) -> int:
    """Where the words end that say one kind from a place on."""
    start = at
    while at < len(words) and (kind := words[at].casefold().rstrip(_ENDS)) in KINDS:
        if (kind in _SPOT) != (words[start].casefold().rstrip(_ENDS) in _SPOT):
            break
        at += 1
        if words[at - 1][-1] in _ENDS:
            break
    return at


def _suffix(said: Sequence[str]) -> str | None:
    """How a market says what some words say of it."""
    kinds = {word.casefold().rstrip(_ENDS) for word in said}
    if not kinds:
        return None
    if kinds & _SPOT:
        return "-SPOT"
    return "-INV" if kinds & _INVERSE else "-PERP" if kinds & _PERP else "-FUT"


def _beside(before: str, suffix: str) -> str | None:
    """The second market of ``btc spot perp``; None where the word before is not of the other kind."""
    coin, _, kind = before.rpartition("-")
    if not coin or (kind == "SPOT") == (suffix == "-SPOT") or f"-{kind}" not in _SUFFIXES:
        return None
    return _NAME.sub(r"\g<coin>", coin) + suffix


def _is_bare(words: Sequence[str], at: int) -> bool:
    """Whether a word is a coin, counted or not, that says nothing of its kind."""
    name = _NAME.fullmatch(words[at])
    if name is None or _says_nothing(name["coin"]):
        return False
    is_counted = at > 0 and _COUNT.fullmatch(words[at - 1]) is not None
    coin = name["coin"]
    return is_counted or coin.upper() in WELL_KNOWN or is_coin(coin, shouts=False)


def _says_nothing(coin: str) -> bool:
    return coin.casefold() in KINDS | _AGAINST | _ARTICLES | _NO_COINS


def _meant(before: Sequence[str]) -> str | None:
    """The only coin named before, where a contract of it is led in; None where that is not plain."""
    led = [word.casefold() for word in before]
    while led and led[-1] in _ARTICLES:
        led.pop()
    if not led or led[-1] not in _AGAINST:
        return None
    names = list(dict.fromkeys(_coins(before)))
    return names[0] if len(names) == 1 else None


def _coins(words: Sequence[str]) -> Iterator[str]:
    for at in range(len(words)):
        bare = re.sub(r"-(?:PERP|INV|SPOT|FUT)$", "", words[at].rstrip(_ENDS))
        name = _NAME.fullmatch(bare)
        if name is not None and _is_bare((*words[:at], bare), at):
            yield name["coin"].upper()
