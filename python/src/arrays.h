#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <ATen/core/Tensor.h>

#include "vrkn/core/image.h"

namespace vrkn::python {

namespace nb = nanobind;

/// Any array on the host that speaks the buffer or the DLPack protocol: of NumPy, PyTorch, JAX.
using AnyArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using FloatArray = nb::ndarray<const float, nb::c_contig, nb::device::cpu>;
using NumpyArray = nb::ndarray<nb::numpy>;
using NumpyFloats = nb::ndarray<nb::numpy, float>;
using NumpyBytes = nb::ndarray<nb::numpy, uint8_t>;
/// Arrays under their names.
using Arrays = nb::typed<nb::dict, nb::str, nb::any>;
/// Readings under the names of their sensors: arrays, None, and what Python makes of lists of these.
using Readings = nb::typed<nb::dict, nb::str, nb::any>;

/// The tensor that shares the array's memory, which lives as long as it; not to be written to. Throws ShapeError for a
/// type of element other than uint8, bool, int64, float32 and float64.
at::Tensor to_tensor(const AnyArray& array);

/// The NumPy array that shares the tensor's memory; a tensor on another device, or one that is not contiguous, is
/// copied first.
NumpyArray to_numpy(const at::Tensor& tensor);

/// uint8 [H, W, 3].
NumpyArray to_numpy(const Image& image);
/// From uint8 [H, W, 3]. Throws ShapeError for any other array.
Image to_image(const AnyArray& array);

}  // namespace vrkn::python
