"""The line at the end of an evaluation."""

from ignite.engine import Engine

from custom.handlers import ScoreLine


def test_the_key_metric_comes_first_and_scores_that_are_not_there_are_left_out(capsys):
    engine = Engine(lambda engine, batch: None)
    engine.state.key_metric_name = "val_seg"
    ScoreLine("runs/mine").attach(engine)
    engine.state.metrics = {"val_loss": 0.1, "val_mean_dice": 0.91744, "val_seg": 0.74518}
    engine.run([0])
    assert capsys.readouterr().out == (
        "val_seg 0.7452, val_mean_dice 0.9174\n`python -m custom summary runs/mine` tells the scores\n"
    )
