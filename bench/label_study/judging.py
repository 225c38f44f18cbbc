"""What the true labels say about what `partwise label` answered and promised."""
HALF_STEP = 5e-5  # the table's probabilities have four decimals


def judge(rows, truth, n_labelled, said):
    """The judgement of one labelled table: a dictionary of plain numbers. `said` is what --json printed. Rows that could
    not be answered count as wrong."""
    answered = list(zip(rows, truth))[n_labelled:]
    right = [row["partwise_label"] == label for row, label in answered]
    accuracy, (low, high) = sum(right) / len(right), said["interval"]
    return {"reader": said["reader"], "accuracy": accuracy, "n": len(right), "expected": said["accuracy"],
            "interval": [low, high], "inside": low <= accuracy <= high, "held_out": said["n"],
            "answers": of_answers(answered), "precision": [kept(answered, each) for each in said["precision"]],
            "readers": {each["reader"]: each["accuracy"] for each in said["table"]}}


def of_answers(answered):
    """[[probability of an answer, 1 if it is right, else 0]]"""
    return [[float(row["partwise_probability"]), int(row["partwise_label"] == label)] for row, label in answered
            if row["partwise_label"]]


def kept(answered, promised):
    """How many answers are given, and how many of them are right, if that share of them has to be right."""
    least = 2 if promised["least"] is None else promised["least"] - HALF_STEP
    right = [is_right for p, is_right in of_answers(answered) if p >= least]
    return {"precision": promised["precision"], "given": len(right), "right": sum(right)}
