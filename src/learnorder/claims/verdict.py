"""What a statistic says of a claim."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

VERDICTS = FOUND, NOT_FOUND, MIXED, CANNOT_TELL = "found", "not found", "mixed", "cannot tell"
ABOVE, BELOW, NEAR = "above", "below", "near"
"""Sides of a threshold; near is within it of the paper's number."""
NARROWEST = 1e-6
"""Width of an interval that only rounding gives."""


@dataclass(frozen=True)
class Evidence:
    """A statistic with its interval over networks; `null` is what it would be if the claim were wrong.

    What is undefined is None. `p_value`: of the null, where it was drawn; `undefined`: why there is no value.
    `accuracy`, `second_accuracy`: of the collections, where it depends on them. `networks`: the fewest of what is
    compared. `paper`: the paper's own number, of a claim that is near it. `redrawn`: simulated evidence of so many
    networks and examples, by a seed, of this or another value.
    """

    value: float | None
    low: float | None
    high: float | None
    null: float | None = None
    p_value: float | None = None
    undefined: str = ""
    accuracy: float | None = None
    second_accuracy: float | None = None
    networks: int = 0
    examples: int = 0
    paper: float | None = None
    redrawn: "Callable[..., Evidence] | None" = None


def verdict(
    evidence: Evidence,
    side: str,
    threshold: float,
    significance: float,
    would_show: Callable[[], bool] = lambda: False,
) -> tuple[str, str]:
    """The verdict and its reason.

    Found: the whole interval lies on the claimed side (`above` or `below`) of the threshold, and the null is
    rejected where there is one; of a claim that is `near`, the whole interval is within it of the paper's number.
    Not found: the whole interval lies on the other side; or the null stands although
    so many networks and examples `would_show` what lies at the threshold. Else nothing can be told: a null that
    stands for lack of them is no evidence. What has no interval, or one without width, never counts: networks that
    are all alike, by a mistake, would agree in everything.
    """
    if evidence.value is None:
        return CANNOT_TELL, evidence.undefined or "undefined"
    if evidence.low is None or evidence.high is None:
        return CANNOT_TELL, f"no interval: too few networks ({evidence.networks})"
    if evidence.high - evidence.low < NARROWEST:
        return CANNOT_TELL, "no spread: the networks are all alike"
    if side == NEAR:
        return _near(evidence, threshold)
    sign = 1 if side == ABOVE else -1
    bounds = sorted(sign * (bound - threshold) for bound in (evidence.low, evidence.high))
    if bounds[1] < 0:
        return NOT_FOUND, f"interval not {side} {threshold:g}"
    stands = evidence.p_value is not None and evidence.p_value > significance
    if bounds[0] > 0 and not stands:
        return FOUND, f"interval {side} {threshold:g}"
    if stands and would_show():
        return NOT_FOUND, f"the null stands, p = {evidence.p_value:.2g}, where {threshold:g} would have shown"
    reasons = []
    if bounds[0] <= 0:
        reasons.append(f"interval holds {threshold:g}")
    if stands:
        reasons.append(f"the null stands, p = {evidence.p_value:.2g}")
    return CANNOT_TELL, " and ".join(reasons)


def threshold_in_words(side: str, threshold: float) -> str:
    """Where the statistic of a claim is to lie."""
    return f"within {threshold:g} of the paper's" if side == NEAR else f"{side} {threshold:g}"


def _near(evidence: Evidence, within: float) -> tuple[str, str]:
    """Whether the whole interval lies within so much of the paper's number, or beyond it."""
    where = f"within {within:g} of the paper's {evidence.paper:g}"
    below, above = evidence.paper - within, evidence.paper + within
    if below <= evidence.low and evidence.high <= above:
        return FOUND, f"interval {where}"
    if evidence.high < below or evidence.low > above:
        return NOT_FOUND, f"interval not {where}"
    return CANNOT_TELL, f"interval only partly {where}"


def together(verdicts: Iterable[str]) -> str:
    """One verdict of several that are not independent: what all say that can tell, or `mixed`."""
    told = set(verdicts) - {CANNOT_TELL}
    return MIXED if len(told) > 1 else next(iter(told), CANNOT_TELL)
