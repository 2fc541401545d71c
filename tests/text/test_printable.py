import pytest

from custom.text.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb\x07\r", "a\\x1b[2Jb\\x07\\r"),
        ("two\nlines\u2028and three", "two\\nlines\\u2028and three"),
        ("fdp.\u202etxt", "fdp.\\u202etxt"),
        ("broken \udcff", "broken \\udcff"),
        ("Kopf, ü, 脑, 12\u202fpm", "Kopf, ü, 脑, 12\u202fpm"),
    ],
)
def test_what_would_move_the_cursor_is_written_out_and_letters_stay(text, shown):
    assert printable(text) == shown
    shown.encode()


def test_line_breaks_stay_where_they_are_wanted():
    assert printable("a\nb\x1b", kept="\n") == "a\nb\\x1b"
