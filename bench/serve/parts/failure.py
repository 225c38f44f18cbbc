"""How a program of bench/serve ends, and what it says meanwhile."""
import os
import sys


class Failure(Exception):
    """Ends the program with this message."""


def note(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr, flush=True)


def run_program(main, args):
    """Ends the process with 1 if `main` finds something, or fails."""
    sys.stdout.reconfigure(line_buffering=True)  # lines stand in order with those of the programs that it starts
    try:
        sys.exit(main(args))
    except Failure as failure:
        sys.exit(f"{os.path.basename(sys.argv[0])}: error: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
