#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <onnxruntime_cxx_api.h>
#include <span>
#include <string>
#include <vector>

#include "exported_run.h"

namespace deploy {

/// Lengths of the axes that have a name in model.json, such as {"batch", 1}.
using Lengths = std::map<std::string, int64_t>;

/// Random inputs that are to be drawn, with their shapes; all others keep their neutral number, of length 1.
using Drawn = std::map<std::string, std::vector<int64_t>>;

/// A graph of an export, with tensors that are made once and bound to it: fill the inputs, run, read the outputs. It
/// computes in the thread that calls it, which may be another one at every call, but only one at a time.
class Graph {
 public:
  /// Throws Ort::Exception when ONNX Runtime refuses the file, std::runtime_error when `lengths` lacks an axis.
  Graph(const ExportedRun& run, const std::string& name, const Lengths& lengths, const Drawn& drawn = {});

  /// The memory of an input or output; it stays where it is for as long as the graph lives. Throws std::runtime_error
  /// when there is none of this name, or of another type.
  std::span<float> floats(const std::string& name);
  std::span<std::byte> bytes(const std::string& name);
  bool& flag(const std::string& name);  ///< the only element of a bool [1]

  /// Computes all outputs. Throws Ort::Exception.
  void run();

 private:
  struct Tensor {
    ElementType type;
    std::vector<int64_t> shape;
    std::unique_ptr<std::byte[]> memory = {};
    size_t size = 0;  ///< bytes
    Ort::Value value{nullptr};
  };

  Tensor& tensor(const std::string& name, ElementType type);

  std::string name_;
  Ort::Session session_{nullptr};
  Ort::IoBinding binding_{nullptr};
  Ort::RunOptions options_;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace deploy
