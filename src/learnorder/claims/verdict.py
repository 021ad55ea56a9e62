"""What a statistic says of a claim."""

from dataclasses import dataclass

VERDICTS = FOUND, NOT_FOUND, CANNOT_TELL = "found", "not found", "cannot tell"
ABOVE, BELOW = "above", "below"
NARROWEST = 1e-6
"""Width of an interval that only rounding gives."""


@dataclass(frozen=True)
class Evidence:
    """A statistic with its interval over networks; `null` is what it would be if the claim were wrong.

    What is undefined is None. `p_value`: of the null, where it was drawn; `undefined`: why there is no value.
    """

    value: float | None
    low: float | None
    high: float | None
    null: float | None = None
    p_value: float | None = None
    undefined: str = ""


def verdict(evidence: Evidence, side: str, threshold: float, significance: float) -> tuple[str, str]:
    """The verdict and its reason.

    Found: the whole interval lies on the claimed side (`above` or `below`) of the threshold, and the null is
    rejected where there is one. Not found: the whole interval lies on the other side, or the null stands. What
    has no interval, or one without width, never counts: networks that are all alike, by a mistake, would agree
    in everything.
    """
    if evidence.value is None:
        return CANNOT_TELL, evidence.undefined or "undefined"
    if evidence.low is None or evidence.high is None:
        return CANNOT_TELL, "no interval: too few networks"
    if evidence.high - evidence.low < NARROWEST:
        return CANNOT_TELL, "no spread: the networks are all alike"
    if evidence.p_value is not None and evidence.p_value > significance:
        return NOT_FOUND, f"the null stands, p = {evidence.p_value:.2g}"
    sign = 1 if side == ABOVE else -1
    bounds = sorted(sign * (bound - threshold) for bound in (evidence.low, evidence.high))
    if bounds[0] > 0:
        return FOUND, f"interval {side} {threshold:g}"
    if bounds[1] < 0:
        return NOT_FOUND, f"interval not {side} {threshold:g}"
    return CANNOT_TELL, f"interval holds {threshold:g}"
