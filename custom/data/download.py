"""The LGG set, fetched from Kaggle."""

from pathlib import Path

from custom.data.kaggle import kaggle_lgg
from custom.text.one_line import one_line

HANDLE = "mateuszbuda/lgg-mri-segmentation"
BY_HAND = f"download the archive from https://www.kaggle.com/datasets/{HANDLE}, unzip it, and pass its folder as --dataset_dir"
TIMEOUT_S = 10.0


def download_lgg(out: str | Path | None = None) -> Path:
    """Folder of the LGG set, fetched with kagglehub unless it is there already.

    Args:
        out: an empty or new folder, or one that an earlier call filled; None is kagglehub's cache.

    Raises:
        ValueError: if kagglehub is not installed, Kaggle does not answer in 10 s or refuses, or what came is not the set;
            the message says how to get it by hand.
    """
    try:
        import kagglehub
        import requests
        from kagglesdk.kaggle_env import get_endpoint, get_env
    except ImportError as error:
        raise ValueError(f'kagglehub is missing: pip install "unet-bundle[download]"; or by hand: {BY_HAND}') from error
    try:
        # kagglehub itself waits for a silent network for minutes, or for ever.
        requests.head(get_endpoint(get_env()), timeout=TIMEOUT_S)
        folder = Path(kagglehub.dataset_download(HANDLE, output_dir=None if out is None else str(out)))
        kaggle_lgg(folder)
    except (requests.ConnectionError, requests.Timeout) as error:
        raise ValueError(f"Kaggle cannot be reached from here ({type(error).__name__}); by hand: {BY_HAND}") from error
    except FileExistsError as error:
        raise ValueError(f"out: {str(out)!r} is not an empty folder; name a new one") from error
    except Exception as error:  # kagglehub's own errors have no base class
        raise ValueError(f"Kaggle's download failed ({one_line(error)}); by hand: {BY_HAND}") from error
    return folder
