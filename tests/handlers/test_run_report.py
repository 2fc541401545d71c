from custom.handlers import Cases, History, RunReport, ScoresOfBest
from custom.metrics import PatientDoubt


def parts(folder, **settings):
    cases, doubt = Cases(), ScoresOfBest(PatientDoubt())
    return cases, doubt, RunReport(str(folder), cases, doubt, {"epochs": 2, "num_classes": 1, **settings})


def test_a_training_leaves_a_report_with_its_curves_and_images(evaluator, trainer, tmp_path):
    cases, doubt, report = parts(tmp_path)
    validator = evaluator([doubt, cases], keep_probability=True)
    trainer(validator, [History(str(tmp_path), validator), report]).run()
    text = (tmp_path / "report.html").read_text()

    for word in ("Training ", "2 of 2", "Calibration", "Confusion", "Size against Dice", "as the network saw them", "p2"):
        assert word in text
    assert text.count("<figure>") == 3


def test_an_evaluation_leaves_a_report(evaluator, tmp_path):
    cases, doubt, report = parts(tmp_path)
    evaluator([doubt, cases, report], keep_probability=True).run()
    text = (tmp_path / "report.html").read_text()

    assert "Evaluation " in text and "as the network saw them" not in text


def test_a_report_of_objects_tells_the_score_that_chooses_weights(evaluator, tmp_path):
    cases, doubt, report = parts(tmp_path)
    (tmp_path / "scores.csv").write_text("metric,value\nval_seg,0.74512\nval_object_f1,0.5\nval_mean_dice,1\n")
    (tmp_path / "history.csv").write_text("epoch,val_seg,val_object_f1,val_mean_dice\n1,0.25,0.75,1\n")
    evaluator([doubt, cases, report], keep_probability=True).run()
    text = (tmp_path / "report.html").read_text()

    assert "<dt>SEG</dt><dd>0.745</dd>" in text and "<dt>object F1</dt><dd>0.5</dd>" in text and "V_Rand" not in text
    assert '"SEG, validation"' in text and '"object F1, validation"' in text


def test_who_should_be_looked_at_is_marked_and_counted(evaluator, tmp_path):
    for limit, told in ((1.0, "3"), (0.0, "0")):
        cases, doubt = Cases(), ScoresOfBest(PatientDoubt(look_below=limit))
        report = RunReport(str(tmp_path), cases, doubt, {"epochs": 2, "num_classes": 1})
        evaluator([doubt, cases, report], keep_probability=True).run()
        text = (tmp_path / "report.html").read_text()

        assert f"<dt>to look at first</dt><dd>{told}</dd>" in text
        assert text.count("<td>yes</td>") == text.count('<tr class="doubted">') == int(told)


def test_a_report_that_fails_does_not_end_the_run(evaluator, tmp_path, capsys):
    cases, doubt, report = parts(tmp_path / "gone")
    engine = evaluator([doubt, cases, report], keep_probability=True)
    engine.run()

    assert engine.state.metrics["val_mean_dice"] == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: {tmp_path}/gone/report.html is not written: ")
