#include "vrkn/math/recorded_draws.h"

#include <sstream>
#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math {

void RecordedDraws::refill(TensorGenerator& rng) {
  std::vector<Draw> draws = std::exchange(draws_, {});  // `rng` may be recording into this very object
  for (Draw& draw : draws) draw.values.copy_(rng.drawn(draw.kind, draw.values.sizes(), draw.values.scalar_type()));
  draws_ = std::move(draws);
}

RecordedDraws RecordedDraws::to(c10::Device device) const {
  RecordedDraws moved;
  for (const Draw& draw : draws_) moved.draws_.push_back({draw.kind, draw.values.to(device)});
  return moved;
}

const at::Tensor& RecordedDraws::expect(size_t number, const RandomKind& kind, at::IntArrayRef sizes,
                                        c10::ScalarType dtype) const {
  if (number < draws_.size()) {
    const Draw& draw = draws_[number];
    if (draw.kind == kind && draw.values.sizes() == sizes && draw.values.scalar_type() == dtype) return draw.values;
  }
  std::ostringstream message;
  message << "Draw " << number << " of " << draws_.size() << " recorded is not the one wanted, of sizes " << sizes
          << ": the work that plays it is not the work that recorded it.";
  throw ShapeError(message.str());
}

}  // namespace vrkn::math
