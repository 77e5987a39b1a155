"""Other people's environments as worlds."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv

from vrkn import ConfigError
from vrkn.worlds import AbsorbingWorld, DmControlWorld, GymnasiumWorld, OneOfVector, as_world, factory_of, resize


class Imaginary(gymnasium.Env[Any, Any]):
    """Says of every observation what it samples, and keeps the action."""

    def __init__(self, observations: spaces.Space[Any], actions: spaces.Space[Any]) -> None:
        self.observation_space, self.action_space = observations, actions
        self.action: Any = None

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.observation_space.seed(seed)
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        assert self.action_space.contains(action)
        self.action = action
        return self.observation_space.sample(), 1.0, False, False, {}


BOX = spaces.Box(-1.0, 1.0, (2,), np.float32)


def test_rewards_are_those_of_gymnasium_itself() -> None:
    world = GymnasiumWorld(gymnasium.make("Pendulum-v1"), action_repeat=3, step_limit=10)
    plain = gymnasium.make("Pendulum-v1")
    readings = world.reset(seed=5)
    observation, _ = plain.reset(seed=5)
    np.testing.assert_array_equal(readings["state"], observation)
    for step in range(4):
        readings, reward, is_last, discount = world.step(np.array([0.5]))
        expected = 0.0
        for _ in range(3 if step < 3 else 1):  # ten steps of the environment are four decisions
            observation, one, *_ = plain.step(np.array([1.0], np.float32))  # its torque is from -2 to 2
            expected += float(one)
        assert reward == expected
        np.testing.assert_array_equal(readings["state"], observation)
        assert is_last == (step == 3) and discount == 1.0
    assert world.step_limit == 4


def test_a_fallen_pole_ends_the_episode_without_a_future() -> None:
    world = GymnasiumWorld(gymnasium.make("CartPole-v1"))
    world.reset(seed=1)
    ends = [world.step(np.array([1.0, -1.0]))[2:] for _ in range(20)]
    assert (True, 0.0) in ends and (False, 1.0) in ends


def test_an_end_absorbs_and_a_time_limit_does_not() -> None:
    plain = GymnasiumWorld(gymnasium.make("CartPole-v1"))
    world = factory_of("CartPole-v1", absorbing_steps=3)()
    for seed in (1, 2):  # an episode leaves nothing for the next
        plain.reset(seed), world.reset(seed)
        while True:
            expected, found = plain.step(np.array([1.0, -1.0])), world.step(np.array([1.0, -1.0]))
            np.testing.assert_array_equal(found[0]["state"], expected[0]["state"])
            assert found[1] == expected[1] and found[2:] == (False, 1.0)
            if expected[2]:
                break
        fallen = found[0]["state"]
        for step in range(3):
            readings, *rest = world.step(np.array([-1.0, 1.0]))
            np.testing.assert_array_equal(readings["state"], fallen)
            assert rest == [0.0, step == 2, 0.0 if step == 2 else 1.0]

    late = AbsorbingWorld(GymnasiumWorld(gymnasium.make("Pendulum-v1"), step_limit=2), 3)
    late.reset(0)
    assert [late.step(np.zeros(1))[2:] for _ in range(2)] == [(False, 1.0), (True, 1.0)]


def test_actions_of_every_space() -> None:
    box = spaces.Box(np.array([0.0, -4.0], np.float32), np.array([1.0, 4.0], np.float32))
    world = GymnasiumWorld(environment := Imaginary(BOX, box), step_limit=5)
    world.reset(0)
    for action, expected in (([-1.0, 0.0], [0.0, 0.0]), ([1.0, 0.5], [1.0, 2.0]), ([0.0, 9.0], [0.5, 4.0])):
        world.step(np.array(action))
        np.testing.assert_allclose(environment.action, expected)

    world = GymnasiumWorld(environment := Imaginary(BOX, spaces.Box(0, 3, (1,), np.int32)), step_limit=5)
    world.reset(0)
    found = []
    for action in np.linspace(-1.0, 1.0, 9):
        world.step(np.array([action]))
        found.append(int(environment.action[0]))
    assert found == [0, 0, 1, 1, 2, 2, 3, 3, 3]

    world = GymnasiumWorld(environment := Imaginary(BOX, spaces.Discrete(3, start=5)), step_limit=5)
    world.reset(0)
    world.step(np.array([0.1, -0.2, 0.3]))
    assert (world.action_size, environment.action) == (3, 7)

    world = GymnasiumWorld(environment := Imaginary(BOX, spaces.MultiDiscrete([2, 3])), step_limit=5)
    world.reset(0)
    world.step(np.array([0.1, 0.2, 0.9, 0.3, -0.5]))
    assert world.action_size == 5
    np.testing.assert_array_equal(environment.action, [1, 0])

    world = GymnasiumWorld(environment := Imaginary(BOX, spaces.MultiBinary(2)), step_limit=5)
    world.reset(0)
    world.step(np.array([0.1, -0.1]))
    np.testing.assert_array_equal(environment.action, [1, 0])


def test_observations_of_every_space() -> None:
    space = spaces.Dict(
        {
            "camera": spaces.Box(0, 255, (10, 20, 3), np.uint8),
            "stack": spaces.Box(0, 255, (4, 12, 12), np.uint8),
            "grey": spaces.Box(0, 255, (12, 12), np.uint8),
            "joints": spaces.Dict({"angles": spaces.Box(-1, 1, (2, 3), np.float32), "mode": spaces.Discrete(4)}),
        }
    )
    world = GymnasiumWorld(environment := Imaginary(space, BOX), image_size=16, step_limit=5)
    assert dict(world.sensors) == {
        "camera": (16, 16, 3),
        "stack": (16, 16, 3),
        "stack_2": (16, 16, 3),
        "grey": (16, 16, 3),
        "joints_angles": (6,),
        "joints_mode": (4,),
    }
    readings = world.reset(3)
    environment.observation_space.seed(3)
    expected = environment.observation_space.sample()
    np.testing.assert_array_equal(readings["joints_angles"], expected["joints"]["angles"].ravel().astype(np.float64))
    np.testing.assert_array_equal(readings["joints_mode"], np.eye(4)[expected["joints"]["mode"]])
    stack = resize(np.moveaxis(expected["stack"], 0, 2), 16, 16)
    np.testing.assert_array_equal(readings["stack"], stack[:, :, :3])
    np.testing.assert_array_equal(readings["stack_2"], np.repeat(stack[:, :, 3:], 3, axis=2))
    np.testing.assert_array_equal(readings["grey"], np.repeat(resize(expected["grey"][:, :, None], 16, 16), 3, axis=2))


def test_resizing_takes_means_over_areas() -> None:
    random = np.random.default_rng(1)
    image = random.integers(0, 256, (12, 18, 3), dtype=np.uint8)
    halves = image.reshape(6, 2, 6, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(resize(image, 6, 6), halves, atol=0.5 + 1e-9)  # rounded
    np.testing.assert_array_equal(resize(image, 24, 36), image.repeat(2, axis=0).repeat(2, axis=1))
    assert abs(resize(image, 7, 5).mean() - image.mean()) < 1.0
    assert resize(image, 12, 18) is image


def test_renders_the_sensor_image_where_there_is_none() -> None:
    world = GymnasiumWorld(gymnasium.make("Pendulum-v1", render_mode="rgb_array"), sensors=["image"], image_size=32)
    image = world.reset(2)["image"]
    assert image is not None and image.shape == (32, 32, 3) and image.std() > 5
    picture = world.render(100, 120)
    assert picture is not None and picture.shape == (100, 120, 3)


def test_dm_control_gives_what_it_gives() -> None:
    suite = pytest.importorskip("dm_control.suite")
    world = DmControlWorld(suite.load("cartpole", "swingup"), action_repeat=4)
    assert dict(world.sensors) == {"position": (3,), "velocity": (2,)} and world.step_limit == 250
    plain = suite.load("cartpole", "swingup")
    plain.task._random = np.random.RandomState(9)
    first = plain.reset().observation
    np.testing.assert_array_equal(world.reset(9)["position"], first["position"])
    for _ in range(5):
        readings, reward, is_last, discount = world.step(np.array([0.7]))
        steps = [plain.step([0.7]) for _ in range(4)]
        assert reward == sum(step.reward for step in steps) and not is_last and discount == 1.0
        np.testing.assert_array_equal(readings["velocity"], steps[-1].observation["velocity"])


def test_factories_make_worlds_of_their_own() -> None:
    environment = gymnasium.make("Pendulum-v1", render_mode="rgb_array")
    for given in ("Pendulum-v1", environment, lambda: gymnasium.make("Pendulum-v1"),
                  gymnasium.make_vec("Pendulum-v1", num_envs=2, vectorization_mode="sync")):  # fmt: skip
        make = factory_of(given)
        first, second = make(), make()
        assert first.name == "Pendulum-v1" and first is not second
        np.testing.assert_array_equal(first.reset(1)["state"], second.reset(1)["state"])
    many = gymnasium.make_vec("CartPole-v1", num_envs=2, vectorization_mode="vector_entry_point")
    assert not hasattr(many, "env_fns")
    one = factory_of(many)()
    assert one.name == "CartPole-v1" and one.reset(1)["state"].shape == (4,)
    own = Imaginary(BOX, BOX)
    assert as_world(world := GymnasiumWorld(own, step_limit=3)) is world


class OnlyVectors(CartPoleVectorEnv):
    """A vector environment of which no single one exists."""


gymnasium.register("OnlyVectors-v0", vector_entry_point=OnlyVectors, max_episode_steps=50)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_one_place_of_a_vector_is_a_single_environment(mode: str) -> None:
    def vector() -> Any:
        how = gymnasium.vector.AutoresetMode(mode)
        return gymnasium.make_vec("Pendulum-v1", vectorization_mode="sync", vector_kwargs={"autoreset_mode": how})

    one, single = factory_of(vector)(), factory_of("Pendulum-v1")()
    assert one.sensors == single.sensors and one.step_limit == single.step_limit == 200
    for seed in (1, 2):
        np.testing.assert_array_equal(one.reset(seed)["state"], single.reset(seed)["state"])
        for step in range(200):
            action = np.array([np.sin(step)])
            (readings, *rest), (expected, *others) = one.step(action), single.step(action)
            np.testing.assert_array_equal(readings["state"], expected["state"])
            assert rest == others and rest[1] == (step == 199)


def test_vectors_of_which_no_single_one_exists() -> None:
    vectors = gymnasium.make_vec("OnlyVectors-v0", num_envs=3)
    for given in (vectors, "OnlyVectors-v0", lambda: OnlyVectors(num_envs=1)):
        world = factory_of(given, step_limit=50)()
        assert world.action_size == 2 and world.step_limit == 50
        assert world.name == ("OnlyVectors" if callable(given) else "OnlyVectors-v0")
        picture = GymnasiumWorld(OneOfVector(OnlyVectors(render_mode="rgb_array")), step_limit=5, sensors=["image"], image_size=32)
        assert picture.reset(1)["image"].shape == (32, 32, 3)
        first, steps, is_last = world.reset(3)["state"], 0, False
        while not is_last:
            readings, reward, is_last, discount = world.step(np.array([0.0, 1.0]))
            steps += 1
        assert reward == 1.0 and discount == 0.0 and 5 < steps < 20 and abs(readings["state"][2]) > 0.2
        np.testing.assert_array_equal(world.reset(3)["state"], first)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: factory_of(lambda: OnlyVectors(num_envs=2))(), "make it with num_envs=1"),
        (lambda: GymnasiumWorld(Imaginary(BOX, BOX)), "say step_limit"),
        (lambda: GymnasiumWorld(Imaginary(BOX, spaces.Box(-np.inf, np.inf, (1,))), step_limit=3), "must have bounds"),
        (lambda: GymnasiumWorld(Imaginary(BOX, spaces.Text(3)), step_limit=3), "must be of Box"),
        (lambda: GymnasiumWorld(gymnasium.make("Pendulum-v1"), sensors=["image"]), "render_mode"),
        (lambda: factory_of(Imaginary(BOX, BOX)), "a function that makes one"),
        (lambda: factory_of(gymnasium.wrappers.vector.ClipReward(gymnasium.make_vec("CartPole-v1"), 0, 1)), "a function that makes"),
        (lambda: factory_of(3), "is no environment"),
        (lambda: factory_of("Pendulum-v1", absorbing_steps=-1), "absorbing_steps is -1"),
        (lambda: factory_of(lambda: None)(), "is no world: it has no name"),
        (lambda: GymnasiumWorld(Imaginary(spaces.Dict({"a b": BOX, "a_b": BOX}), BOX), step_limit=3), "both be the sensor 'a_b'"),
    ],
)
def test_names_the_mistake(make: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()
