"""What `vrkn export` writes, run by the real ONNX Runtime, against what the library itself computes: over whole episodes
with gaps in every sensor, for every kind of model, sets of sensors and both agents.

    export_test.py <the program `reference`>          with runs that it makes
    RUN=<run directory> export_test.py <...>          with this one, of any size

Skipped where onnx, onnxruntime, numpy or safetensors cannot be imported (scripts/requirements-test.txt has them)."""
import hashlib
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
    import onnx
    import onnxruntime
    import safetensors.numpy
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

TOLERANCE = 1e-5  # of the largest value that a quantity takes in an episode
KINDS = ["vrkn", "vrkn-no-mcd", "rssm", "rssm-mcd", "rssm-smoothing", "rssm-smoothing-mcd", "ssm"]
SENSORS = ["vector", "image", "fusion"]
AGENTS = ["planet", "dreamer"]
CASES = list(map("-".join, itertools.product(KINDS, SENSORS, AGENTS))) + ["vrkn-wide-planet", "vrkn-wide-dreamer"]
RUN = [os.environ["RUN"]] if "RUN" in os.environ else []
TYPES = {"float32": np.float32, "uint8": np.uint8, "bool": np.bool_}


class Exported:
    """An export as a program without vrkn sees it: model.json and the files that it names."""

    def __init__(self, folder):
        self.folder = folder
        self.model = json.loads((folder / "model.json").read_text())
        self.files = {file["name"]: file for file in self.model["files"]}
        self.sessions = {}

    def run(self, name, **inputs):
        """The outputs of a graph by name. Random numbers that are not given are at rest: length 1, neutral."""
        file = self.files[name + ".onnx"]
        feeds = {}
        for port in file["inputs"]:
            if port["name"] in inputs:
                feeds[port["name"]] = np.ascontiguousarray(inputs.pop(port["name"]), TYPES[port["type"]])
            else:
                feeds[port["name"]] = np.full([1] * len(port["shape"]), port["neutral"], TYPES[port["type"]])
        assert not inputs, inputs.keys()
        if name not in self.sessions:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            self.sessions[name] = onnxruntime.InferenceSession(self.folder / (name + ".onnx"), options,
                                                               providers=["CPUExecutionProvider"])
        names = [port["name"] for port in file["outputs"]]
        outputs = dict(zip(names, self.sessions[name].run(names, feeds)))
        for port in file["outputs"]:
            found = outputs[port["name"]]
            sizes = [size if isinstance(size, int) else found.shape[axis] for axis, size in enumerate(port["shape"])]
            assert list(found.shape) == sizes and found.dtype == TYPES[port["type"]], (name, port, found.shape)
        return outputs


