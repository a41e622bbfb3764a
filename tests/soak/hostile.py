"""What might be typed, and what nobody should: half-right commands, markup, signs of any script."""

import random
from collections.abc import Iterator, Sequence

from handlers import Command, Fact, Reply

LONGEST_MESSAGE = 4096
SIGNS = "0123456789.,-+$:=/_kKmMcdhwy%xX<>@&;#'\"`\\ \u00a0–−()[]{}|~^*\n\t"
TRAPS = (
    *("<b>", "</pre>", '<a href="tg://user?id=1">x</a>', "&lt;b&gt;", "&amp;amp;", "&#60;i>"),
    *("```", "`a` `", "<tg-spoiler>", "javascript:alert(1)", "t.me/joinchat/x", "@everybody"),
    *("'; DROP TABLE inbox; --", "{0.__class__}", "%s%n", "{token}", "../../etc/passwd", "\x00"),
    *("1e999", "nan", "-0", "9" * 400, "١٢٣", "½", "x" * 300, "🟢" * 60, "\u202e", "\ud83d", "ﬀ"),
    *("BTC/USDT:USDT", "binance:BTC", "__import__", "kraken:../", "BTC-99ZZZ99", "BTC\r\nHost: x"),
)


def typed(commands: Sequence[Command], chance: random.Random) -> Iterator[str]:
    """What might be typed, and what would not."""
    examples = [example for command in commands for example in command.examples]
    words = sorted({word for example in examples for word in example.split()[1:]})
    names = [f"/{name}" for command in commands for name in (command.name, *command.aliases)]
    while True:
        match chance.randrange(6):
            case 0:
                text = _slipped(chance.choice(examples), chance)
            case 1:
                text = " ".join(
                    (chance.choice(names), *chance.choices(words, k=chance.randrange(9)))
                )
            case 2:
                mixed = chance.choices([*words, *TRAPS], k=chance.randrange(1, 7))
                text = " ".join((chance.choice(names), *mixed))
            case 3:
                text = f"{chance.choice(names)} {_signs(chance, 60)}"
            case 4:
                text = _any(chance, chance.choice((5, 50, 500)))
            case _:
                text = f"{chance.choice(names)}{chance.choice((' ', '@Bot ', '_', ''))}{_any(chance, 40)}"
        yield text[:LONGEST_MESSAGE]


def hostile_reply(chance: random.Random) -> Reply:
    def some(most: int) -> tuple[str, ...]:
        return tuple(_hostile(chance) for _ in range(chance.randrange(most + 1)))

    facts = tuple(
        tuple(Fact(_hostile(chance), _hostile(chance), some(2)) for _ in range(chance.randrange(4)))
        for _ in range(chance.randrange(3))
    )
    return Reply(
        title=_hostile(chance),
        answer=_hostile(chance),
        facts=facts,
        text=some(3),
        notes=some(3),
        provenance=some(2),
        chart=chance.choice((None, b"png")),
    )


def _slipped(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(1, 4)):
        at, keep = chance.randrange(len(text) + 1), chance.randrange(4)
        text = text[:at] + _signs(chance, 3) + text[at + keep :]
    return text


def _signs(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(SIGNS + "BTCETHPRINVSW", k=chance.randrange(most + 1)))


def _any(chance: random.Random, most: int) -> str:
    """Signs of any script; halves of surrogate pairs too, which Telegram never sends."""
    ranges = ((0, 0x80), (0, 0x800), (0, 0x10000), (0x1F300, 0x1FA00))
    return "".join(
        chr(chance.randrange(*chance.choice(ranges))) for _ in range(chance.randrange(most + 1))
    )


def _hostile(chance: random.Random) -> str:
    made = (
        lambda: chance.choice(TRAPS) * chance.choice((1, 1, 3, 200)),
        lambda: _any(chance, 60),
        lambda: _signs(chance, 200),
        lambda: " ".join(chance.choices(TRAPS, k=4)),
    )
    # Halves of pairs cannot be sent: what people write arrives as UTF-8.
    return chance.choice(made)()[:6000].encode("utf-8", "replace").decode()
