"""The parts of scripts/gpu_check, each a function of the context and of its Result: it fills in numbers and rows, and
raises Failed when the card did not do what it should."""
import concurrent.futures
import csv
import json
import math
import re
import shutil
import statistics
import sys
import time
import xml.etree.ElementTree

import utilisation
from build import program
from commands import Failed, OutOfTime
from report import FAILED, PASSED, TIMED_OUT, Result

IMAGES = ("--preset", "paper-dreamer")
GRAPH, TF32, BFLOAT16 = (("--set", f"{key}") for key in ("cuda.graph=true", "cuda.tf32=true", "networks.precision=bfloat16"))
RSSM, STATE = ("--set", "model.kind=rssm"), ("--set", "environment.sensors=state")
BENCH = {  # rows of the part `bench`: arguments of vrkn bench
    "update, graph": ("train-step", *IMAGES, *GRAPH),
    "update, graph, TF32": ("train-step", *IMAGES, *GRAPH, *TF32),
    "update": ("train-step", *IMAGES),
    "plan": ("plan", "--preset", "paper-planet"),
    "plan, TF32": ("plan", "--preset", "paper-planet", *TF32),
    "update, graph, TF32, bfloat16": ("train-step", *IMAGES, *GRAPH, *TF32, *BFLOAT16),
    "update, graph, bfloat16": ("train-step", *IMAGES, *GRAPH, *BFLOAT16),
    "update, TF32": ("train-step", *IMAGES, *TF32),
    "update, bfloat16": ("train-step", *IMAGES, *BFLOAT16),
    "act": ("act", *IMAGES),
    "update, RSSM, graph, TF32": ("train-step", *IMAGES, *RSSM, *GRAPH, *TF32),
    "update, RSSM": ("train-step", *IMAGES, *RSSM),
    "update, 5 numbers, graph, TF32": ("train-step", *IMAGES, *STATE, *GRAPH, *TF32),
    "update, 5 numbers": ("train-step", *IMAGES, *STATE),
    "planet update, graph, TF32": ("train-step", "--preset", "paper-planet", *GRAPH, *TF32),
    "plan, RSSM, TF32": ("plan", "--preset", "paper-planet", *RSSM, *TF32),
    "recurrence": ("recurrence", *IMAGES),
    "image networks, TF32": ("codec", *IMAGES, *TF32),
}
AUTHORS = {  # rows of `authors`, and which of ours do the same
    "update-vrkn-image": ("update", "update, graph", "update, TF32", "update, graph, TF32"),
    "plan-vrkn-image": ("plan", "plan, TF32"),
    "act-vrkn-image": ("act",),
    "update-rssm-image": ("update, RSSM", "update, RSSM, graph, TF32"),
    "update-vrkn-state": ("update, 5 numbers", "update, 5 numbers, graph, TF32"),
    "product": (),
}
AUTHORS_COMPILED = {"update-vrkn-image, parts": "parts", "plan-vrkn-image, whole": "whole", "update-vrkn-image, whole": "whole"}
OUR_KERNELS = "*Fused.*/cuda:*FusedSmoother.*/cuda"  # the tests that run them


def each_row(context, part, names, measure):
    """Fills in a row for each name with the numbers that measure(name) returns. A row that fails does not stop the others."""
    part.rows = [Result(name) for name in names]
    for row in part.rows:
        began = time.monotonic()
        try:
            row.numbers = measure(row.name)
            row.state = PASSED
        except Failed as failure:
            row.state, row.reason = TIMED_OUT if isinstance(failure, OutOfTime) else FAILED, str(failure)
        row.seconds = time.monotonic() - began
        context.report.save()
        if context.commands.left() <= 0:
            break
    bad = [row for row in part.rows if row.state != PASSED]
    if bad:
        kind = OutOfTime if context.commands.left() <= 0 else Failed
        raise kind(f"{len(bad)} of {len(part.rows)} rows did not pass; first {bad[0].name}: {bad[0].reason or bad[0].state}")


# Tests

def run_tests(context, part, chosen, *before, environment={}):
    """Runs the device tests whose names match, under another program if one is named. A test that is skipped has tested
    nothing. Returns all that was printed."""
    report = context.work / f"{part.name}.xml"
    report.unlink(missing_ok=True)
    command = [*before, program(context, "vrkn_device_test"), f"--gtest_filter={chosen}", f"--gtest_output=xml:{report}"]
    try:
        printed = context.commands.run(*command, environment=environment)
    except OutOfTime:
        raise
    except Failed as failure:
        read_tests(part, report)
        raise Failed(next((f"{row.name}: {row.reason}" for row in part.rows if row.state == FAILED), str(failure)))
    read_tests(part, report)
    bad = [row for row in part.rows if row.state != PASSED]
    if not part.rows:
        raise Failed(f"no test is called {chosen}")
    if bad:
        raise Failed(f"{len(bad)} of {len(part.rows)} tests skipped: {bad[0].reason}")
    return printed