def difference(found, expected):
    """The largest difference, as a share of the largest value."""
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return float(np.max(np.abs(found.astype(np.float64) - expected)) / max(np.max(np.abs(expected)), 1e-30))


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="vrkn-export-")
        cls.folder = pathlib.Path(cls.temporary.name)
        subprocess.run([sys.argv[1], cls.folder, *RUN], check=True)
        cls.worst = {}

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()
        print("\nlargest differences, as shares of the largest values:")
        for kind in dict.fromkeys(kind for kind, _ in cls.worst):
            print(f"  {kind:19}", *(f"{what} {cls.worst[kind, what]:.0e}" for key, what in cls.worst if key == kind))

    def cases(self):
        for name in ["run"] if RUN else CASES:
            exported = Exported(self.folder / name / "export")
            if not RUN:
                self.assertEqual(name.rsplit("-", 2)[::2], [exported.model["model"], exported.model["agent"]])
            yield exported, dict(np.load(self.folder / name / "reference.npz"))

    def expect_equal(self, exported, what, found, expected):
        share, kind = difference(found, expected), exported.model["model"]
        self.worst[kind, what] = max(self.worst.get((kind, what), 0.0), share)
        self.assertLess(share, TOLERANCE, f"{what} of {exported.folder.parent.name}")

    def expect_equal_beliefs(self, exported, what, found, expected):
        for part in exported.model["belief"]["parts"]:
            place = slice(part["offset"], part["offset"] + part["size"])
            self.expect_equal(exported, f"{what}.{part['name']}", found[..., place], expected[..., place])

    def test_the_files_are_valid(self):
        for exported, _ in self.cases():
            self.assertEqual({path.name for path in exported.folder.iterdir()}, {"model.json", *exported.files})
            for name, file in exported.files.items():
                content = (exported.folder / name).read_bytes()
                self.assertEqual(hashlib.sha256(content).hexdigest(), file["sha256"])
                self.assertEqual(len(content), file["bytes"])
                if not name.endswith(".onnx"):
                    continue
                graph = onnx.load_from_string(content)
                onnx.checker.check_model(graph, full_check=True)
                self.assertEqual([(entry.domain, entry.version) for entry in graph.opset_import],
                                 [("", exported.model["onnx"]["opset"])])
                self.assertEqual([port.name for port in graph.graph.input], [port["name"] for port in file["inputs"]])
                self.assertEqual([port.name for port in graph.graph.output], [port["name"] for port in file["outputs"]])

    def test_the_weights_are_those_of_the_graphs(self):
        for exported, _ in self.cases():
            weights = safetensors.numpy.load_file(exported.folder / "model.safetensors")
            self.assertEqual(any(name.startswith("actor.") for name in weights), exported.model["agent"] == "dreamer")
            shared = 0
            for name in ("filter", "decode", "imagine", "policy"):
                for constant in onnx.load(exported.folder / (name + ".onnx")).graph.initializer:
                    if constant.name in weights:
                        np.testing.assert_array_equal(onnx.numpy_helper.to_array(constant), weights[constant.name])
                        shared += 1
            self.assertGreater(shared, 20)

    def observed(self, exported, reference, step, generator):
        """The filter's inputs at a step. Where there is no reading, or no past, there is nonsense."""
        first = reference["is_first"][step]
        inputs = {"is_first": first, "noise": reference["noise"][step],
                  "action": np.where(first[:, None], np.nan, reference["action_before"][step])}
        for sensor in exported.model["sensors"]:
            name = sensor["name"]
            reading, valid = reference[name][step], reference[name + "_valid"][step]
            missing = ~valid.reshape([-1] + [1] * (reading.ndim - 1))
            if sensor["kind"] == "image":
                nonsense = generator.integers(0, 256, reading.shape, np.uint8)
                inputs[name + "_dither"] = reference[name + "_dither"][step]
            else:
                nonsense = np.nan
            inputs[name] = np.where(missing, nonsense, reading)
            inputs[name + "_valid"] = valid
        return inputs

    def test_episodes_are_filtered_and_played_alike(self):
        generator = np.random.default_rng(1)
        for exported, reference in self.cases():
            for sensor in exported.model["sensors"]:
                valid = reference[sensor["name"] + "_valid"]
                self.assertTrue(RUN or (valid.any() and not valid.all()), "gaps in every sensor")
            belief = np.full(reference["posterior"].shape[1:], np.nan, np.float32)
            found = {"posterior": [], "features": [], "action": []}
            for step in range(len(reference["noise"])):
                inputs = self.observed(exported, reference, step, generator)
                filtered = exported.run("filter", belief=belief, **inputs)
                belief = filtered["posterior"]
                if exported.model["agent"] == "dreamer":
                    policy = exported.run("policy", features=filtered["features"], noise=reference["policy_noise"][step])
                else:
                    policy = exported.run("policy", belief=belief, plan_noise=reference["plan_noise"][step],
                                          imagination_noise=reference["imagination_noise"][step])
                    np.testing.assert_array_equal(policy["plan"][:, 0], policy["action"])
                for name, value in {**filtered, "action": policy["action"]}.items():
                    found[name].append(value)
            found = {name: np.stack(values) for name, values in found.items()}
            self.expect_equal_beliefs(exported, "posterior", found["posterior"], reference["posterior"])
            self.expect_equal(exported, "features", found["features"], reference["features"])
            self.expect_equal(exported, "action", found["action"], reference["action"])

    def test_an_image_need_not_be_square(self):
        shapes = {tuple(sensor["shape"]) for exported, _ in self.cases() for sensor in exported.model["sensors"]
                  if sensor["kind"] == "image"}
        self.assertTrue(RUN or (3, 18, 31) in shapes, shapes)

    def test_rows_do_not_know_of_each_other(self):
        generator = np.random.default_rng(2)
        for exported, reference in self.cases():
            step = len(reference["noise"]) // 2 - 1
            inputs = {"belief": reference["posterior"][step - 1], **self.observed(exported, reference, step, generator)}
            both = exported.run("filter", **inputs)["posterior"]
            for row in range(len(both)):
                alone = exported.run("filter", **{name: value[row:row + 1] for name, value in inputs.items()})
                self.assertLess(difference(alone["posterior"], both[row:row + 1]), TOLERANCE)

    def test_readings_are_decoded_alike(self):
        for exported, reference in self.cases():
            rows = reference["features"].reshape(-1, reference["features"].shape[-1])
            decoded = exported.run("decode", features=rows)
            names = [sensor["name"] for sensor in exported.model["sensors"]] + ["reward"]
            self.assertEqual(set(decoded), {name + end for name in names for end in ("_mean", "_var")})
            for name, found in decoded.items():
                expected = reference["decode/" + name]
                self.expect_equal(exported, "decoded", found, expected.reshape(found.shape))

    def test_futures_are_imagined_alike(self):
        for exported, reference in self.cases():
            has_dropout = exported.model["dropout"]["rate"] > 0
            self.assertEqual("dropout/beliefs" in reference, has_dropout)
            self.assertEqual("mask_sizes" in exported.model["dropout"], has_dropout)
            for prefix in ("imagine/", "dropout/") if has_dropout else ("imagine/",):
                inputs = {name: reference[prefix + name][0] for name in ("belief", "actions")}
                if prefix == "dropout/":
                    masks = {"mask_" + name: size for name, size in exported.model["dropout"]["mask_sizes"].items()}
                    self.assertEqual(set(masks), {"mask_input", "mask_gate", "mask_hidden"})
                    for name, size in masks.items():
                        inputs[name] = reference[prefix + name][0]
                        self.assertEqual(inputs[name].shape[-1], size)
                noise = reference[prefix + "noise"].swapaxes(0, 1)
                imagined = exported.run("imagine", noise=noise, **inputs)
                self.assertEqual("reward_mean" in imagined, True)
                for name, found in imagined.items():
                    expected = reference[prefix + name].swapaxes(0, 1)
                    if name == "beliefs":
                        self.expect_equal_beliefs(exported, "imagined", found, expected)
                    else:
                        self.expect_equal(exported, "imagined readings", found, expected)
                # One number for all is that number everywhere, and horizons are free.
                short = {**inputs, "actions": inputs["actions"][:, :2]}
                spread = exported.run("imagine", noise=np.zeros_like(noise[:, :2]), **short)["beliefs"]
                self.assertLess(difference(exported.run("imagine", **short)["beliefs"], spread), 1e-6)

    def test_without_noise_the_features_are_the_mean(self):
        generator = np.random.default_rng(3)
        for exported, reference in self.cases():
            inputs = self.observed(exported, reference, 0, generator)
            del inputs["noise"]
            posterior = exported.run("filter", belief=reference["posterior"][0], **inputs)["posterior"]
            parts = {part["name"]: slice(part["offset"], part["offset"] + part["size"])
                     for part in exported.model["belief"]["parts"]}
            np.testing.assert_array_equal(posterior[:, parts["sample"]], posterior[:, parts["mean"]])


if __name__ == "__main__":
    if not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
