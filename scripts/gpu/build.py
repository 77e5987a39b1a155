"""Configures and builds what the other parts run: the command and the program of the device tests."""
import os
import resource
import time

from commands import Failed
from machine import toolkit, torch_folder

PROGRAMS = {"vrkn": "apps/vrkn/vrkn", "vrkn_device_test": "tests/vrkn_device_test"}
CAPABILITY = "9.0"  # built for where there is no card


def options(context):
    torch, cuda = torch_folder(), toolkit()
    if torch is None:
        raise Failed(f"{context.python} has no package torch")
    if cuda is None:
        raise Failed("CUDA's toolkit is not found: nvcc is neither in the PATH nor in /usr/local/cuda")
    capability = context.facts["capability"]
    architecture = (CAPABILITY if capability == "none" else capability).replace(".", "")
    # TorchConfig asks for NVRTC, which a toolkit for compilers alone does not have; PyTorch brings it along.
    own = [] if list(cuda.glob("lib64/libnvrtc.so")) else sorted(torch.parent.glob("nvidia/*/lib/libnvrtc.so.*"))
    nvrtc = dict.fromkeys(("CUDA_nvrtc_LIBRARY", "CUDA_NVRTC_LIB"), own[0]) if own else {}
    return {"CMAKE_BUILD_TYPE": "Release", "VRKN_WARNINGS_AS_ERRORS": "OFF",  # of compilers that nobody has tried
            "CMAKE_PREFIX_PATH": f"{torch};{context.kit / 'prefix'}", "Torch_DIR": torch / "share/cmake/Torch",
            "VRKN_MUJOCO_ROOT": context.kit / "mujoco", "CMAKE_CUDA_ARCHITECTURES": architecture,
            "CMAKE_CUDA_COMPILER": cuda / "bin/nvcc", "CUDAToolkit_ROOT": cuda, "CUDA_TOOLKIT_ROOT_DIR": cuda, **nvrtc}


def build(context, part):
    for program in PROGRAMS.values():  # of another build; what fails now shall not be there
        (context.build / program).unlink(missing_ok=True)
    began, processor_began = time.monotonic(), children_s()
    capability = context.facts["capability"]
    # TorchConfig would start a program on the card to find this out.
    environment = {"TORCH_CUDA_ARCH_LIST": CAPABILITY if capability == "none" else capability}
    context.commands.run("cmake", "-G", "Ninja", "-S", context.root, "-B", context.build,
                         *(f"-D{key}={value}" for key, value in options(context).items()), environment=environment)
    part.numbers["configure_s"] = time.monotonic() - began
    context.report.save()
    try:
        # Those that do not depend on what fails are still built.
        context.commands.run("ninja", "-C", context.build, "-k", 0, *jobs(context), *PROGRAMS, environment=environment)
    finally:
        part.numbers["build_s"] = time.monotonic() - began - part.numbers["configure_s"]
        part.numbers["processor_s"] = children_s() - processor_began
        part.numbers["programs"] = " ".join(name for name in PROGRAMS if (context.build / PROGRAMS[name]).exists()) or "none"


def jobs(context):
    return [] if context.jobs is None else ["-j", context.jobs]


def children_s():
    """Processor time of all programs that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def program(context, name):
    path = context.build / PROGRAMS[name]
    if not os.access(path, os.X_OK):
        raise Failed(f"the program {name} is not built")
    return path
