"""How many networks or examples it would take to decide a claim that cannot be decided on those that there are.

Where the statistic is β, by simulation: collections of more networks, or on more examples, with the accuracy and
the β that were found, until four of five would be decided. Of other statistics, by how their uncertainty shrinks:
an interval over networks with the root of their number, a null that shuffles examples with the root of theirs.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
from scipy import optimize, stats

from learnorder.claims.verdict import ABOVE, CANNOT_TELL, NARROWEST, Evidence, verdict
from learnorder.measures import bimodality
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife

MOST_NETWORKS, MOST_EXAMPLES = 1000, 100_000
LARGEST = 4_000_000
"""Networks × examples that are simulated: more takes seconds."""
REPEATS, UNDECIDED = 20, 4
"""Simulated collections, and how many of them may stay undecided."""
STRONGEST, WEAKEST = 0.999, 1e-3
"""Correlation of two networks' right and wrong answers, of what is simulated."""


def needed(evidence: Evidence, side: str, threshold: float, significance: float) -> str:
    """What it would take, in words; nothing where numbers alone would not do, as without any statistic."""
    alike = evidence.low is not None and evidence.high - evidence.low < NARROWEST
    if evidence.value is None or alike or not evidence.networks:
        return ""
    if evidence.redrawn:
        found = _by_simulation(evidence, side, threshold, significance)
    else:
        found = _by_roots(evidence, side, threshold, significance)
    words = [f"{number:,} {what}" for what, number in found]
    if words:
        return f"about {' or '.join(words)} would be needed"
    return f"not even {MOST_NETWORKS:,} networks or {MOST_EXAMPLES:,} examples would tell"


def would_show(
    evidence: Evidence, threshold: float, significance: float, networks: int, examples: int
) -> Callable[[], bool]:
    """Whether so many networks and examples would mostly reject the null, if β was at the threshold."""

    @cache
    def shows() -> bool:
        p_values = (evidence.redrawn(networks, examples, seed, threshold).p_value for seed in range(REPEATS))
        return _mostly(p_value is not None and p_value <= significance for p_value in p_values)

    return shows if evidence.redrawn else lambda: False


def _mostly(each: Iterable[bool]) -> bool:
    """Whether all but a few are so."""
    left = UNDECIDED
    for one in each:
        left -= not one
        if left < 0:
            return False
    return True


def _by_simulation(evidence: Evidence, side: str, threshold: float, significance: float):
    def decided(networks: int, examples: int) -> bool:
        shows = would_show(evidence, threshold, significance, networks, examples)
        simulated = (evidence.redrawn(networks, examples, seed) for seed in range(REPEATS))
        return _mostly(verdict(one, side, threshold, significance, shows)[0] != CANNOT_TELL for one in simulated)

    networks, examples = evidence.networks, evidence.examples
    for what, numbers, at in (
        ("examples", _doubled(examples, MOST_EXAMPLES), lambda number: (networks, number)),
        (
            "networks",
            _doubled(max(networks, FEWEST_FOR_INTERVALS // 2), MOST_NETWORKS),
            lambda number: (number, examples),
        ),
    ):
        if what == "examples" and networks < FEWEST_FOR_INTERVALS:
            continue
        for number in numbers:
            if math.prod(at(number)) > LARGEST:
                break
            if decided(*at(number)):
                yield what, number
                break


def _doubled(start: int, most: int) -> Iterator[int]:
    while (start := 2 * start) <= most:
        yield start


def _by_roots(evidence: Evidence, side: str, threshold: float, significance: float):
    if evidence.low is None:
        yield "networks", FEWEST_FOR_INTERVALS
        return
    distance = abs(evidence.value - threshold)
    claimed = (evidence.value > threshold) == (side == ABOVE)
    nearest = evidence.low if evidence.value > threshold else evidence.high
    reach = abs(evidence.value - nearest)
    if reach >= distance:
        networks = math.inf if distance == 0 else evidence.networks * (reach / distance) ** 2
        if networks <= MOST_NETWORKS:
            yield "networks", math.ceil(networks)
    elif claimed and evidence.p_value is not None and evidence.p_value < 0.5:
        wanted, found = stats.norm.isf(significance), stats.norm.isf(evidence.p_value)
        examples = evidence.examples * (wanted / found) ** 2
        if examples <= MOST_EXAMPLES:
            yield "examples", math.ceil(examples)


def of_beta(accuracy: float, beta: float, confidence: float, significance: float) -> Callable[..., Evidence]:
    """Evidence of β of a simulated collection of so many networks and examples, by a seed; or of another β.

    An example is right in each network with a probability of its own, of a beta distribution whose mean is the
    accuracy and whose spread gives this β. The null is drawn for networks that are right independently.
    """

    def redrawn(networks: int, examples: int, seed: int, value: float = beta) -> Evidence:
        generator = np.random.default_rng(seed)
        one, other = _shape(accuracy, min(value, 1), networks)
        probability = generator.beta(one, other, examples)
        right = generator.random((networks, examples)) < probability
        count = right.sum(0)
        histogram = np.bincount(count, minlength=networks + 1)
        place = np.arange(networks)[:, np.newaxis] * (networks + 1) + count
        rights = np.bincount(place[right], minlength=networks * (networks + 1)).reshape(networks, -1)
        without_one = (histogram - rights)[:, :-1] + rights[:, 1:]
        found = bimodality.relative_bimodality(histogram)
        low, high = jackknife(found, bimodality.relative_bimodality(without_one), confidence, 0, np.inf)
        if not np.isfinite([found, low, high]).all():
            return Evidence(None, None, None)
        draws = math.ceil(1 / significance)
        independent = stats.binom.pmf(np.arange(networks + 1), networks, accuracy)
        null = bimodality.relative_bimodality(generator.multinomial(examples, independent, draws))
        p_value = (1 + (null <= found).sum()) / (1 + draws)
        return Evidence(float(found), float(low), float(high), p_value=float(p_value), networks=networks)

    return redrawn


def of_difference(one, other, difference: Callable[[Evidence, Evidence], Evidence]) -> Callable[..., Evidence]:
    """The same of the difference of two such collections, of equally many networks and examples."""

    def redrawn(networks: int, examples: int, seed: int) -> Evidence:
        both = one(networks, examples, 2 * seed), other(networks, examples, 2 * seed + 1)
        if any(evidence.value is None for evidence in both):
            return Evidence(None, None, None)
        return replace(difference(*both), redrawn=None)

    return redrawn


def _shape(accuracy: float, beta: float, networks: int) -> tuple[float, float]:
    """The two parameters of the beta distribution with this mean whose spread gives this β."""

    def parameters(correlation: float) -> tuple[float, float]:
        concentration = 1 / correlation - 1
        return accuracy * concentration, (1 - accuracy) * concentration

    def too_large(correlation: float) -> float:
        shares = stats.betabinom.pmf(np.arange(networks + 1), networks, *parameters(correlation))
        return float(bimodality.relative_bimodality(shares)) - beta

    if too_large(STRONGEST) >= 0:
        return parameters(STRONGEST)
    if too_large(WEAKEST) <= 0:
        return parameters(WEAKEST)
    return parameters(optimize.brentq(too_large, WEAKEST, STRONGEST, xtol=1e-3))
