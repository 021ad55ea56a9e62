"""Gabor patches: a sinusoid under a Gaussian envelope, in two orientations or more."""

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.generated import greys, stream
from learnorder.errors import UserError

MIDDLE_ORIENTATION = 45
HALF_TURN = 180
CYCLES_PER_SIDE = 3
# Random frequencies are log-uniform over one octave around the middle one.
OCTAVES = 1
ENVELOPE_PER_SIDE = 1 / 4
CLIPPED_NOISE_DEVIATIONS = 3


def patches(orientation: np.ndarray, frequency: np.ndarray, phase: np.ndarray, side: int) -> np.ndarray:
    """Patches of amplitude 1 without noise, n × side × side.

    `orientation`: direction of the stripes, in degrees from the horizontal, counter-clockwise. `frequency`: in
    cycles per side. `phase`: in radians, 0 is a bright stripe through the centre.
    """
    place = (np.arange(side) - (side - 1) / 2) / side
    x, y = place[np.newaxis, :], -place[:, np.newaxis]
    angle, frequency, phase = (
        np.asarray(values)[:, np.newaxis, np.newaxis] for values in (np.deg2rad(orientation), frequency, phase)
    )
    across = y * np.cos(angle) - x * np.sin(angle)
    envelope = np.exp(-(x**2 + y**2) / (2 * ENVELOPE_PER_SIDE**2))
    return envelope * np.cos(2 * np.pi * frequency * across + phase)


def read(entry: dict, sources) -> Dataset:
    """Classes, as many of each, turned by `orientation_difference` from one to the next; their middle is 45°.

    Grey levels: amplitude 1 and three deviations of the noise fit between black and white, the same scale for
    all patches of the dataset. A knob that is turned leaves all other draws as they are.

    Raises a `UserError` where the first and the last class would be nearer than two neighbours: stripes that
    are turned by 180° are the same.
    """
    classes, difference = entry.get("number_of_classes", 2), entry["orientation_difference"]
    if classes * difference > HALF_TURN:
        raise UserError(
            f"number_of_classes is {classes}, of orientation_difference {difference}; "
            f"allowed: at most {HALF_TURN / classes:g} degrees for so many, of the {HALF_TURN} that there are"
        )
    orientations = MIDDLE_ORIENTATION + difference * (np.arange(classes) - (classes - 1) / 2)
    limit = 1 + CLIPPED_NOISE_DEVIATIONS * entry["pixel_noise"]
    splits = {}
    for split, n in entry["examples"].items():
        random = stream(entry["seed"], split)
        labels = np.arange(n) % classes
        phase = random.uniform(0, 2 * np.pi, n) * entry["random_phase"]
        octave = random.uniform(-OCTAVES / 2, OCTAVES / 2, n) * entry["random_frequency"]
        clean = patches(orientations[labels], CYCLES_PER_SIDE * 2**octave, phase, entry["side"])
        noisy = clean + entry["pixel_noise"] * random.standard_normal(clean.shape)
        splits[split] = Split(greys(noisy, limit)[:, np.newaxis], labels, source=np.arange(n))
    return Dataset(splits, [f"{orientation % HALF_TURN:g} degrees" for orientation in orientations])
