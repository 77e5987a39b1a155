"""What the tests of the command share: run it, and read what it wrote. Standard library only."""
import io
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile

VRKN = pathlib.Path(sys.argv[1])

# A world without a renderer and networks of a few units: a run takes about a second. One thread: more would only wait.
TINY = """
threads = 1
[environment]
task = "double_integrator"
sensors = ["image", "state"]
image_size = 16
action_repeat = 5
[model]
latent_dim = 4
hidden_dim = 8
[networks]
image_depth = 2
vector_hidden = 8
vector_layers = 1
reward_hidden = 8
reward_layers = 1
[agent]
horizon = 3
iterations = 2
population_size = 10
num_elites = 3
[training]
prefill_episodes = 2
iterations = 4
updates = 4
batch_size = 2
sequence_length = 6
checkpoint_every = 1
[evaluation]
every = 2
episodes = 2
"""


def vrkn(*arguments, check=0, env=None):
    """Runs the command; the exit code must be `check`."""
    done = subprocess.run([VRKN, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=env)
    if done.returncode != check:
        raise AssertionError(f"exit code {done.returncode}, expected {check}: {done.args}\n{done.stdout}{done.stderr}")
    return done


def metrics(run):
    """The lines of metrics.jsonl without what measures the clock."""
    lines = []
    for line in (pathlib.Path(run) / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        lines.append({key: value for key, value in record.items() if not key.startswith("time/")})
    return lines


def crc32c(data):
    """CRC-32C bit by bit, as its polynomial defines it: slow, and independent of the program's table."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(crc):
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def fields(message):
    """The fields of a protobuf message: (number, wire type, value)."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            value = varint()
        else:
            size = {1: 8, 5: 4}.get(key & 7) or varint()
            value = message[at:at + size]
            assert len(value) == size
            at += size
        yield key >> 3, value


def events(run, check_sums=True):
    """All (tag, step, value) of a run's event file: scalars as their four bytes, pictures as (height, width, file)."""
    data = (pathlib.Path(run) / "events.out.tfevents.vrkn").read_bytes()
    found, at = [], 0
    while at < len(data):
        length, length_sum = struct.unpack_from("<QI", data, at)
        event = data[at + 12:at + 12 + length]
        (event_sum,) = struct.unpack_from("<I", data, at + 12 + length)
        if check_sums:
            assert length_sum == masked(crc32c(data[at:at + 8])), at
            assert event_sum == masked(crc32c(event)), at
        at += 16 + length
        content = dict(fields(event))
        for _, value in fields(content.get(5, b"")):
            value = dict(fields(value))
            shown = value[2] if 2 in value else tuple(dict(fields(value[4]))[key] for key in (1, 2, 4))
            found.append((value[1].decode(), content.get(2, 0), shown))
    return found


def read_npz(path):
    """Type, shape and bytes of every array of an .npz file, by name."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = io.BytesIO(archive.read(name))
            assert data.read(6) == b"\x93NUMPY"
            major, _ = data.read(2)
            length = struct.unpack("<H", data.read(2))[0] if major == 1 else struct.unpack("<I", data.read(4))[0]
            header = eval(data.read(length).decode(), {"__builtins__": {}})  # a literal, as NumPy's own format says
            found[name.removesuffix(".npy")] = (header["descr"], tuple(header["shape"]), data.read())
    return found


def write_npz(path, **arrays):
    """Writes arrays as read_npz gives them: (type, shape, bytes)."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, (descr, shape, content) in arrays.items():
            header = repr({"descr": descr, "fortran_order": False, "shape": tuple(shape)})
            header += " " * (-(len(header) + 11) % 64) + "\n"
            head = struct.pack("<6sBBH", b"\x93NUMPY", 1, 0, len(header)) + header.encode()
            archive.writestr(name + ".npy", head + content)


def floats(entry):
    descr, _, content = entry
    assert descr == "<f4"
    return struct.unpack(f"<{len(content) // 4}f", content)


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vrkn-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.config = self.folder / "tiny.toml"
        self.config.write_text(TINY)

    def train(self, name, *arguments, check=0):
        vrkn("train", "--config", self.config, "--out", self.folder / name, *arguments, check=check)
        return self.folder / name


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
