"""The Python environment of the programs that others wrote."""
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .failure import Failure, note

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE.parent / "requirements.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "partwise"
VENV = CACHE / "serve" / "venv"
MADE_FROM = VENV / "made-from.txt"  # written last: it shows that the environment is complete, and what it was made from
COMPILED = "llama_cpp", "llama_cpp_python-0.3.36.dist-info"
# Compiled for this processor but without AMX: llama.cpp's AMX kernels crash on quantised weights (issue 20824).
LLAMA_CPP = "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DCMAKE_C_FLAGS=-mno-amx-int8 -DCMAKE_CXX_FLAGS=-mno-amx-int8"


def packages_of(venv):
    return next(iter(venv.glob("lib/python3*/site-packages")), None)


def take_compiled():
    """Copies llama.cpp from the environment of bench/compare, if it has the same version for the same Python."""
    theirs, ours = packages_of(CACHE / "compare" / "venv"), packages_of(VENV)
    if not theirs or theirs.parent.name != ours.parent.name or not all((theirs / name).is_dir() for name in COMPILED):
        return
    note("llama-cpp-python is taken from the environment of bench/compare")
    for name in COMPILED:
        shutil.copytree(theirs / name, ours / name)


def make():
    note(f"making a Python environment in {VENV} (minutes, if llama.cpp must be compiled)")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    take_compiled()
    command = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", REQUIREMENTS]
    subprocess.run(["nice", "-n", "19", *command], check=True, stdout=sys.stderr,
                   env={**os.environ, "CMAKE_ARGS": LLAMA_CPP, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    MADE_FROM.write_text(REQUIREMENTS.read_text())


def python():
    """The environment's Python. The environment is made first if it is not there."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    with open(VENV.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not MADE_FROM.is_file() or MADE_FROM.read_text() != REQUIREMENTS.read_text():
            try:
                make()
            except (subprocess.CalledProcessError, OSError) as error:
                raise Failure(f"{VENV} could not be made: {error}. It needs Python 3.11 or newer with venv, gcc, cmake "
                              "and a network once") from error
    return VENV / "bin" / "python"
