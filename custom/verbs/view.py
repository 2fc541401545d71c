"""Open predictions in napari: the image, labels in colours, the truth as outlines, and probabilities if there are any."""

from collections.abc import Sequence

from custom.command_line.parser import Parser

MOST = 20


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom view", description=__doc__, epilog="It needs napari: pip install 'napari[pyqt6]'.")
    parser.add_argument("predictions", nargs="?", default="", metavar="RUN_OR_PREDICTIONS", help="folder (default: the newest)")
    parser.add_argument("--image", nargs="+", default=[], metavar="NAME", help=f"which images (default: the first {MOST})")
    parser.add_argument("--truth", default="", metavar="DIR", help="folder of labels (default: found beside the images)")
    options = parser.parse_args(arguments)
    from custom.command_line.bundle_command import known_bundle
    from custom.text.some import some
    from custom.viewer import layers_of, predictions_in, truth_of
    from custom.viewer.window import open_window, show

    found = predictions_in(options.predictions, known_bundle())
    missing = [name for name in options.image if name not in {one.name for one in found}]
    if missing:
        raise ValueError(f"image: {missing[0]!r} is not among {some([one.name for one in found], 5)}; choose one of them")
    shown = [one for one in found if not options.image or one.name in options.image][:MOST]
    truths = [truth_of(one.image, options.truth) for one in shown]
    if options.truth and not any(truths):
        raise ValueError(f"truth: {options.truth!r} holds no label that is called as {shown[0].name}; name another folder")
    layers = [
        layer
        for place, (one, truth) in enumerate(zip(shown, truths, strict=True))
        for layer in layers_of(one, truth, visible=not place)
    ]
    window = open_window(f"{shown[0].name} and others" if len(shown) > 1 else shown[0].name)
    more = "" if len(shown) == len(found) or options.image else f"; of {len(found)} images, --image NAME shows others"
    print(f"{len(shown)} images in napari, the first switched on{more}")
    show(window, layers)
    return 0