def read_tests(part, report):
    """The rows: one for each test of the program's XML file, which is missing where it crashed."""
    cases = xml.etree.ElementTree.parse(report).getroot().iter("testcase") if report.exists() else []
    for case in cases:
        row = Result(f"{case.get('classname').rsplit('/', 1)[-1]}.{case.get('name').split('/')[0]}", PASSED, float(case.get("time")))
        for tag in ("skipped", "failure"):
            found = case.find(tag)
            if found is not None:
                lines = [line.strip() for line in found.get("message").splitlines()]  # the first says where
                row.state, row.reason = FAILED, "; ".join(lines[1:4] or lines)
        part.rows.append(row)
    part.numbers["tests"] = len(part.rows)


def tests(chosen):
    return lambda context, part: run_tests(context, part, chosen)


def sanitizer(tool):
    def check(context, part):
        found = shutil.which("compute-sanitizer", path=context.commands.environment["PATH"])
        if found is None:
            raise Failed("compute-sanitizer is not installed")
        # Every tensor has memory of its own, so that what lies behind its end is nobody's.
        printed = run_tests(context, part, OUR_KERNELS, found, "--tool", tool, "--error-exitcode", 99, "--print-limit", 20,
                            environment={"PYTORCH_NO_CUDA_MEMORY_CACHING": "1"})
        summary = re.search(r"(ERROR|RACECHECK) SUMMARY: (.*)", printed)
        if summary is None:
            raise Failed("compute-sanitizer said nothing of errors")
        part.numbers["summary"] = summary[2]
    return check


# Speed

def bench(context, *arguments, environment={}, **limits):
    printed = context.commands.run(program(context, "vrkn"), "bench", *arguments, "--device", "cuda", "--json",
                                   environment=environment, **limits)
    return json.loads(printed)


def milliseconds(row):
    """Of a row of vrkn bench or scripts/bench_peers."""
    return {f"{name}_ms": 1e3 * row[row["clock"] + "_s"][name] for name in ("median", "low", "high")}


def bench_rows(context, part):
    def measure(name):
        with utilisation.Watch(context.commands.environment) as watch:
            found = bench(context, *BENCH[name], "--repetitions", context.repetitions, *context.sizes, at_most=40)
        row = found["rows"][-1]
        ratio = {"times_the_limit": row["ratio"]} if "ratio" in row else {}
        return milliseconds(row) | ratio | watch.numbers()

    each_row(context, part, BENCH, measure)


def ours(context, names):
    """Our milliseconds, by the row's name, where they were measured."""
    return {row.name: row.numbers["median_ms"] for row in context.report.part("bench").rows
            if row.name in names and row.state == PASSED}


def authors_row(context, key, *arguments):
    source = context.kit / "authors"
    if not source.exists():
        raise Failed("the kit has no folder authors: make it with scripts/gpu_kit --authors")
    printed = context.commands.run(sys.executable, context.root / "scripts/bench_peers", "authors", "--source", source,
                                   "--device", "cuda", "--rows", key, "--json", "--repetitions", context.repetitions,
                                   *context.peer_sizes, *arguments, allowed=(0, 1))
    row = json.loads(printed)["rows"][0]
    if "error" in row:
        raise Failed(row["error"])
    numbers = milliseconds(row) | {"preparation_s": row["preparation_s"]}
    for name, found in ours(context, AUTHORS[key]).items():
        numbers[f"times ours ({name})"] = numbers["median_ms"] / found
    return numbers


def authors(context, part):
    each_row(context, part, AUTHORS, lambda name: authors_row(context, name))


def authors_compiled(context, part):
    def measure(name):
        return authors_row(context, name.split(",")[0], "--compile", AUTHORS_COMPILED[name])

    each_row(context, part, AUTHORS_COMPILED, measure)


def together(context, part):
    """Updates at the paper's size in several processes at the same time."""
    def measure(name):
        count = int(name.split()[0])
        arguments = ("train-step", *IMAGES, *GRAPH, *TF32, "--threads", 2, *context.sizes, "--repetitions",
                     15 * context.repetitions)  # long enough for starting to be short beside it
        with concurrent.futures.ThreadPoolExecutor(count) as pool, utilisation.Watch(context.commands.environment) as watch:
            found = [job.result() for job in [pool.submit(bench, context, *arguments) for _ in range(count)]]
        each = [milliseconds(one["rows"][-1])["median_ms"] for one in found]
        return {"updates_per_s": sum(1e3 / ms for ms in each), "median_ms": statistics.median(each), **watch.numbers()}

    each_row(context, part, ("1 process", "2 processes", "4 processes"), measure)


