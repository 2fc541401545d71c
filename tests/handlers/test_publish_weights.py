"""New weights where a server looks for them, and the old ones kept."""

from pathlib import Path

import pytest
from ignite.engine import Engine

from custom.handlers import PublishWeights


@pytest.fixture
def folders(tmp_path):
    for name in ("run", "models"):
        (tmp_path / name).mkdir()
    (tmp_path / "models" / "model.pt").write_bytes(b"shipped")
    return tmp_path / "run", tmp_path / "models"


def train(run_dir: Path, models_dir: Path, best: bytes | None, *, fail: bool = False, rank: int = 0) -> None:
    def step(engine, batch):
        if best is not None:
            (run_dir / "model.pt").write_bytes(best)
        if fail:
            raise KeyboardInterrupt

    engine = Engine(step)
    engine.state.rank = rank
    PublishWeights(str(run_dir), str(models_dir)).attach(engine)
    engine.run([0])


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_weights_from_before_any_training_are_kept(folders, capsys):
    train(*folders, b"first")
    assert content(folders[1]) == {"model.pt": b"first", "model_shipped.pt": b"shipped"}
    train(*folders, b"second")
    assert content(folders[1]) == {"model.pt": b"second", "model_shipped.pt": b"shipped"}


def test_records_go_with_their_weights(folders):
    run_dir, models_dir = folders
    (models_dir / "model.json").write_bytes(b"of shipped")
    (run_dir / "model.json").write_bytes(b"of first")
    train(run_dir, models_dir, b"first")
    records = {"model.json": b"of first", "model_shipped.json": b"of shipped"}
    assert content(models_dir) == {"model.pt": b"first", "model_shipped.pt": b"shipped", **records}
    (run_dir / "model.json").unlink()
    train(run_dir, models_dir, b"second")
    assert content(models_dir) == {"model.pt": b"second", "model_shipped.pt": b"shipped", "model_shipped.json": b"of shipped"}


def test_where_there_were_none_nothing_is_kept(folders):
    (folders[1] / "model.pt").unlink()
    train(*folders, b"first")
    assert content(folders[1]) == {"model.pt": b"first"}


def test_a_training_that_is_stopped_changes_nothing(folders):
    with pytest.raises(KeyboardInterrupt):
        train(*folders, b"half", fail=True)
    assert content(folders[1]) == {"model.pt": b"shipped"}


def test_a_training_without_a_best_network_changes_nothing_and_says_so(folders, capsys):
    train(*folders, None)
    assert content(folders[1]) == {"model.pt": b"shipped"}
    assert "no validation gave a score" in capsys.readouterr().out


def test_only_the_first_process_publishes(folders):
    train(*folders, b"first", rank=1)
    assert content(folders[1]) == {"model.pt": b"shipped"}
