"""The control loop of main.cpp in Python, shorter: an exported run of the task double_integrator, whose world is
simulated here; sensors with rates, delays and losses of their own; a fixed rate; forecasts.

    python examples/deploy/loop.py exported
    python examples/deploy/loop.py exported --dies position=4 --forecast 5
    python examples/deploy/loop.py exported --latency 10000      any task: how long decisions take"""
import argparse
import sys
import time

import numpy as np

from exported_run import ExportedRun, Filter, Forecast, Monitor, Policy

TICK_S, EPISODE_S = 0.01, 10.0


class DoubleIntegrator:
    """A point on a line from -1 to 1, pushed by the action; reward 1 - p^2 / 2 - v^2 / 20 every 0.1 s."""

    def __init__(self, run, step_s, transports_s, deaths_s, rng):
        self.sensors, self.transports_s, self.deaths_s, self.rng = run.sensors, transports_s, deaths_s, rng
        self.conditions = {name: {"interval_min": 1, "interval_max": 1, "dropout": 0.0, "delay": 0,
                                  **sensor.get("learned_with", {})} for name, sensor in run.sensors.items()}
        self.periods_s = {name: step_s * (known["interval_min"] + known["interval_max"]) / 2
                          for name, known in self.conditions.items()}
        self.step_s, self.position, self.velocity, self.total, self.tick = step_s, rng.uniform(-0.8, 0.8), 0.0, 0.0, 0
        self.taken, self.under_way = dict.fromkeys(run.sensors, 0), []
        self._take()

    def advance(self, until_s, action):
        """Time goes on. Returns what arrives by then: sensor, when it was taken, value."""
        while (self.tick + 1) * TICK_S <= until_s + TICK_S / 2:
            self.position += self.velocity * TICK_S + action * TICK_S ** 2 / 2
            self.velocity += action * TICK_S
            if abs(self.position) >= 1:
                self.position, self.velocity = np.sign(self.position), 0.0
            self.tick += 1
            if self.tick % 10 == 0:
                self.total += 1 - self.position ** 2 / 2 - self.velocity ** 2 / 20
            self._take()
        now_s = self.tick * TICK_S + TICK_S / 2
        arrived = [message for message in self.under_way if message[0] <= now_s]
        self.under_way = [message for message in self.under_way if message[0] > now_s]
        return [message[1:] for message in arrived]

    def _take(self):
        now_s = self.tick * TICK_S
        for name, sensor in self.sensors.items():
            if now_s + TICK_S / 2 < self.taken[name] * self.periods_s[name]:
                continue
            self.taken[name] += 1
            known = self.conditions[name]
            if now_s >= self.deaths_s.get(name, np.inf) or self.rng.random() < known["dropout"]:
                continue
            arrives_s = now_s + self.transports_s.get(name, known["delay"] * self.step_s)
            self.under_way.append((arrives_s, name, now_s, self._look(sensor)))

    def _look(self, sensor):
        if sensor["kind"] == "vector":
            return np.array([self.position, self.velocity])[:sensor["shape"][0]]
        _, height, width = sensor["shape"]

        def covered(pixels, low, high):
            return np.clip(np.minimum(high, np.arange(pixels) + 1) - np.maximum(low, np.arange(pixels)), 0, 1)

        column, row = width * (0.5 + 0.4 * self.position), height / 2
        rows = covered(height, row - height / 16, row + height / 16)
        columns = covered(width, column - height / 16, column + height / 16)
        return np.repeat(np.round(30 + 200 * np.outer(rows, columns))[None], 3, axis=0)


