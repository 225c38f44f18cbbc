"""Lets PyTorch from PyPI run on the CPU without two gigabytes of CUDA libraries.

PyPI's only build of PyTorch for Linux on x86-64 is linked with cuBLAS, cuDNN and a dozen other libraries. It does not
load if one of them is missing, although it uses none of them without a GPU. This module makes an empty library for each
name, and one more library that defines the functions that PyTorch looks up in them; these functions fail. The CUDA
runtime, which is small, is the real one. It finds no device.
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
    # The loader does not let a library without versions define a versioned name. So the named libraries are empty and
    # load the one that has the functions.
    for name in needed - {runtime.name}:
        link(folder / name, "", "-Wl,--no-as-needed,-rpath,$ORIGIN", f"-L{folder}", f"-l:{FUNCTIONS}")
