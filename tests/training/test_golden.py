"""A small training whose outcome is known: it fails where someone changes training and forgets to say so.

A change that gives the same recipe other predictions has to raise `TRAINING_VERSION`, by which outcome tables
trained before are known to be stale. After raising it, keep the new predictions:

    PYTHONPATH=tests python tests/training/test_golden.py

It catches whatever moves an initial weight, the order of the examples, an augmentation, a step of an optimiser,
the preparation of the inputs, or the draws of a forest. Margins are compared within a tolerance, since the last
bits of a sum differ from one type of CPU to the next; what moves them less than that, it does not see.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, configuration

from learnorder.datasets.build import build
from learnorder.learners.learn import learn
from learnorder.study.identity import TRAINING_VERSION
from learnorder.study.model import Study
from learnorder.training.train import train

GOLDEN = Path(__file__).parent / "golden" / "training.json"
RECIPE = {"epochs": 1, "evaluate_at": [1], "batch_size": 32, "learning_rate": 0.05, "train_examples": 256}
RECIPES = {
    "sgd": RECIPE | {"optimiser": "sgd", "momentum": 0.9, "shift": 1, "record": ["margin"]},
    "adam": RECIPE | {"optimiser": "adam", "learning_rate": 0.005, "schedule": "one_cycle", "record": ["margin"]},
    "trees": {"clock": "rounds", "evaluate_at": [3]},
}
RUNS = [("mlp", "sgd"), ("cnn", "sgd"), ("cnn", "adam"), ("random_forest", "trees")]
EXAMPLES, SEEDS = 40, (3, 4)
TOLERANCE = 0.01


def run(architecture: str, recipe: str) -> list[list[float]]:
    """What two members say of the first test examples: a network's margins, a forest's classes."""
    config = configuration() | {"recipes": RECIPES}
    config["collections"] = [{"dataset": "digits", "architecture": architecture, "recipe": recipe, "networks": 5}]
    study = Study(config)
    dataset = build("digits", study["datasets"]["digits"], Path(), Path(), [])
    identity = study.identity("digits", architecture, recipe)
    if recipe == "trees":
        kept = {seed: made["seed"] for seed, made in learn(dataset, {}, identity, SEEDS, lambda line: None)}
    else:
        made = train(dataset, {}, identity, SEEDS, report=lambda line: None)
        kept = {seed: network["margin"] for seed, network, _ in made}
    return [np.asarray(kept[seed]["test"][0][:EXAMPLES], float).round(3).tolist() for seed in SEEDS]


@pytest.mark.parametrize(("architecture", "recipe"), RUNS)
def test_the_same_recipe_gives_the_same_predictions_or_the_version_was_raised(architecture, recipe):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    renew = f"keep what it gives now: PYTHONPATH=tests python {Path(__file__).relative_to(ROOT)}"
    assert golden["training_version"] == TRAINING_VERSION, f"TRAINING_VERSION was raised; {renew}"
    found, kept = np.array(run(architecture, recipe)), np.array(golden[f"{architecture}/{recipe}"])
    assert np.abs(found - kept).max() <= TOLERANCE, (
        f"{architecture} by {recipe} predicts otherwise than version {TRAINING_VERSION} did; "
        f"if that is meant, raise TRAINING_VERSION in learnorder.study.identity and {renew}"
    )


if __name__ == "__main__":
    found = {f"{architecture}/{recipe}": run(architecture, recipe) for architecture, recipe in RUNS}
    GOLDEN.write_text(json.dumps({"training_version": TRAINING_VERSION} | found) + "\n", encoding="utf-8")
