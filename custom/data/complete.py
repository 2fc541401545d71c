"""Whether each image has its label and each label its image, and what to do if not."""

from pathlib import Path

from custom.data.affixes import subfolders
from custom.data.pairing import Pairing
from custom.text.some import some

MEND = (
    "set --slices#image_folder and --slices#label_folder, --slices#image_suffix or --slices#label_suffix to how they are named"
)
ONLY_PAIRS = "--slices#only_pairs True"


def check_complete(root: Path, found: Pairing, with_fields: bool) -> None:
    """Makes sure that no file lacks its partner.

    Args:
        root: the data set.
        found: its files.
        with_fields: whether each image needs a mask of the field of view, too.

    Raises:
        ValueError: if there is no image, or a file has no partner; the message names one, and the mend.
    """
    if not found.images:
        raise ValueError(f"dataset_dir: {str(found.image_root)!r} holds no images; name another with --slices#image_folder")
    for files, others, message in (
        (found.images, found.labels, _no_label(root, found)),
        (
            found.labels,
            found.images,
            f"no image of that name in {str(found.image_root)!r}; add it, or move the label elsewhere{_left_out(found)}",
        ),
        (found.images if with_fields else {}, found.fields, "no mask of the field of view of that name; set field_suffix"),
    ):
        for name in sorted(files.keys() - others.keys()):
            raise ValueError(f"{files[name]}: {message}")


def no_pairs(root: Path) -> str:
    """What is wrong with a folder in which no image has a label, and how to mend it."""
    return f"no image in {str(root)!r} has a label of its name; {MEND}"


def _no_label(root: Path, found: Pairing) -> str:
    names = [folder.name for folder in subfolders(root)] if found.image_root == root else []
    folders = f"; {str(root)!r} has the folders {some(names, 5)}" if names else ""
    orphans = sorted(found.labels.keys() - found.images.keys())
    renamed = f"; if {found.labels[orphans[0]]}, which has no image, is its label, give both one name" if orphans else ""
    return f"no label of that name in {str(found.label_root)!r}; {MEND}{_left_out(found)}{renamed}{folders}"


def _left_out(found: Pairing) -> str:
    """A further mend where the names are understood: some files have partners, and those without are of one side."""
    images, labels = found.images.keys(), found.labels.keys()
    of_one_side = images < labels or labels < images
    return f", or leave out files without a partner with {ONLY_PAIRS}" if of_one_side and images & labels else ""
