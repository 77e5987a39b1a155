#include "graph.h"

#include <algorithm>
#include <stdexcept>

#include "allocations.h"

namespace deploy {
namespace {

/// One for the process, as ONNX Runtime wants it.
Ort::Env& environment() {
  static Ort::Env environment(ORT_LOGGING_LEVEL_WARNING, "deploy");
  return environment;
}

ONNXTensorElementDataType runtime_type(ElementType type) {
  switch (type) {
    case ElementType::kFloat:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    case ElementType::kUint8:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
    case ElementType::kBool:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL;
  }
  return ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
}

std::vector<int64_t> shape_of(const Port& port, const Lengths& lengths, const Drawn& drawn) {
  if (const auto found = drawn.find(port.name); found != drawn.end()) return found->second;
  if (port.neutral) return std::vector<int64_t>(port.shape.size(), 1);
  std::vector<int64_t> shape;
  for (const auto& axis : port.shape) {
    if (const int64_t* fixed = std::get_if<int64_t>(&axis)) {
      shape.push_back(*fixed);
    } else if (const auto found = lengths.find(std::get<std::string>(axis)); found != lengths.end()) {
      shape.push_back(found->second);
    } else {
      throw std::runtime_error(port.name + " has an axis " + std::get<std::string>(axis) + " of unknown length");
    }
  }
  return shape;
}

}  // namespace

Graph::Graph(const ExportedRun& run, const std::string& name, const Lengths& lengths, const Drawn& drawn)
    : name_(name) {
  const GraphFile& file = run.graphs.at(name);
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);  // the caller's own: no thread is started
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);

  const auto memory_info = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const auto make = [&](const Port& port) {
    Tensor tensor{.type = port.type, .shape = shape_of(port, lengths, drawn)};
    // Known lengths let ONNX Runtime plan the memory between the operators ahead.
    for (size_t axis = 0; axis < tensor.shape.size(); ++axis) {
      if (const std::string* free = std::get_if<std::string>(&port.shape[axis])) {
        Ort::ThrowOnError(Ort::GetApi().AddFreeDimensionOverrideByName(options, free->c_str(), tensor.shape[axis]));
      }
    }
    size_t values = 1;
    for (const int64_t length : tensor.shape) values *= static_cast<size_t>(length);
    tensor.size = values * size_of(port.type);
    tensor.memory = std::make_unique<std::byte[]>(tensor.size);
    tensor.value = Ort::Value::CreateTensor(memory_info, tensor.memory.get(), tensor.size, tensor.shape.data(),
                                            tensor.shape.size(), runtime_type(port.type));
    tensors_.emplace(port.name, std::move(tensor));
  };
  for (const Port& port : file.inputs) make(port);
  for (const Port& port : file.outputs) make(port);
  for (const Port& port : file.inputs) {
    if (port.neutral) std::ranges::fill(floats(port.name), static_cast<float>(*port.neutral));
  }

  session_ = Ort::Session(environment(), file.path.c_str(), options);
  binding_ = Ort::IoBinding(session_);
  for (const Port& port : file.inputs) binding_.BindInput(port.name.c_str(), tensors_.at(port.name).value);
  for (const Port& port : file.outputs) binding_.BindOutput(port.name.c_str(), tensors_.at(port.name).value);
  // The first runs make ONNX Runtime's arena as large as it has to be.
  for (int i = 0; i < 3; ++i) this->run();
}

Graph::Tensor& Graph::tensor(const std::string& name, ElementType type) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end() || found->second.type != type) {
    throw std::runtime_error(name_ + ".onnx has no input or output " + name + " of the expected type");
  }
  return found->second;
}

std::span<float> Graph::floats(const std::string& name) {
  const Tensor& found = tensor(name, ElementType::kFloat);
  return {reinterpret_cast<float*>(found.memory.get()), found.size / sizeof(float)};
}

std::span<std::byte> Graph::bytes(const std::string& name) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw std::runtime_error(name_ + ".onnx has no input or output " + name);
  return {found->second.memory.get(), found->second.size};
}

bool& Graph::flag(const std::string& name) {
  return *reinterpret_cast<bool*>(tensor(name, ElementType::kBool).memory.get());
}

void Graph::run() {
  const InsideRuntime inside;
  session_.Run(options_, binding_);
}

}  // namespace deploy
