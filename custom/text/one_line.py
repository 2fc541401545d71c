"""What an error says, in one line."""


def one_line(error: BaseException) -> str:
    """The text of an error without its line breaks; the name of its type where it has no text."""
    return " ".join(str(error).split()) or type(error).__name__
