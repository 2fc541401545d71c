"""Text that a terminal shows as it is: names of files may hold what would move its cursor or colour its lines."""

from unicodedata import category

UNSEEN = ("Zl", "Zp")  # ends of lines and of paragraphs


def printable(text: object, kept: str = "") -> str:
    r"""The text with `\x1b` in place of an escape character, and so on for all that is no letter, sign or space.

    Args:
        text: what `str` makes a text of, such as a path.
        kept: characters that stay, such as a line break.
    """
    return "".join(letter if letter in kept or _is_shown(letter) else _escaped(letter) for letter in str(text))


def _is_shown(letter: str) -> bool:
    kind = category(letter)
    return kind[0] != "C" and kind not in UNSEEN


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