# Where the time goes

def profile(context, part):
    each_row(context, part, ("waiting for each kernel", "kernels"), lambda name: PROFILES[name](context))


def by_parts(context):
    """Shares of an update's named parts and kinds of operations. The host waits for every kernel: the shares are the device's
    times, with what a call takes added to each."""
    found = bench(context, "train-step", *IMAGES, *TF32, "--repetitions", 2, *context.sizes,
                  environment={"CUDA_LAUNCH_BLOCKING": "1"})["profile"]
    shares = {share["name"]: 1e3 * share["time_s"] for kind in ("parts", "kinds") for share in found[kind]}
    return {f"{name}_ms": value for name, value in {"all": 1e3 * found["total_s"], **shares}.items()}


def by_kernels(context):
    """The kernels that take most of the first thousands of launches: above all of the first update."""
    ncu = shutil.which("ncu", path=context.commands.environment["PATH"])
    if ncu is None:
        raise Failed("ncu is not installed")
    printed = context.commands.run(
        ncu, "--clock-control", "none", "--cache-control", "none", "--target-processes", "all", "--metrics", "gpu__time_duration.sum", "--csv",
        "--print-units", "base", "--launch-count", 4000, program(context, "vrkn"), "bench", "train-step", *IMAGES, *TF32,
        "--device", "cuda", "--repetitions", 1, "--json", *context.sizes)
    return kernel_shares(printed)


def kernel_shares(printed):
    """Of ncu's table: how many launches, their time, and the share of the ten kernels that take most."""
    lines = printed.splitlines()
    head = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if head is None:
        raise Failed("ncu printed no table: " + (lines[-1] if lines else "nothing"))
    times = {}
    launches = 0
    rows = csv.DictReader(line for line in lines[head:] if line.startswith('"'))
    for row in (row for row in rows if row["Metric Name"] == "gpu__time_duration.sum"):
        name = re.sub(r"^(void )?([\w:]+::)?", "", re.sub(r"[<(].*", "", row["Kernel Name"]))
        times[name] = times.get(name, 0.0) + float(row["Metric Value"].replace(",", "")) * 1e-6
        launches += 1
    if launches == 0:
        raise Failed("ncu saw no kernel")
    total = sum(times.values())
    most = sorted(times, key=times.get, reverse=True)[:10]
    return {"launches": launches, "kernels_ms": total, **{f"{name}_%": 100 * times[name] / total for name in most}}


# Pictures and learning

def picture(context, part):
    """One picture, drawn by NVIDIA's OpenGL and not by Mesa's."""
    vrkn = program(context, "vrkn")
    doctor = context.commands.run(vrkn, "doctor")
    renderer = re.search(r"^renderer +(.*)", doctor, re.M)[1]
    part.numbers["renderer"] = renderer
    replayed = context.work / "replayed.json"
    replayed.unlink(missing_ok=True)
    context.commands.run(vrkn, "rollout", "--task", "cartpole_swingup", "--replay",
                         context.root / "tests/golden/cartpole_swingup.json", "--out", replayed, "--frame",
                         context.out / "picture.png")
    if "NVIDIA" not in renderer:
        raise Failed("the picture was not drawn by the card")


def train(context, part):
    """Learning from pixels at the paper's size, for half of the part's time each: updates as a graph and episodes in turn, and
    episodes beside updates, which then are no graph."""
    kinds = {"graph": GRAPH, "async": ("--set", "training.async_collection=true")}
    seconds = context.commands.left() / len(kinds)
    each_row(context, part, kinds, lambda name: train_row(context, name, kinds[name], seconds))


def train_row(context, name, settings, seconds):
    run = context.work / f"run-{name}"
    shutil.rmtree(run, ignore_errors=True)
    context.commands.run(program(context, "vrkn"), "train", *IMAGES, *TF32, *settings, *context.run_sizes, "--device", "cuda",
                         "--out", run, stop_after=max(seconds - 15, 5), allowed=(0, 143))
    shutil.copy(run / "metrics.jsonl", context.out / f"train-{name}.jsonl")
    return learned(run / "metrics.jsonl")


def learned(file):
    """The last iteration of a run."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines = [line for line in lines if line["kind"] == "train"]
    if not lines:
        raise Failed("no iteration was over in time")
    last = lines[-1]
    if not math.isfinite(last["loss/total"]):
        raise Failed(f"the loss is {last['loss/total']}")
    return {"iterations": last["iteration"], "env_steps": last["env_step"], "first_loss": lines[0]["loss/total"],
            "last_loss": last["loss/total"], "return": last["return"], "update_ms": 1e3 * last["time/update_s"]}


PROFILES = {"waiting for each kernel": by_parts, "kernels": by_kernels}
