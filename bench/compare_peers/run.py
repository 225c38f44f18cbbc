"""Runs one measurement as a process of its own."""
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


class Failure(Exception):
    """Ends the comparison with this message."""


def note(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr, flush=True)


@dataclass
class Finished:
    output: str
    wall_s: float
    peak_bytes: int  # largest resident memory, mapped files included


def run(command, n_threads):
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=subprocess.STDOUT,
                                   env={**os.environ, "OMP_NUM_THREADS": str(n_threads)})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise Failure(f"{' '.join(process.args)}\nended with exit code {process.returncode}:\n{text}")
    return Finished(text, wall, usage.ru_maxrss * 1024)
