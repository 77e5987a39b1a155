#include "vrkn/core/error.h"
#include "vrkn/train/graph_capture.h"

namespace vrkn::train {

std::unique_ptr<GraphCapture> make_graph_capture() {
  throw ConfigError("cuda.graph is true, but this program was built with a LibTorch without CUDA; allowed here: false");
}

}  // namespace vrkn::train
