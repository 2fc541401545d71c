"""Long series come in windows."""

from conftest import write_patient

from custom.loading import SeriesWindows


def series(folder, slices):
    write_patient(folder, "p", slices, (30, 40), 0)
    return [{"image": str(folder / "p" / f"p_{number}.tif")} for number in range(1, slices + 1)]


def test_a_long_series_comes_in_windows_and_then_in_steps_without_images(tmp_path):
    windows = SeriesWindows([[0, 1, 2, 3, 4]], series(tmp_path, 5), most_px=2 * 30 * 40)
    assert list(windows) == [[0, 1], [2, 3], [4], [], []]
    assert len(windows) == 5
    assert [step.ends_series for step in windows.steps] == [False, False, True, False, False]


def test_short_series_and_lone_images_stay_as_they_are(tmp_path):
    data = [*series(tmp_path, 3), {"image": "that is not opened.png"}]
    windows = SeriesWindows([[0, 1, 2], [3]], data, most_px=3 * 30 * 40)
    assert list(windows) == [[0, 1, 2], [3]]


def test_a_window_holds_an_image_even_if_it_is_larger(tmp_path):
    assert list(SeriesWindows([[0, 1]], series(tmp_path, 2), most_px=1)) == [[0], [1], []]
