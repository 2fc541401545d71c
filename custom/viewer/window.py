"""The window of napari."""

from collections.abc import Iterable
from typing import Any

from custom.viewer.layers import Layer


def open_window(title: str) -> Any:
    """An empty window of napari, which `show` fills.

    Raises:
        ValueError: if napari is not installed.
    """
    try:
        import napari
    except ImportError as error:
        raise ValueError('napari is missing: pip install "unet-bundle[napari]", or pip install "napari[pyqt6]"') from error
    return napari.Viewer(title=title)


def show(viewer: Any, layers: Iterable[Layer]) -> None:
    """Shows layers, the lowest first, in a window of napari, and returns when it is closed."""
    import napari

    add_layers(viewer, layers)
    viewer.reset_view()
    napari.run()


def add_layers(viewer: Any, layers: Iterable[Layer]) -> None:
    """Adds layers to a viewer of napari, with a window or without (`napari.components.ViewerModel`)."""
    for layer in layers:
        options = dict(layer.options)
        contour = options.pop("contour", 0)
        shown = getattr(viewer, f"add_{layer.kind}")(layer.data, name=layer.name, scale=layer.scale, **options)
        if contour:
            shown.contour = contour
