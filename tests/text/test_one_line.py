from custom.text.one_line import one_line


def test_line_breaks_and_indents_become_blanks():
    assert one_line(ValueError("a decoder\n    says much\n")) == "a decoder says much"


def test_an_error_without_a_text_is_told_by_its_type():
    assert one_line(EOFError()) == "EOFError"
    assert one_line(ValueError(" \n")) == "ValueError"
