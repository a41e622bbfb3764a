"""Words as bitmaps."""

import pytest

from analytics.charts.scene import Label
from analytics.charts.typesetting import Typesetter, placed
from analytics.charts.wording import fitted, wrapped

TYPESETTER = Typesetter()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ρ 0.84 × −1 … ≤ · ⚠ ▼ ↑ →", "ρ 0.84 × −1 … ≤ · ⚠ ▼ ↑ →"),
        ("替代", "□□"),
        ("PEPE🚀", "PEPE□"),
        ("a\tb\nc\u00a0d", "a b c d"),
        ("\u202eevil\u200b\x00", "evil"),
        ("سعر 100", "□□□ 100"),
        ("\ud800", "□"),
        ("", ""),
    ],
)
def test_what_the_font_lacks_becomes_a_box(text: str, shown: str) -> None:
    assert TYPESETTER.printable(text) == shown
    TYPESETTER.typeset(text, size=24)


def test_the_box_takes_no_empty_rows_or_columns() -> None:
    ink = TYPESETTER.typeset("ρ 0.84 (0.79–0.88)", size=40, bold=True).coverage > 0
    assert ink[0].any()
    assert ink[-1].any()
    assert ink[:, 0].any()
    assert ink[:, -1].any()


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size", [22, 24, 26, 46])
def test_capitals_stand_on_the_baseline(size: float, bold: bool) -> None:
    ink = TYPESETTER.typeset("HEX", size=size, bold=bold)
    assert ink.coverage.shape[0] == ink.top
    assert ink.top == pytest.approx(0.729 * size, abs=1)


def test_a_descender_does_not_lift_its_neighbours() -> None:
    plain, deep = (TYPESETTER.typeset(text, size=40) for text in ("HH", "Hg"))
    assert plain.top == deep.top
    assert deep.coverage.shape[0] == plain.coverage.shape[0] + 9


@pytest.mark.parametrize("text", ["−", "…", "p", "·", "ρ 0.84", "替", "BTC (0.1)"])
@pytest.mark.parametrize("size", [22, 24, 26, 28, 46])
def test_every_glyph_stands_where_it_stands_beside_a_capital(text: str, size: float) -> None:
    alone = TYPESETTER.typeset(text, size=size)
    beside = TYPESETTER.typeset(f"H{text}", size=size)
    bottoms = [ink.coverage.shape[0] - ink.top for ink in (alone, beside)]
    assert bottoms[1] == max(bottoms[0], 0)


def test_size_is_pixels_and_scales_width() -> None:
    small, large = (TYPESETTER.width("0.8400", size=size) for size in (22, 44))
    assert large == pytest.approx(2 * small, rel=0.05)


def test_what_is_remembered_does_not_change_and_does_not_grow_for_ever() -> None:
    typesetter = Typesetter()
    first = typesetter.typeset("BTC", size=24).coverage.copy()
    for k in range(1500):
        typesetter.typeset(str(k), size=24)
    assert (typesetter.typeset("BTC", size=24).coverage == first).all()
    assert len(typesetter._done) <= 1024


def test_anchors_hold_their_side() -> None:
    ink = TYPESETTER.typeset("0.84", size=24)
    width = ink.coverage.shape[1]
    left, centre, right = (
        placed(Label("0.84", 100, 50, 24, "#000000", anchor=anchor), ink)
        for anchor in ("left", "centre", "right")
    )
    assert left.left == 100
    assert right.right == 100
    assert centre.left == round(100 - width / 2)


def test_a_long_text_shrinks_before_it_is_cut() -> None:
    text, size = fitted("1000000MOG-PERP", TYPESETTER, 260, size=30)
    assert text == "1000000MOG-PERP"
    assert 22 <= size < 30


def test_a_cut_text_keeps_both_ends() -> None:
    text, size = fitted("1000000BABYDOGE-PERP", TYPESETTER, 120, size=30)
    assert size == 22
    assert text.startswith("1000")
    assert text.endswith("ERP")
    assert TYPESETTER.width(text, size=size) <= 120


def test_two_lines_part_at_a_middle_dot() -> None:
    lines = wrapped("removes 66 % · on unseen data, sixty times", TYPESETTER, 420, size=26)
    assert [text for text, _ in lines] == ["removes 66 %", "on unseen data, sixty times"]


def test_an_empty_text_takes_no_line() -> None:
    assert wrapped("  ", TYPESETTER, 400, size=26) == []