def play(run, options):
    if run.model["run"]["task"] != "double_integrator":
        raise SystemExit(f"loop.py: it simulates double_integrator, not {run.model['run']['task']}; play.py has others")
    step_s, rng = run.model["control"]["step_s"], np.random.default_rng(options.seed)
    for name in {**options.transport, **options.dies}:
        if name not in run.sensors:
            raise SystemExit(f"loop.py: {options.folder} has no sensor {name}; it has {', '.join(run.sensors)}")
    filter, policy = Filter(run, step_s, options.replay), Policy(run, options.seed)
    forecast = Forecast(run, seed=options.seed) if options.forecast else None
    monitor, alarms = Monitor(run) if run.model.get("monitor") else None, 0
    counts, late, returns, durations = dict.fromkeys(("in time", "late", "too late", "ahead"), 0), 0, [], []
    for _ in range(options.episodes):
        world, action, tick, passed = DoubleIntegrator(run, step_s, options.transport, options.dies, rng), np.zeros(1), 0, 1
        filter.reset()
        if monitor:
            monitor.reset()
        begin, period_s = time.monotonic(), step_s / options.speed if options.speed else 0.0
        while tick * step_s < EPISODE_S - step_s / 2:
            readings = world.advance(tick * step_s, float(action[0]))
            decided = time.perf_counter()
            for _ in range(passed):  # more than one: decisions were left out
                filter.advance(action)
            for sensor, taken_s, value in readings:
                counts[filter.add(sensor, taken_s, value)] += 1
            belief, features = filter.update()
            action = policy(belief, features)
            durations.append(1000 * (time.perf_counter() - decided))
            if monitor and filter.now > 0:
                before, present = filter.steps[filter.now - 1], filter.steps[filter.now]
                came = {name: value[0] for name, (_, value) in present.readings.items()}
                alarms += monitor.observe(before.posterior, present.action[0], came)
            if not options.quiet:
                deviation = np.sqrt(belief[0, run.parts["var"]]).mean()
                print(f"{tick * step_s:6.2f} s  position {world.position:+.3f}  action {action[0]:+.3f}  "
                      f"uncertainty {deviation:.4f}  ", *(sensor for sensor, *_ in readings))
            if forecast and tick % 10 == 0:
                for name, expected in forecast(belief, np.repeat(action[None], options.forecast, axis=0)).items():
                    mean, state, noise = (np.round(values[-1], 3) for values in expected.values())
                    print(f"         in {options.forecast * step_s:.2f} s: {name} {mean}, "
                          f"variance {state} of the state, {noise} of the reading")
            now = (time.monotonic() - begin) / period_s if period_s else 0.0
            if now > tick + 1:
                late += 1
                print(f"warning: the decision at {tick * step_s:.2f} s was {1000 * (now - tick - 1) * period_s:.1f} ms late",
                      file=sys.stderr)
            passed = max(1, int(np.ceil(now)) - tick)
            tick += passed
            time.sleep(max(0.0, begin + tick * period_s - time.monotonic()))
        world.advance(EPISODE_S, float(action[0]))
        returns.append(world.total)
    print(f"mean return of {len(returns)} episodes: {np.mean(returns):.2f}; readings: {counts}; deadlines missed: {late}")
    if monitor:
        print(f"monitor: {alarms} decisions above the threshold of {monitor.threshold:.3f}")
    summarise("decision", durations)


def measure(run, options):
    """Decisions on made-up readings."""
    filter, policy, rng = Filter(run, 1.0), Policy(run), np.random.default_rng(0)
    action, durations = np.zeros(run.model["action"]["size"]), []
    for step in range(options.latency):
        readings = {name: rng.integers(0, 256, sensor["shape"]) if sensor["kind"] == "image"
                    else rng.normal(sensor["mean"], sensor["std"]) for name, sensor in run.sensors.items()}
        begin = time.perf_counter()
        filter.advance(action)
        for name, value in readings.items():
            filter.add(name, step, value)
        action = policy(*filter.update())
        durations.append(1000 * (time.perf_counter() - begin))
    summarise("decision", durations)


def summarise(what, durations):
    median, most, longest = np.quantile(durations, [0.5, 0.99, 1])
    print(f"{what}: median {median:.4f} ms, 99 % {most:.4f} ms, longest {longest:.4f} ms, of {len(durations)}")


def main():
    def pair(text):
        name, _, number = text.partition("=")
        return name, float(number)

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="what vrkn export wrote")
    parser.add_argument("--episodes", type=int, default=1)
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds per second; 0: without waiting")
    parser.add_argument("--transport", type=pair, nargs="*", default=[], metavar="SENSOR=S", help="seconds until a reading arrives")
    parser.add_argument("--dies", type=pair, nargs="*", default=[], metavar="SENSOR=S", help="when a sensor falls silent")
    parser.add_argument("--replay", type=int, default=8, help="how many steps back a late reading may reach")
    parser.add_argument("--forecast", type=int, default=0, metavar="H", help="steps ahead, at every tenth decision")
    parser.add_argument("--latency", type=int, default=0, metavar="N", help="no world: N decisions on made-up readings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    options.transport, options.dies = dict(options.transport), dict(options.dies)
    run = ExportedRun(options.folder)
    measure(run, options) if options.latency else play(run, options)


if __name__ == "__main__":
    main()
