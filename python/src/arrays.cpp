#include "python/src/arrays.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::python {
namespace {

struct ElementType {
  c10::ScalarType torch;
  nb::dlpack::dtype dlpack;
};

const std::vector<ElementType>& element_types() {
  static const std::vector<ElementType> types = {{c10::kFloat, nb::dtype<float>()},
                                                 {c10::kDouble, nb::dtype<double>()},
                                                 {c10::kByte, nb::dtype<uint8_t>()},
                                                 {c10::kBool, nb::dtype<bool>()},
                                                 {c10::kLong, nb::dtype<int64_t>()}};
  return types;
}

/// The array over memory that `owner` keeps alive.
template <class Owner>
NumpyArray share(void* data, const std::vector<size_t>& shape, nb::dlpack::dtype type, Owner owner) {
  auto kept = std::make_unique<Owner>(std::move(owner));
  const nb::capsule capsule(kept.get(), [](void* pointer) noexcept { delete static_cast<Owner*>(pointer); });
  kept.release();
  return NumpyArray(data, shape.size(), shape.data(), capsule, nullptr, type);
}

}  // namespace

at::Tensor to_tensor(const AnyArray& array) {
  const auto found =
      std::ranges::find_if(element_types(), [&](const ElementType& t) { return t.dlpack == array.dtype(); });
  if (found == element_types().end()) {
    throw ShapeError("an array has elements of a type that is none of float32, float64, uint8, bool and int64");
  }
  std::vector<int64_t> sizes(array.ndim());
  for (size_t axis = 0; axis < sizes.size(); ++axis) sizes[axis] = static_cast<int64_t>(array.shape(axis));
  // The deleter holds the array; Python's reference count is touched with Python's lock alone.
  auto owner = std::make_shared<AnyArray>(array);
  void* data = const_cast<void*>(static_cast<const void*>(array.data()));
  return at::from_blob(
      data, sizes,
      [owner](void*) mutable {
        const nb::gil_scoped_acquire lock;
        owner.reset();
      },
      at::TensorOptions().dtype(found->torch));
}

NumpyArray to_numpy(const at::Tensor& tensor) {
  const at::Tensor kept = tensor.detach().cpu().contiguous();
  const auto found =
      std::ranges::find_if(element_types(), [&](const ElementType& t) { return t.torch == kept.scalar_type(); });
  if (found == element_types().end()) throw ShapeError("a tensor of this type has no array");
  const std::vector<size_t> shape(kept.sizes().begin(), kept.sizes().end());
  return share(kept.data_ptr(), shape, found->dlpack, kept);
}

NumpyArray to_numpy(const Image& image) {
  auto pixels = std::make_unique<std::vector<uint8_t>>(image.pixels);
  void* data = pixels->data();
  const std::vector<size_t> shape = {static_cast<size_t>(image.height), static_cast<size_t>(image.width), 3};
  return share(data, shape, nb::dtype<uint8_t>(), std::move(pixels));
}

Image to_image(const AnyArray& array) {
  if (array.dtype() != nb::dtype<uint8_t>() || array.ndim() != 3 || array.shape(2) != 3) {
    throw ShapeError("a picture is not uint8 [H, W, 3]");
  }
  Image image{.height = static_cast<int>(array.shape(0)), .width = static_cast<int>(array.shape(1)), .pixels = {}};
  const auto* data = static_cast<const uint8_t*>(array.data());
  image.pixels.assign(data, data + array.size());
  return image;
}

}  // namespace vrkn::python
