"""Where the comparison keeps things, and its own Python environment, made on first use."""
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import cuda_stand_ins
from .run import Failure, note

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE.parent / "compare-requirements.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "partwise" / "compare"
VENV = CACHE / "venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / "made-from.txt"  # written last: the environment is whole and made from these
# For this processor but without AMX: llama.cpp's kernels for them crash on quantised weights (issue 20824).
LLAMA_CPP = "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DCMAKE_C_FLAGS=-mno-amx-int8 -DCMAKE_CXX_FLAGS=-mno-amx-int8"


def install():
    """pip stays outside, as Debian's Python has nothing to put it in with; and without its cache of packages that were
    compiled before, perhaps for another processor."""
    command = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--no-cache-dir", "--no-deps",
               "--requirement", REQUIREMENTS]
    subprocess.run(["nice", "-n", "19", *command], check=True, stdout=sys.stderr,
                   env={**os.environ, "CMAKE_ARGS": LLAMA_CPP})
    cuda_stand_ins.write_stand_ins(next(VENV.glob("lib/python*/site-packages")))


def alone(make):
    """Runs `make` while no other comparison does: two at once would undo each other's files."""
    def run(*arguments):
        CACHE.mkdir(parents=True, exist_ok=True)
        with open(CACHE / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return make(*arguments)
    return run


@alone
def make_environment():
    wanted = f"{LLAMA_CPP}\n{REQUIREMENTS.read_text()}"
    if READY.is_file() and READY.read_text() == wanted:
        return
    note(f"making the peers' Python environment in {VENV}: 700 MB to download, and llama.cpp to compile (minutes)")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV], check=True)
        install()
    except (subprocess.CalledProcessError, OSError) as error:
        raise Failure(f"the peers' environment could not be made: {error}. It needs Python 3.11 or newer with pip, "
                      "gcc, cmake and a network once; --only partwise with a float32 model does without") from error
    READY.write_text(wanted)


def peer(script, *arguments):
    """The command that runs one of the peers' scripts."""
    return [str(PYTHON), str(HERE / script), *map(str, arguments)]


@alone
def make_model_files(model, fingerprint):
    """The folder with the weights of `model`, a GGUF file, as every peer wants them (model_files.py)."""
    folder = CACHE / "models" / fingerprint
    if not folder.is_dir():
        note(f"writing {model.name} in float32, bfloat16 and Q8_0 into {folder}")
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        done = subprocess.run(peer("model_files.py", model, unfinished), capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"{model} cannot be written for the peers:\n{done.stderr}")
        unfinished.rename(folder)
    return folder
