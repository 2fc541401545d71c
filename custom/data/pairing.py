"""Which label belongs to which image: by the same name in two folders or side by side, but for their suffixes.

::

    DIR/images/a/scan_1.jpg      DIR/a/scan_1.png             DIR/<id>/images/<id>.png
    DIR/labels/a/scan_1.png      DIR/a/scan_1_mask.png        DIR/<id>/masks/*.png, a file an object

    DIR/a/image/scan_1.jpg       where the folders are given as `*/image` and `*/label`
    DIR/a/label/scan_1.png

    DIR/scans/p1/v2/scan_1.jpg   where they are given as `scans/**` and `truth/**`: folders below do not matter
    DIR/truth/1/all/scan_1.png
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from custom.data.affixes import EACH, above, files_by_name, files_in_each, is_deep, is_named, name_below, stripped, subfolders
from custom.data.names import IMAGE_FOLDERS, LABEL_FOLDERS, Names
from custom.data.special_layouts import special_layout
from custom.files import is_result
from custom.files.names import LABELS


class Pairing(NamedTuple):
    """Where images and labels lie, and the files of each by their path relative to it, without suffixes.

    `fields` are masks of the field of view, where there are any. If `deep`, the files have their own names alone.
    """

    image_root: Path
    label_root: Path
    images: dict[Path, Path]
    labels: dict[Path, Path]
    fields: Mapping[Path, Path] = MappingProxyType({})
    deep: bool = False

    def place(self, name: Path) -> Path:
        """The name of an image with the folders that it lies in, which tell its patient."""
        return name_below(self.image_root, self.images[name]).with_name(name.name) if self.deep else name


def paired(found: Pairing) -> Pairing:
    """Images that have a label of their name, with these; no others."""
    both = found.images.keys() & found.labels.keys()
    images, labels = ({name: path for name, path in files.items() if name in both} for files in (found.images, found.labels))
    return found._replace(images=images, labels=labels)


def pair_files(root: Path, names: Names) -> Pairing:
    """Images and labels of a folder in numeric order; those that belong together have one name.

    Raises:
        ValueError: if a folder is missing or its role is not clear, or two files have one name.
    """
    if not names.image_folder:
        known = special_layout(root)
        if known:
            return Pairing(root, root, *known)
    image_root, label_root = _two_folders(root, names) or (root, root)
    fields = _fields(root, image_root, names)
    images, labels = _files(root, image_root, names.image_folder), _files(root, label_root, names.label_folder)
    deep = is_deep(names.image_folder), is_deep(names.label_folder)
    suffixes = (names.label_suffix,) if names.label_suffix else LABELS
    if image_root == label_root and names.image_folder == names.label_folder:
        labels = {name: path for name, path in labels.items() if is_named(name, suffixes)}
        images = {name: path for name, path in images.items() if name not in labels and not is_result(path)}
    elif label_root.is_relative_to(image_root):
        below = {*labels.values()}
        images = {name: path for name, path in images.items() if path not in below}
    elif image_root.is_relative_to(label_root):
        below = {*images.values()}
        labels = {name: path for name, path in labels.items() if path not in below}
    seen = set(fields.values())
    images = {name: path for name, path in images.items() if is_named(name, (names.image_suffix,)) and path not in seen}
    labels = {name: path for name, path in labels.items() if path not in seen}
    pictured = stripped((names.image_suffix,), images, deep=deep[0])
    if names.label_suffix:  # others lie beside the labels, such as previews
        labels = {name: path for name, path in labels.items() if is_named(name, suffixes) or name in pictured}
    named = stripped(suffixes, labels, images.keys(), deep=deep[1])
    return Pairing(image_root, label_root, pictured, named, fields, deep[0])


def _files(root: Path, folder: Path, given: str) -> dict[Path, Path]:
    """The images of a folder by name, or of all folders of a given pattern."""
    return files_in_each(root, given) if EACH in above(given) else files_by_name(folder)


def _two_folders(root: Path, names: Names) -> tuple[Path, Path] | None:
    """The folders of images and of labels: the given ones, or those of a known name; else None.

    Raises:
        ValueError: if a folder is missing, or several have a known name, or one is given without the other.
    """
    if bool(names.image_folder) != bool(names.label_folder):
        raise ValueError("image_folder and label_folder must be given together, or neither")
    labels = tuple(name for name in LABEL_FOLDERS if name != names.field_folder.lower())
    found = _folder(root, names.image_folder, IMAGE_FOLDERS), _folder(root, names.label_folder, labels)
    return found if names.image_folder or root not in found else None


def _folder(root: Path, given: str, known: tuple[str, ...]) -> Path:
    """The given folder, or the only one of a known name, or else the root itself."""
    if given:
        if Path(given).is_absolute() or ".." in Path(given).parts:
            raise ValueError(f"image_folder, label_folder and field_folder must be names in dataset_dir, got {given!r}")
        folder = above(given)
        if EACH in folder:
            return root
        if not (root / folder).is_dir():
            raise ValueError(f"dataset_dir: no folder {folder!r} in {str(root)!r}; name one that is there")
        return root / folder
    found = [folder for folder in subfolders(root) if folder.name.lower() in known]
    if len(found) > 1:
        folders = ", ".join(folder.name for folder in found)
        which = "--slices#image_folder and --slices#label_folder"
        raise ValueError(f"dataset_dir: {str(root)!r} has the folders {folders}; say which with {which}")
    return found[0] if found else root


def _fields(root: Path, image_root: Path, names: Names) -> dict[Path, Path]:
    if not names.field_folder and not names.field_suffix:
        return {}
    given = names.field_folder or names.image_folder
    found = _files(root, _folder(root, given, ()) if names.field_folder else image_root, given)
    suffixes = (names.field_suffix,)
    return stripped(suffixes, {name: path for name, path in found.items() if is_named(name, suffixes)}, deep=is_deep(given))
