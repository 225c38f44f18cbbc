"""Whether all contestants computed the same thing: their numbers beside those of partwise in float32."""
from .contestants import REFERENCE
from .run import Failure
from .tensors import read_tensors


def rows_of(tensor, n_rows, rows):
    width = len(tensor) // n_rows
    return [x for row in rows for x in tensor[row * width:(row + 1) * width]]


def differences(contestant, reference):
    """For each tensor that both have, the largest difference."""
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
    """The largest difference of a logit. Errors: any difference beyond the contestant's tolerance."""
    found = differences(contestant, reference)
    for name, difference in found.items():
        if contestant.tolerance is not None and not difference <= contestant.tolerance:
            raise Failure(f"{contestant.name} and {REFERENCE} differ by {difference:.1e} in {name}, and "
                          f"{contestant.tolerance:.0e} is allowed: what they compute is not the same")
    return found["logits"]


def logits_off_by_name(contestants):
    """Of all but the reference; of none where that is not among them."""
    reference = next((one for one in contestants if one.name == REFERENCE), None)
    return {one.name: logits_off(one, reference) for one in contestants if reference and one is not reference}
