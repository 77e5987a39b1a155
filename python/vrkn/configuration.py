"""Configurations: presets, and settings on top of them, with the keys of the command (`vrkn config` prints them all)."""

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path

import numpy as np

from vrkn import _core
from vrkn.errors import ConfigError

Setting = bool | int | float | str | Sequence[str] | PathLike[str]
#: Keys and values: {"training.iterations": 30, "environment.sensors": ["image"], "model.kind": "rssm"}.
Settings = Mapping[str, Setting]


def presets() -> list[str]:
    """The names of all presets."""
    return _core.preset_names()


def config_text(preset: str = "default", settings: Settings | None = None) -> str:
    """The resolved configuration as TOML, every key with its meaning. Raises ConfigError."""
    name, file = preset_or_file(preset)
    return _core.config_text(name, file, as_overrides(settings))


def preset_or_file(preset: str | PathLike[str]) -> tuple[str, str]:
    """A name as (name, ""), and what ends in .toml as ("", path)."""
    text = fspath(preset)
    return ("", text) if Path(text).suffix == ".toml" else (text, "")


def as_overrides(settings: Settings | None) -> list[str]:
    """Settings as the command's --set takes them."""
    return [f"{key}={_as_text(value)}" for key, value in (settings or {}).items()]


def _as_text(value: Setting) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, str)):
        return str(value)
    if isinstance(value, PathLike):
        return fspath(value)
    if isinstance(value, Sequence):
        return ",".join(_as_text(entry) for entry in value)
    raise ConfigError(f"a setting is {value!r}; allowed are numbers, texts, and lists of them")
