"""Small numbers written out, in the languages of the bot."""

_UNITS = {
    1: "one ein eine einen einem uno una un",
    2: "two zwei dos",
    3: "three drei tres",
    4: "four vier cuatro",
    5: "five fünf fuenf cinco",
    6: "six sechs seis",
    7: "seven sieben siete",
    8: "eight acht ocho",
    9: "nine neun nueve",
    10: "ten zehn diez",
    11: "eleven elf once",
    12: "twelve zwölf zwoelf doce",
    15: "fifteen fünfzehn quince",
    20: "twenty zwanzig veinte",
    25: "fünfundzwanzig veinticinco",
    30: "thirty dreißig dreissig treinta",
    40: "forty fourty vierzig cuarenta",
    50: "fifty fünfzig fuenfzig cincuenta",
    60: "sixty sechzig sesenta",
    70: "seventy siebzig setenta",
    80: "eighty achtzig ochenta",
    90: "ninety neunzig noventa",
    100: "hundred hundert cien",
    1000: "thousand tausend mil",
}
_VALUES = {word: value for value, words in _UNITS.items() for word in words.split()}


def numeral(word: str) -> int | None:
    """The number that a word spells: ``forty``, ``vierzig``, ``cuarenta``; None where it is none."""
    return _VALUES.get(word.casefold())


def joined(first: int, then: int) -> int | None:
    """Two such numbers as one: ``twenty five``, ``two hundred``; None where they are two."""
    if first % 10 == 0 and 10 < first < 100 and then < 10:  # noqa: PLR2004 - tens and ones
        return first + then
    return first * then if first < then and then >= 100 else None  # noqa: PLR2004 - of hundreds
