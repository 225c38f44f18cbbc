"""A run whose pool has most of its rows in one label."""
import array
import json

POOL = 0  # the split of pool rows
FEW = 6   # pool rows of all other labels together


def kept_labels(labels, split, n_labels, pool_size, majority):
    """`labels` with only `pool_size` of the pool's labels left, and -1 for its other rows. The label `majority` has all
    but FEW of them, as far as it has rows; the others have equal shares, one row at least. The first rows of each label
    are kept, so the demonstrations of other prompt sets, which come first and have each label, stay."""
    few = max(FEW // (n_labels - 1), 1)
    left = [pool_size - few * (n_labels - 1) if y == majority else few for y in range(n_labels)]
    found = list(labels)
    for i, part in enumerate(split):
        if part != POOL:
            continue
        if left[labels[i]] == 0:
            found[i] = -1
        else:
            left[labels[i]] -= 1
    return found


def unbalanced_copy(run, path, pool_size, majority):
    """Writes a copy of the run file, changed only in its labels. Returns how many pool rows have a label."""
    content = bytearray(run.read_bytes())
    data = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:data])

    def place(name):
        begin, end = header[name]["data_offsets"]
        return slice(data + begin, data + end)

    labels, split = array.array("i", content[place("labels")]), array.array("i", content[place("split")])
    n_labels = header["logits"]["shape"][-1]
    kept = kept_labels(labels, split, n_labels, pool_size, majority)
    content[place("labels")] = array.array("i", kept).tobytes()
    path.write_bytes(content)
    return sum(label >= 0 for label, part in zip(kept, split) if part == POOL)
