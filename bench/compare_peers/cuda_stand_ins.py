"""Lets PyTorch from PyPI run on the CPU without two gigabytes of CUDA libraries.

PyPI's only build of PyTorch for Linux on x86-64 is linked with cuBLAS, cuDNN and a dozen others, and does not load
where one is missing, although nothing of them is used without a GPU. Each gets an empty library of its name, and one
more defines what PyTorch would look up in them: functions that fail. The small CUDA runtime is the real one, and finds
no device.
"""
import re
import subprocess

CUDA_LIBRARY = re.compile(r"NEEDED\s+(lib(?:cu|nccl|nv)\S+)")
CUDA_FUNCTION = re.compile(r"^\s+U (_*(?:cu|nccl|nv)\w+)", re.MULTILINE)
FUNCTIONS = "libstand_ins.so"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def link(path, source, *options):
    subprocess.run(["gcc", "-w", "-shared", "-fPIC", "-x", "c", "-", "-o", path, f"-Wl,-soname,{path.name}", *options],
                   input=source, text=True, check=True)


def write_stand_ins(packages):
    """`packages`: the folder that holds torch and nvidia (site-packages). Needs gcc and binutils."""
    folder = packages / "torch" / "lib"
    needed, functions = set(), set()
    for library in folder.glob("*.so"):
        needed.update(CUDA_LIBRARY.findall(output("objdump", "-p", library)))
        functions.update(CUDA_FUNCTION.findall(output("nm", "-D", "--undefined-only", library)))
    runtime = next(packages.glob("nvidia/**/libcudart.so.*"))
    functions -= set(re.findall(r" T (\w+)", output("nm", "-D", "--without-symbol-versions", runtime)))
    link(folder / FUNCTIONS, "".join(f"int {name}(void) {{ return 100; }}\n" for name in sorted(functions)))
    # The loader forbids a library without versions to define a versioned name itself, hence the empty ones in front.
    for name in needed - {runtime.name}:
        link(folder / name, "", "-Wl,--no-as-needed,-rpath,$ORIGIN", f"-L{folder}", f"-l:{FUNCTIONS}")
