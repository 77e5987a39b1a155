"""Runs as data."""

from pathlib import Path

import numpy as np
import pytest
from conftest import Train

import vrkn


def test_metrics_and_episodes(pendulum_run: vrkn.Run) -> None:
    everything, evaluations = vrkn.metrics(pendulum_run.path), vrkn.metrics(pendulum_run.path, "evaluate")
    assert len(everything) > len(evaluations) == 1
    assert evaluations["env_step"].tolist() == [80] and evaluations.notna().all(axis=None)
    episodes = list(vrkn.episodes(pendulum_run.path))
    assert len(episodes) == 4 and episodes[0]["state"].shape == (21, 3) and episodes[0]["image"].shape == (21, 16, 16, 3)
    collected = everything[everything["kind"] == "collect"]["return"]
    assert collected.iloc[0] == pytest.approx(episodes[0]["reward"].sum(), rel=1e-5)


def test_polars_reads_them_too(pendulum_run: vrkn.Run) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.read_ndjson(pendulum_run.path / "metrics.jsonl", infer_schema_length=None)
    assert len(frame) == len(vrkn.metrics(pendulum_run.path))


def test_compares_runs_and_draws_their_curves(train: Train, tmp_path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    for seed in (1, 2):
        train("Pendulum-v1", f"runs/seed{seed}", {"seed": seed}, step_limit=20)
    report = vrkn.report(tmp_path / "runs", group_by="model.kind", out=tmp_path / "report")
    assert report.runs["seed"].tolist() == [1, 2] and (tmp_path / "report" / "index.html").exists()
    assert report.scores["runs"].tolist() == [2]
    means = [vrkn.metrics(tmp_path / "runs" / f"seed{seed}", "evaluate")["return"].iloc[-1] for seed in (1, 2)]
    assert report.scores["mean"].iloc[0] == pytest.approx(np.mean(means))
    axes = vrkn.plot_curves(report)
    assert axes.get_title() == "own:Pendulum-v1" and len(axes.lines) == 1
    with pytest.raises(vrkn.DataError, match="no run is of cheetah_run"):
        vrkn.plot_curves(report, "cheetah_run")


def test_what_studies_found() -> None:
    results = Path(__file__).resolve().parents[2] / "results"
    variances, detections = vrkn.variances(results / "aleatoric"), vrkn.detections(results / "shift")
    row = variances[(variances["world"] == "cheetah_run, noise 0.2, position ± 0.05") & (variances["model"] == "rssm")
                    & (variances["quantity"] == "position") & (variances["steps_ahead"] == 1)]  # fmt: skip
    assert len(row) == 1 and row["runs"].item() == 3
    assert row["transition_ratio_low"].item() < row["transition_ratio"].item() < row["transition_ratio_high"].item()
    assert row["mean_transition"].item() / row["mean_truth"].item() == pytest.approx(row["transition_ratio"].item())
    assert len(detections) == len(detections.drop_duplicates(["world", "model", "shift", "score"]))
    assert detections["area_steps"].between(0, 1).all()
    with pytest.raises(vrkn.DataError, match="vrkn study shift writes one"):
        vrkn.detections(results / "aleatoric")


def test_names_the_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(vrkn.DataError, match="is .* a run directory"):
        vrkn.metrics(tmp_path)
    with pytest.raises(vrkn.InputError):
        vrkn.report(tmp_path)
