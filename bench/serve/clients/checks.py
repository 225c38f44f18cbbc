"""Runs checks, functions whose name says what they promise, and prints what came of each."""
import contextlib
import sys
import threading
import traceback

CHECKS = []
LONG = "The council meets on Monday to talk about the bridge. " * 40


def check(function):
    """Makes the function one of the checks."""
    CHECKS.append(function)
    return function


def run():
    """Ends the process: with 1 if a check failed."""
    n_failed = 0
    for one in CHECKS:
        name = one.__name__.replace("_", " ")
        try:
            one()
            print(f"pass  {name}")
        except Exception:
            n_failed += 1
            print(f"FAIL  {name}\n{traceback.format_exc(limit=-2, chain=False)}")
    print(f"{len(CHECKS) - n_failed} of {len(CHECKS)} passed")
    sys.exit(1 if n_failed else 0)


def raised(error_type, action):
    """The error of this type that the action raises."""
    try:
        action()
    except error_type as error:
        return error
    raise AssertionError(f"no {error_type.__name__} was raised")


def raised_while_busy(error_type, long_action, action):
    """The error that `action` raises while the server, whose queue has one place, works at `long_action`."""
    is_over = threading.Event()

    def work():
        while not is_over.is_set():
            with contextlib.suppress(error_type):  # the other action had the place
                long_action()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(200):
            try:
                action()
            except error_type as error:
                return error
    finally:
        is_over.set()
        thread.join()
    raise AssertionError(f"no {error_type.__name__} was raised")


def check_distribution(probabilities):
    assert all(0 <= p <= 1 for p in probabilities), probabilities
    assert abs(sum(probabilities) - 1) < 1e-12, sum(probabilities)
