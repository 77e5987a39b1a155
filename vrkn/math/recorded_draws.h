#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vrkn::math {

class TensorGenerator;

/// What can be drawn from a TensorGenerator.
struct RandomKind {
  /// Standard normal, uniform in [0, 1), or TensorGenerator::dropout_mask.
  enum class Distribution { kNormal, kUniform, kDropoutMask };
  Distribution distribution;
  double rate = 0.0;       ///< of a dropout mask, in [0, 1)
  int64_t batch_axis = 0;  ///< index of the axis along which the rows lie

  bool operator==(const RandomKind&) const = default;
};

/// All that some work draws, in its order, so that the work can be done again on the same tensors with other numbers in
/// them: work recorded on a device reads its random numbers where it read them first.
class RecordedDraws {
 public:
  /// Draws everything anew from `rng`: the tensors then hold what the work would have drawn from it.
  void refill(TensorGenerator& rng);

  /// The tensors on another device, with the numbers they hold now.
  RecordedDraws to(c10::Device device) const;

  /// How many draws there are.
  size_t size() const { return draws_.size(); }
  /// Draw `number`, counted from 0 in their order. Throws std::out_of_range.
  const at::Tensor& values(size_t number) const { return draws_.at(number).values; }

 private:
  friend class TensorGenerator;
  struct Draw {
    RandomKind kind;
    at::Tensor values;
  };

  /// Draw `number`, which must be of this kind, of these sizes and of this type. Throws ShapeError.
  const at::Tensor& expect(size_t number, const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype) const;

  std::vector<Draw> draws_;
};

}  // namespace vrkn::math
