"""The calibration error that a perfectly calibrated reader would show on so few rows, by simulation."""
import random
from functools import lru_cache

BINS = 10
DRAWS = 40


def ece(confidences, hits):
    """Sum over ten bins of equal width of |hits - confidences|, divided by the number of rows: as `partwise eval`."""
    gaps = [0.0] * BINS
    for confidence, hit in zip(confidences, hits):
        gaps[min(int(confidence * BINS), BINS - 1)] += hit - confidence
    return sum(map(abs, gaps)) / len(confidences)


@lru_cache(maxsize=None)
def chance_ece(confidences, draws=200, seed=0):
    """The mean ECE over draws of whether each answer is right, if its confidence is the probability of that."""
    rng = random.Random(seed)
    return sum(ece(confidences, [rng.random() < c for c in confidences]) for _ in range(draws)) / draws


def confidence_moments(accuracy, brier, n_labels):
    """Mean and variance of the confidence of a calibrated reader. Its mean is the accuracy, and its Brier score is
    E[1 - c^2 - (1 - c)^2 / (Y - 1)] if the other labels share the rest equally."""
    others = n_labels - 1
    square = (1 - brier + (2 * accuracy - 1) / others) / (1 + 1 / others)
    return accuracy, square - accuracy**2


def confidence_distribution(accuracy, brier, n_labels):
    """(a, b) of the beta distribution over [1 / Y, 1] with these moments, as near as one comes to them."""
    floor = 1 / n_labels
    mean, variance = confidence_moments(accuracy, brier, n_labels)
    mean = min(max((mean - floor) / (1 - floor), 0.01), 0.99)
    variance = min(max(variance / (1 - floor)**2, 1e-4 * mean * (1 - mean)), 0.95 * mean * (1 - mean))
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


@lru_cache(maxsize=None)
def calibrated_ece(accuracy, brier, n_labels, n_rows, draws=DRAWS, seed=0):
    """The mean ECE of a reader with this accuracy and Brier score whose probabilities are right."""
    rng, floor, total = random.Random(seed), 1 / n_labels, 0.0
    a, b = confidence_distribution(accuracy, brier, n_labels)
    for _ in range(draws):
        confidences = [floor + (1 - floor) * rng.betavariate(a, b) for _ in range(n_rows)]
        total += ece(confidences, [rng.random() < c for c in confidences])
    return total / draws
