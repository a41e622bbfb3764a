"""What translators wrote for one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from typing import Self

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of a language; a text that has none is said in English.

    Attributes
    ----------
    texts
        By English text.
    forms
        The forms of texts that count, by the English text for one.
    form
        Which of the forms a number takes.
    """

    texts: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]

    @classmethod
    def of_english(cls) -> Self:
        """The catalogue of the language that stands in the code."""
        return cls({}, {}, int)

    @classmethod
    def read(cls, language: str) -> Self:
        """The catalogue in ``LANGUAGE.po``."""
        with (FOLDER / f"{language}.po").open("rb") as file:
            found = read_po(file, locale=language)
        texts, forms = {}, {}
        for message in found:
            match message.id, message.string:
                case _ if message.fuzzy:
                    pass
                case (str(one), str()), (*said,) if all(said):
                    forms[one] = tuple(map(str, said))
                case str(text), str(said) if text and said:
                    texts[text] = said
        return cls(texts, forms, c2py(found.plural_expr))

    def text(self, text: str) -> str:
        """A text in this language."""
        return self.texts.get(text, text)

    def counted(self, one: str, more: str, n: int) -> str:
        """The text for a number of things in this language."""
        forms = self.forms.get(one)
        if forms is None:
            return one if n == 1 else more
        return forms[self.form(n)]
