#include "vrkn/onnx/safetensors.h"

#include <bit>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"

namespace vrkn::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

const char* dtype(const std::string& name, const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return "F32";
    case at::kDouble:
      return "F64";
    case at::kLong:
      return "I64";
    default:
      throw Error("the weight '" + name + "' is of type " + at::toString(tensor.scalar_type()) +
                  ", which model.safetensors does not hold");
  }
}

}  // namespace

std::string safetensors(const std::vector<std::pair<std::string, at::Tensor>>& tensors) {
  constexpr size_t kAlignment = 8;
  nlohmann::ordered_json header = {{"__metadata__", {{"format", "pt"}}}};
  std::string numbers;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor plain = tensor.detach().cpu().contiguous();
    const size_t begin = numbers.size();
    numbers.append(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
    header[name] = {
        {"dtype", dtype(name, plain)}, {"shape", plain.sizes().vec()}, {"data_offsets", {begin, numbers.size()}}};
  }
  std::string text = header.dump();
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  const uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + numbers;
}

}  // namespace vrkn::onnx
