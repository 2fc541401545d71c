from custom.text.nearest import did_you_mean


def test_the_nearest_name_is_told_or_what_else_helps():
    assert did_you_mean("batch_sise", ["epochs", "batch_size"]) == "; did you mean batch_size?"
    assert did_you_mean("zzz", ["epochs"]) == ""
    assert did_you_mean("zzz", ["epochs"], "; --help lists them") == "; --help lists them"
