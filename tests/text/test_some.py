from custom.text.some import some


def test_what_is_left_out_of_a_list_is_seen():
    assert some(["a", "b"]) == some(("a", "b"), 2) == "a, b"
    assert some([1.5, 2, "c"], 2) == "1.5, 2, …"
    assert some([]) == ""
