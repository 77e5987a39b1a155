"""Makes the files in mujoco-3/: what dm_control's tasks do on MuJoCo 3, from the states and actions of the files beside.

    python make_suite_mujoco3.py           needs: pip install dm_control mujoco==3.17.0 xxhash; OpenGL through EGL

Every episode begins where the recorded one begins and takes the recorded actions; every probe is the recorded state. Where
nothing moves otherwise than on MuJoCo 2 (1e-9 over a whole episode), only the picture is written.
"""

import json
import os
import pathlib
from importlib import metadata

os.environ.setdefault("MUJOCO_GL", "egl")
import numpy as np
import xxhash
from dm_control import suite

FOLDER = pathlib.Path(__file__).resolve().parent
TASKS = ["ball_in_cup_catch", "cartpole_swingup", "cheetah_run", "reacher_easy", "walker_walk"]


def write_model_fields(physics, fields):
    for field in fields:
        getattr(physics.model, field["field"])[field["id"]] = field["value"]


def observation(environment):
    values = environment.task.get_observation(environment.physics)
    return {name: np.asarray(value).tolist() for name, value in values.items()}


def record(environment, reward):
    data = environment.physics.data
    return {"qpos": data.qpos.tolist(), "qvel": data.qvel.tolist(), "qacc_warmstart": data.qacc_warmstart.tolist(),
            "ncon": int(data.ncon), "obs": observation(environment), "reward": reward, "time": float(data.time)}


def begin(environment, fields, state):
    physics = environment.physics
    environment.reset()
    write_model_fields(physics, fields)
    with physics.reset_context():  # evaluates at its end, with the actuators off
        physics.data.qpos[:], physics.data.qvel[:] = state["qpos"], state["qvel"]
    physics.data.time = 0.0
    physics.data.qacc_warmstart[:] = state["qacc_warmstart"]


def replay(environment, episode):
    begin(environment, episode["model_fields"], episode["reset"])
    reset = record(environment, None)
    steps = []
    for action in episode["actions"]:
        time_step = environment.step(np.array(action))
        steps.append(record(environment, float(time_step.reward)))
    return {"model_fields": episode["model_fields"], "reset": reset, "actions": episode["actions"], "steps": steps}


def probe(environment, old):
    physics = environment.physics
    write_model_fields(physics, old["model_fields"])
    with physics.reset_context():
        physics.data.qpos[:], physics.data.qvel[:] = old["qpos"], old["qvel"]
    physics.forward()
    physics.data.ctrl[:] = old["ctrl"]
    return {"model_fields": old["model_fields"], "qpos": old["qpos"], "qvel": old["qvel"], "ctrl": old["ctrl"],
            "obs": observation(environment), "reward": float(environment.task.get_reward(physics))}


def write(path, golden):
    def line(value):
        return json.dumps(value, separators=(",", ":"))
    head = [f'"{key}":{line(value)}' for key, value in golden.items() if key not in ("episodes", "probes")]
    episodes = [
        '{"model_fields":%s,\n"reset":%s,\n"actions":[\n%s],\n"steps":[\n%s]}' % (
            line(e["model_fields"]), line(e["reset"]), ",\n".join(map(line, e["actions"])), ",\n".join(map(line, e["steps"])))
        for e in golden["episodes"]]
    probes = ",\n".join(map(line, golden["probes"]))
    text = "{\n" + ",\n".join(head) + ',\n"episodes":[\n' + ",\n".join(episodes) + '],\n"probes":[\n' + probes + "]\n}\n"
    json.loads(text)
    path.write_text(text)


def texture_hashes(physics):
    model = physics.model
    ends = list(model.tex_adr[1:]) + [model.ntexdata]
    return {model.id2name(i, "texture"): xxhash.xxh3_64_hexdigest(model.tex_data[model.tex_adr[i]:ends[i]].tobytes())
            for i in range(model.ntex)}


for task in TASKS:
    old = json.loads((FOLDER / f"{task}.json").read_text())
    environment = suite.load(old["domain"], old["task"], task_kwargs={"random": 0})
    versions = {name: metadata.version(name) for name in ("dm_control", "mujoco", "numpy")}
    begin(environment, old["episodes"][0]["model_fields"], old["episodes"][0]["reset"])
    pixels = environment.physics.render(64, 64, camera_id=0)
    (FOLDER / "mujoco-3" / f"{task}_64x64.ppm").write_bytes(b"P6\n64 64\n255\n" + pixels.tobytes())
    golden = {"domain": old["domain"], "task": old["task"], "source": {"suite": "google-deepmind/dm_control", **versions}}
    for key in ("control_timestep", "step_limit", "action_min", "action_max", "obs_layout"):
        golden[key] = old[key]
    golden["episodes"] = [replay(environment, episode) for episode in old["episodes"]]
    golden["probes"] = [probe(environment, one) for one in old["probes"]]
    differences = {"qpos": 0.0, "reward": 0.0}
    for before, after in zip(old["episodes"], golden["episodes"]):
        for a, b in zip(before["steps"], after["steps"]):
            differences["qpos"] = max(differences["qpos"], float(np.abs(np.subtract(a["qpos"], b["qpos"])).max()))
            differences["reward"] = max(differences["reward"], abs(a["reward"] - b["reward"]))
    print(f"{task}: largest difference to MuJoCo 2 over 60 steps: {differences}")
    if differences["qpos"] > 1e-9:
        write(FOLDER / "mujoco-3" / f"{task}.json", golden)
    if task == "cartpole_swingup":  # all scenes have its two textures
        (FOLDER / "mujoco-3" / "textures.json").write_text(json.dumps(texture_hashes(environment.physics), indent=1) + "\n")
