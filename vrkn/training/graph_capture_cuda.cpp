#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/cuda.h>

#include "vrkn/core/error.h"
#include "vrkn/training/graph_capture.h"

namespace vrkn::training {
namespace {

class CudaGraphCapture final : public GraphCapture {
 public:
  void warm_up(const std::function<void()>& work) override { on_own_stream(work); }

  void capture(const std::function<void()>& work) override {
    on_own_stream([&] {
      graph_.capture_begin();
      work();
      graph_.capture_end();
    });
  }

  void replay() override { graph_.replay(); }

 private:
  /// A capture needs a stream that is not the default one. Other streams' work is over before, and its own after.
  void on_own_stream(const std::function<void()>& work) {
    torch::cuda::synchronize();
    {
      const c10::cuda::CUDAStreamGuard guard(stream_);
      work();
    }
    torch::cuda::synchronize();
  }

  c10::cuda::CUDAStream stream_ = c10::cuda::getStreamFromPool();
  at::cuda::CUDAGraph graph_;
};

}  // namespace

std::unique_ptr<GraphCapture> make_graph_capture() {
  if (!torch::cuda::is_available()) {
    throw ConfigError("cuda.graph is true, but there is no CUDA device; allowed here: false");
  }
  return std::make_unique<CudaGraphCapture>();
}

}  // namespace vrkn::training
