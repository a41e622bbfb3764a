import pytest

from tests.emulators.telegram.formatted import parse_html
from tests.emulators.telegram.refusals import RefusalError


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é <br>", 'Unsupported start tag "br" at byte offset 3'),
        ("1 <b", "Unclosed start tag at byte offset 2"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b></b", "Unclosed end tag at byte offset 3"),
        (
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x!y>z</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_broken_markup_gets_the_servers_complaint(source: str, complaint: str) -> None:
    with pytest.raises(RefusalError) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("R&D &amp; &quot;x&quot; &#65;&#x42; &nbsp;", 'R&D & "x" AB &nbsp;', []),
        ("<B>x</B>", "x", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("𝛽<i>é</i>", "𝛽é", [("italic", 2, 1)]),
        ("<b>x  </b> \n", "x", [("bold", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<span class='tg-spoiler'>x</span>", "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<u>1</u><s>2</s><code>3</code>", "123", [
            ("underline", 0, 1),
            ("strikethrough", 1, 1),
            ("code", 2, 1),
        ]),
    ],
)  # fmt: skip
def test_markup_becomes_text_and_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    parsed = parse_html(source)
    found = [(item["type"], item["offset"], item["length"]) for item in parsed.entities]
    assert (parsed.text, found) == (text, entities)


def test_links_and_languages_are_kept() -> None:
    parsed = parse_html(
        '<a href="https://x.org/?a=1&amp;b=2">x</a>'
        '<pre><code class="language-python">y</code></pre><a href="">no</a>'
    )
    assert parsed.entities == (
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://x.org/?a=1&b=2"},
        {"type": "pre", "offset": 1, "length": 1, "language": "python"},
    )
