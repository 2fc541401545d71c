import io
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from custom.data import download, download_lgg, kaggle_lgg

BY_HAND = r"by hand: .*https://www\.kaggle\.com/datasets/mateuszbuda/lgg-mri-segmentation, unzip it, .*--dataset_dir$"
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(autouse=True)
def no_account_and_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_API_TOKEN", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "KAGGLE_CONFIG_DIR", "KAGGLEHUB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture
def kaggle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], None]]:
    """Makes kagglehub talk, through its own code, to a server on this machine that gives the answer chosen."""
    pytest.importorskip("kagglehub")
    servers = []

    def start(answer: Answer) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                answer(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def reply(handler: BaseHTTPRequestHandler, status: int, content: bytes = b"{}", kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(content)


def archive() -> bytes:
    """The set as Kaggle zips it: twice."""
    slice_, content = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(slice_, "TIFF")
    with zipfile.ZipFile(content, "w") as file:
        for folder in ("kaggle_3m", "lgg-mri-segmentation/kaggle_3m"):
            for name in ("TCGA_1/TCGA_1_1.tif", "TCGA_1/TCGA_1_1_mask.tif"):
                file.writestr(f"{folder}/{name}", slice_.getvalue())
    return content.getvalue()


def give(content: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.endswith("GetDataset"):
            reply(handler, 200, b'{"currentVersionNumber": 2}')
        else:
            reply(handler, 200, content, "application/zip")

    return answer


def test_without_kagglehub_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(ValueError, match=rf'pip install "unet-bundle\[download\]"; or {BY_HAND}'):
        download_lgg()


def test_offline_it_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("kagglehub")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # the discard port: nobody listens
    begin = time.monotonic()
    with pytest.raises(ValueError, match=f"^Kaggle cannot be reached from here .*{BY_HAND}"):
        download_lgg()
    assert time.monotonic() - begin < 5


def test_a_network_that_never_answers_does_not_hang(kaggle: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "TIMEOUT_S", 0.2)
    over = threading.Event()
    kaggle(lambda handler: reply(handler, 200) if over.wait(20) else None)
    with pytest.raises(ValueError, match=f"^Kaggle cannot be reached from here .*{BY_HAND}"):
        download_lgg()
    over.set()


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_is_one_line_with_the_way_by_hand(status: int, kaggle: Callable[[Answer], None]) -> None:
    kaggle(lambda handler: reply(handler, status))
    with pytest.raises(ValueError, match=rf"^Kaggle's download failed \({status} .*{BY_HAND}") as error:
        download_lgg()
    assert len(str(error.value).splitlines()) == 1


def test_an_archive_without_the_set_is_an_error(kaggle: Callable[[Answer], None], tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("data.csv", "nothing else")
    kaggle(give(content.getvalue()))
    with pytest.raises(ValueError, match=f"^Kaggle's download failed .*holds no <patient>.*{BY_HAND}"):
        download_lgg(tmp_path / "lgg")


def test_an_archive_with_paths_out_of_its_folder_writes_nothing_outside(
    kaggle: Callable[[Answer], None], tmp_path: Path
) -> None:
    content = io.BytesIO(archive())
    with zipfile.ZipFile(content, "a") as file:
        file.writestr("../outside.txt", "no")
        file.writestr("kaggle_3m/../../outside.txt", "no")
    kaggle(give(content.getvalue()))
    folder = download_lgg(tmp_path / "deep" / "lgg")
    assert len(kaggle_lgg(folder)) == 1
    assert all(path.is_relative_to(folder) for path in tmp_path.rglob("outside.txt"))


def test_a_folder_in_use_is_left_alone(kaggle: Callable[[Answer], None], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    kaggle(give(archive()))
    with pytest.raises(ValueError, match="is not an empty folder; name a new one"):
        download_lgg(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_the_set_is_fetched_once_and_can_be_trained_on(kaggle: Callable[[Answer], None], tmp_path: Path) -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path.rpartition("/")[2])
        give(archive())(handler)

    kaggle(answer)
    for _ in range(2):
        folder = download_lgg(tmp_path / "lgg")
        assert [item["slice_index"] for item in kaggle_lgg(folder)] == [1]
    assert folder == tmp_path / "lgg"
    assert asked.count("DownloadDataset") == 1


def test_without_a_folder_the_set_lands_in_the_cache_of_kagglehub(kaggle: Callable[[Answer], None], tmp_path: Path) -> None:
    kaggle(give(archive()))
    folder = download_lgg()
    assert folder.is_relative_to(tmp_path / "home")
    assert len(kaggle_lgg(folder)) == 1
