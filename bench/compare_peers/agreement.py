"""Checks that all contestants computed the same: compares their numbers with those of partwise in float32."""
from .contestants import REFERENCE
from .run import Failure
from .tensors import read_tensors


def rows_of(tensor, n_rows, rows):
    width = len(tensor) // n_rows
    return [x for row in rows for x in tensor[row * width:(row + 1) * width]]


def differences(contestant, reference):
    """{tensor: largest difference} for each tensor in `contestant.compared`."""
    _, theirs = read_tensors(contestant.result)
    _, ours = read_tensors(reference.result)
    found = {}
    for name in contestant.compared:
        expected = rows_of(ours[name], len(reference.examples), contestant.examples or [0])
        if len(expected) != len(theirs[name]):
            raise Failure(f"{contestant.name} has {len(theirs[name])} numbers for {name}, {REFERENCE} {len(expected)}")
        found[name] = max(abs(a - b) for a, b in zip(theirs[name], expected))
    return found


def logits_off(contestant, reference):
    """The largest difference of a logit. Errors: Failure if a tensor differs by more than `tolerance`."""
    found = differences(contestant, reference)
    for name, difference in found.items():
        if contestant.tolerance is not None and not difference <= contestant.tolerance:
            raise Failure(f"{contestant.name} and {REFERENCE} differ by {difference:.1e} in {name}, and "
                          f"{contestant.tolerance:.0e} is allowed: what they compute is not the same")
    return found["logits"]


def logits_off_by_name(contestants):
    """{name: logits_off} for all but the reference. Empty if the reference is not among `contestants`."""
    reference = next((one for one in contestants if one.name == REFERENCE), None)
    return {one.name: logits_off(one, reference) for one in contestants if reference and one is not reference}
