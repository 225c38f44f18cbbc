"""The server of llama-cpp-python, with the same model file."""
import os
import socket
import subprocess
import time
from pathlib import Path

from . import venv
from .client import Client
from .failure import Failure

START_SECONDS = 120


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class LlamaServer:
    """Runs as long as the `with` block. It answers one request at a time, and keeps the keys and values of the prompt
    before, or with its cache on those of many."""

    def __init__(self, model, folder, *options):
        self.port, self.log = free_port(), Path(folder) / "llama.log"
        n_threads = str(len(os.sched_getaffinity(0)))
        self.command = [str(venv.python()), "-m", "llama_cpp.server", "--model", str(model), "--port", str(self.port),
                        "--n_ctx", "2048", "--n_threads", n_threads, "--n_threads_batch", n_threads,
                        "--verbose", "false", *options]

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if Client(self.port).get("/v1/models").status == 200:
                return self
            time.sleep(0.2)
        self.process.kill()
        raise Failure(f"{' '.join(self.command)}\ndid not start:\n{self.log.read_text()[-2000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
