#include "vrkn/core/error.h"
#include "vrkn/training/graph_capture.h"

namespace vrkn::training {

std::unique_ptr<GraphCapture> make_graph_capture() {
  throw ConfigError("cuda.graph is true, but this program was built with a LibTorch without CUDA; allowed here: false");
}

}  // namespace vrkn::training
