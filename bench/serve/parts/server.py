"""A server of `partwise serve`: started, watched and stopped."""
import re
import selectors
import signal
import subprocess
import time
from pathlib import Path

from .failure import Failure

ROOT = Path(__file__).resolve().parent.parent.parent.parent
START_SECONDS = 120


def add_options(parser):
    """What every program of bench/serve is told."""
    parser.add_argument("model", type=Path, metavar="MODEL", help="a GGUF file, or a folder of Hugging Face")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", metavar="DIR",
                        help="where partwise was built (default build/release)")


def partwise_of(args):
    program = args.build / "partwise"
    if not program.is_file():
        raise Failure(f"{program} is not there; build it: make build")
    return program


def first_line(process, log):
    """What the process prints first: its address."""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if selector.select(timeout=0.5):
                return process.stdout.readline()
    raise Failure(f"the server printed no address:\n{log.read_text()[-2000:]}")


class Server:
    """Runs as long as the `with` block. Its log, of standard error, is the file `log`."""

    def __init__(self, program, model, folder, *options):
        self.log = Path(folder) / "server.log"
        self.command = [program, "serve", "--model", model, "--host", "127.0.0.1", "--port", "0", *options]
        self.command = [str(word) for word in self.command]

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = first_line(self.process, self.log)
            found = re.search(r"https?://[\d.]+:(\d+)", line)
            if not found:
                raise Failure(f"the server's first line names no address: {line!r}\n{self.log.read_text()[-2000:]}")
        except Failure:
            self.process.kill()
            raise
        self.url, self.port = found[0], int(found[1])
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("the server did not end within 60 s of SIGTERM") from None
        if self.process.returncode:
            raise Failure(f"the server ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")

    def resident_bytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
