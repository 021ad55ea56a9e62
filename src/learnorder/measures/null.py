"""What independent networks of the same accuracies would give."""

import numpy as np


def independent(accuracies: np.ndarray) -> np.ndarray:
    """Distribution of the number of networks that are right, if they are right independently.

    `accuracies`: … × N, in [0, 1]. Returns … × (N + 1) probabilities (Poisson-binomial): exactly what shuffling
    each network's row of 1[ŷ = y] over the examples gives on average.
    """
    accuracies = np.asarray(accuracies, dtype=np.float64)
    distribution = np.zeros((*accuracies.shape[:-1], accuracies.shape[-1] + 1))
    distribution[..., 0] = 1
    for network in range(accuracies.shape[-1]):
        right = accuracies[..., network, np.newaxis]
        raised = distribution[..., :-1] * right
        distribution *= 1 - right
        distribution[..., 1:] += raised
    return distribution


def permuted(right: np.ndarray, examples: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Draws from the permutation null: histograms of how many networks are right about an example.

    Each network's row of 1[ŷ = y] is shuffled over the examples, which keeps its accuracy. `right`: R × N, the
    number of examples that each network has right. Returns draws × R × (N + 1) counts of examples.

    No example is touched: of the examples that c of the networks so far have right, the next network, shuffled,
    has a (multivariate) hypergeometric number right. The draws are exact, at a cost that does not depend on the
    number of examples.
    """
    rows, networks = right.shape
    histogram = np.zeros((draws, rows, networks + 1), dtype=np.int64)
    histogram[..., 0] = examples
    for network in range(networks):
        wanted = np.broadcast_to(right[:, network], (draws, rows)).copy()
        others = np.full((draws, rows), examples)
        raised = np.zeros((draws, rows, network + 1), dtype=np.int64)
        for count in range(network + 1):
            here = histogram[..., count]
            others -= here
            raised[..., count] = generator.hypergeometric(here, others, wanted)
            wanted -= raised[..., count]
        histogram[..., : network + 1] -= raised
        histogram[..., 1 : network + 2] += raised
    return histogram
