"""Writes numpy_foreign.npz: arrays in orders and of types that other machines and programs write, and entries that are no
numbers. vrkn/data/npz_test.cpp expects them.

Usage: python3 make_numpy_foreign.py, in this folder. Made with NumPy 2.4.6, Python 3.11.7.
"""

import numpy as np

np.savez_compressed(
    "numpy_foreign.npz",
    half=np.array([0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-24, 3 * 2.0**-24, 2.0**-14, np.inf, -np.inf, np.nan], dtype="<f2"),
    half_big=np.array([1.0, -0.333251953125], dtype=">f2"),
    single_big=np.array([[1.5, -2.0], [3e30, 4.0]], dtype=">f4"),
    double_big=np.array([np.pi], dtype=">f8"),
    short_big=np.array([-2, 258], dtype=">i2"),
    long_big=np.array([2**62 + 1], dtype=">u8"),
    columns=np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
    cube_big=np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">i4")),
    pictures=np.asfortranarray(np.arange(24, dtype=np.uint8).reshape(2, 3, 4)),
    flags=np.array([True, False]),
    text=np.array(["left", "right"]),
    bytes=np.array([b"abc"]),
    records=np.array([(1, 2.0)], dtype=[("id", "<i4"), ("value", "<f8", (1,))]),
    complex=np.array([1 + 2j], dtype=np.complex64),
    dates=np.array(["2026-01-02"], dtype="datetime64[D]"),
    objects=np.array([{"a": 1}, None], dtype=object),
    brain=np.zeros(3, dtype="V2"),
)
