"""What this machine is and has: card, versions, OpenGL."""
import ctypes
import datetime
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import platform
import re
import runpy
import shutil
import subprocess
import sys


def said(*command):
    """The first line of what a program prints, or nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip().split("\n")[0] if done.returncode == 0 else ""


def card():
    """Name, driver, memory and compute capability, each "none" without a card."""
    keys = ("name", "driver_version", "memory.total", "compute_cap")
    line = said("nvidia-smi", f"--query-gpu={','.join(keys)}", "--format=csv,noheader")
    return dict(zip(("card", "driver", "card_memory", "capability"), line.split(", ") if line else ["none"] * 4))


def toolkit():
    """The folder of CUDA's toolkit, or None."""
    nvcc = shutil.which("nvcc")
    places = [os.environ.get("CUDA_HOME"), "/usr/local/cuda", nvcc and pathlib.Path(nvcc).resolve().parent.parent]
    return next((pathlib.Path(place) for place in places if place and pathlib.Path(place, "bin/nvcc").exists()), None)


def torch_folder():
    """Of the package torch of this Python, or None. It is not imported."""
    found = importlib.util.find_spec("torch")
    return pathlib.Path(found.submodule_search_locations[0]) if found else None


def changed_files(root, tree):
    """Those that are not as in the manifest's tree: git's hashes of contents, by path."""
    def hash_of(path):
        content = path.read_bytes()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    return [name for name, known in tree.items() if not (root / name).is_file() or hash_of(root / name) != known]


def facts(root, manifest):
    torch, cuda = torch_folder(), toolkit()
    changed = changed_files(root, manifest["tree"])
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return {
        **card(),
        "torch": importlib.metadata.version("torch") if torch else "none",
        "torch_cuda": str(runpy.run_path(str(torch / "version.py"))["cuda"]) if torch else "none",
        "nvcc": re.sub(r".*\bV", "", last_line(said_all(cuda / "bin/nvcc", "--version"), "release")) if cuda else "none",
        "compiler": said("g++", "--version") or "none",
        "cmake": said("cmake", "--version") or "none",
        "python": platform.python_version(),
        "mujoco": manifest["mujoco"]["version"],
        "authors": manifest["authors"] or "none",
        "processor": f"{processor[1] if processor else 'unknown'}, {len(os.sched_getaffinity(0))} to use",
        "system": platform.platform(),
        "commit": manifest["commit"],
        "changed_since": ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "") or "nothing",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    }


def said_all(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout


def last_line(text, word):
    return next((line for line in reversed(text.splitlines()) if word in line), "unknown")


def is_loadable(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def library_environment(kit, folder):
    """What leads programs to MuJoCo and LibTorch, wherever they were built, and to the driver's OpenGL: the kit's loader where
    there is none, and the driver's own library where the loader would not look. `folder`: for a file that names it."""
    torch = torch_folder()
    paths = [kit / "mujoco", *([torch / "lib"] if torch else []), *([] if is_loadable("libEGL.so.1") else [kit / "opengl"])]
    places = [pathlib.Path(place) for place in ("/usr/local/nvidia/lib64", "/usr/local/nvidia/lib")]
    beside = next((place for place in places if (place / "libEGL_nvidia.so.0").exists()), None)
    found = {}
    if beside:
        paths.append(beside)
    named = [file for place in ("/etc/glvnd", "/usr/share/glvnd") for file in pathlib.Path(place).glob("egl_vendor.d/*nvidia*")]
    if not named and (beside or is_loadable("libEGL_nvidia.so.0")):
        file = folder / "nvidia_egl.json"
        file.write_text(json.dumps({"file_format_version": "1.0.0", "ICD": {"library_path": "libEGL_nvidia.so.0"}}))
        found["__EGL_VENDOR_LIBRARY_FILENAMES"] = str(file)
    return found | {"LD_LIBRARY_PATH": ":".join(filter(None, [*map(str, paths), os.environ.get("LD_LIBRARY_PATH")]))}


def environment(kit, folder):
    """For all programs that are run: those of this Python's folder come first, CUDA's tools last."""
    cuda = toolkit()
    tools = [cuda / "bin", cuda / "compute-sanitizer"] if cuda else []
    tools += sorted(pathlib.Path("/opt/nvidia/nsight-compute").glob("*/"))
    path = [pathlib.Path(sys.executable).parent, os.environ.get("PATH", ""), *tools]
    return {**os.environ, "PATH": ":".join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1", **library_environment(kit, folder)}
