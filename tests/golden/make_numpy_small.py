"""Writes numpy_small.npz (deflated) and numpy_stored.npz (stored), the arrays that vrkn/data/npz_test.cpp expects.

Usage: python3 make_numpy_small.py, in this folder. Made with NumPy 1.24.2, Python 3.11.2.
"""

import numpy as np

arrays = {
    "flags": np.array([True, False, True]),
    "picture": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
    "count": np.array([-2, 2**31 - 1], dtype=np.int32),
    "index": np.array([[-(2**63)], [2**63 - 1]], dtype=np.int64),
    "single": np.array([[0.5, -1.25], [3e-5, np.inf]], dtype=np.float32),
    "number": np.float64(np.pi),
    "empty": np.zeros((0, 5), dtype=np.float32),
    "small": np.array([-128, 127], dtype=np.int8),
}
np.savez_compressed("numpy_small.npz", **arrays)
np.savez("numpy_stored.npz", **arrays)
