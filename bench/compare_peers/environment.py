"""The cache of the comparison, and its own Python environment. Both are made on first use."""
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
MADE_FROM = "made-from.txt"  # written last: it shows that an environment is complete, and what it was made from
# Compiled for this processor but without AMX: llama.cpp's AMX kernels crash on quantised weights (issue 20824).
LLAMA_CPP = "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DCMAKE_C_FLAGS=-mno-amx-int8 -DCMAKE_CXX_FLAGS=-mno-amx-int8"
SETTINGS = {"CMAKE_ARGS": LLAMA_CPP}


def install(venv, requirements, settings):
    """Installs `requirements` into `venv`. pip runs from outside, since Debian's Python cannot put it into `venv`. It
    uses no cache, which may hold packages that were compiled for another processor."""
    listed = venv / "requirements.txt"
    listed.write_text(requirements)
    command = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "--no-cache-dir",
               "--no-deps", "--requirement", listed]
    subprocess.run(["nice", "-n", "19", *command], check=True, stdout=sys.stderr, env={**os.environ, **settings})
    cuda_stand_ins.write_stand_ins(next(venv.glob("lib/python*/site-packages")))


def alone(make):
    """Makes a function that runs `make` under a lock: two comparisons at once would destroy each other's files."""
    def run(*arguments):
        CACHE.mkdir(parents=True, exist_ok=True)
        with open(CACHE / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return make(*arguments)
    return run


def made_from(requirements, settings):
    return f"{' '.join(settings.values())}\n{requirements}"


def is_made(venv, requirements, settings):
    ready = venv / MADE_FROM
    return ready.is_file() and ready.read_text() == made_from(requirements, settings)


@alone
def make_virtual_environment(venv, requirements, purpose, settings):
    """Makes a Python environment with exactly these packages, which include PyTorch, in the folder `venv`. Keeps an
    environment that was made from the same requirements. `purpose` completes "the Python environment" in the message.
    `settings` are environment variables for pip."""
    if is_made(venv, requirements, settings):
        return
    note(f"making the Python environment {purpose} in {venv}: 700 MB to download (minutes)")
    shutil.rmtree(venv, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        install(venv, requirements, settings)
    except (subprocess.CalledProcessError, OSError) as error:
        raise Failure(f"the Python environment {venv} could not be made: {error}. It needs Python 3.11 or newer with "
                      "pip, gcc, cmake and a network once") from error
    (venv / MADE_FROM).write_text(made_from(requirements, settings))


def has_environment():
    return is_made(VENV, REQUIREMENTS.read_text(), SETTINGS)


def make_environment(without):
    """Makes the peers' environment if it is not there. `without` names, for the error, options that do without it."""
    try:
        make_virtual_environment(VENV, REQUIREMENTS.read_text(), "of the peers, llama.cpp compiled,", SETTINGS)
    except Failure as failure:
        raise Failure(f"{failure}; {without} does without") from failure


def peer(script, *arguments):
    """The command that runs one of the peers' scripts."""
    return [str(PYTHON), str(HERE / script), *map(str, arguments)]


@alone
def make_model_files(model, fingerprint):
    """The folder with the weights of `model`, a GGUF file, in the forms that the peers read (model_files.py)."""
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
