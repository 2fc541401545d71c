"""Serves a bundle with MONAI Label, to this machine alone.

::

    python integrations/monai_label/serve.py --studies DIR

Needs the environment that `make label-environment` makes. The app, which holds the bundle and the weights that are trained in
it, is made by the first call in `build/monai_label/app` and kept: remove that folder to go back to the shipped weights.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

HERE = Path(__file__).parent
REPO = HERE.parents[1]
HOST = "127.0.0.1"
MODEL = "unet_segmentation"
START_SECONDS = 180


def make_app(environment: Path, bundle: Path, app: Path) -> Path:
    """A new app: MONAI Label's own for bundles, what `app.py` adds, and a copy of the bundle.

    Args:
        environment: of MONAI Label.
        bundle: what `python -m custom export --config bundle/configs/monai_label.json` made.
        app: folder to make.

    Raises:
        ValueError: if MONAI Label is missing, the bundle was exported otherwise, or the app exists.
    """
    if app.exists():
        raise ValueError(f"app: {str(app)!r} exists, and nothing is overwritten; choose another")
    train = bundle / "configs" / "train.json"
    if not train.is_file() or "custom.handlers.PublishWeights" not in train.read_text():
        raise ValueError(
            f"bundle: {str(bundle)!r} was not exported for MONAI Label: "
            "python -m custom export --config bundle/configs/monai_label.json --checkpoint …"
        )
    command = [*monailabel(environment), "apps", "--download", "--name", "monaibundle", "--output", str(app.parent / "stock")]
    shutil.rmtree(app.parent / "stock", ignore_errors=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=own_paths(), timeout=300)
    stock = app.parent / "stock" / "monaibundle"
    (stock / "main.py").rename(stock / "stock_app.py")
    shutil.copyfile(HERE / "app.py", stock / "main.py")
    shutil.copytree(bundle, stock / "model" / MODEL)
    stock.rename(app)
    (app.parent / "stock").rmdir()
    return app


def monailabel(environment: Path) -> list[str]:
    """The command of an environment; its script `monailabel` would take another Python, and this repository's `custom`.

    Raises:
        ValueError: if it is not there.
    """
    if not (environment / "bin" / "monailabel").is_file():
        raise ValueError(f"environment: no MONAI Label in {str(environment)!r}; `make label-environment` makes .venv-label")
    return [str(environment.absolute() / "bin" / "python"), "-m", "monailabel.main"]


def own_paths() -> dict[str, str]:
    """The variables of this process without its PYTHONPATH: the server imports the bundle's `custom`."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def server_command(environment: Path, app: Path, studies: Path, port: int) -> list[str]:
    """The command line of a server that downloads nothing and listens on this machine alone.

    Raises:
        ValueError: if a folder is missing or the port is taken.
    """
    if not studies.is_dir():
        raise ValueError(f"studies: no folder {str(studies)!r}; name one of NIfTI volumes")
    if not (app / "main.py").is_file():
        raise ValueError(f"app: no main.py in {str(app)!r}")
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise ValueError(f"port: {port} is taken; choose another")
    return [
        *monailabel(environment), "start_server", "--app", str(app.resolve()), "--studies", str(studies.resolve()),
        "--conf", "models", MODEL, "--conf", "zoo_source", "local", "--conf", "sam2", "false",
        "--host", HOST, "--port", str(port),
    ]  # fmt: skip


@contextmanager
def running(command: list[str], log: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, and that is gone with all its processes when the block ends.

    Args:
        command: of `server_command`.
        log: file for what it prints.
        variables: of its environment, besides those of this process.

    Raises:
        ValueError: if it ends, or does not answer within three minutes.
    """
    url = f"http://{HOST}:{command[-1]}/info/"
    # It would read a `.env` of the folder it starts in: the log's holds none.
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent, start_new_session=True,
            env={**own_paths(), **variables},
        ) as server,
    ):  # fmt: skip
        try:
            _wait(server, url, log)
            yield server
        finally:
            _end(server)


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ValueError(f"the server ended with code {server.returncode}: see {log}")
        try:
            if requests.get(url, timeout=START_SECONDS).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.5)
    raise ValueError(f"the server did not answer within {START_SECONDS} s: see {log}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """Its session is its own, so that the group holds it and the trainings that it started, and nothing else."""
    for number in (15, 9):
        try:
            os.killpg(server.pid, number)
            server.wait(timeout=20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def export(checkpoint: Path, out: Path) -> Path:
    """The bundle with a checkpoint, as MONAI Label wants it, in a new folder."""
    from custom.export import export_bundle

    return export_bundle(checkpoint, out, overlays=[REPO / "bundle" / "configs" / "monai_label.json"])


def main() -> int:
    """Export if there is no app yet, then serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=Path, required=True, metavar="DIR", help="folder of NIfTI volumes (H, W, D, 3)")
    parser.add_argument("--checkpoint", type=Path, default=REPO / "bundle" / "models" / "model.pt", metavar="FILE")
    parser.add_argument("--app", type=Path, default=REPO / "build" / "monai_label" / "app", metavar="DIR")
    parser.add_argument("--environment", type=Path, default=REPO / ".venv-label", metavar="DIR")
    parser.add_argument("--port", type=int, default=8123)
    options = parser.parse_args()
    try:
        if not options.app.exists():
            options.app.parent.mkdir(parents=True, exist_ok=True)
            monailabel(options.environment)
            make_app(options.environment, export(options.checkpoint, options.app.with_name("export")), options.app)
            shutil.rmtree(options.app.with_name("export"))
        command = server_command(options.environment, options.app, options.studies, options.port)
    except ValueError as error:
        print(f"serve.py: {error}", file=sys.stderr)
        return 2
    print(f"MONAI Label on http://{HOST}:{options.port}, for this machine alone: it asks for no password", flush=True)
    return subprocess.run(command, cwd=options.app, env=own_paths()).returncode


if __name__ == "__main__":
    sys.exit(main())
