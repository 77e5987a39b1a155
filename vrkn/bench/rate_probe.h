#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <c10/core/Device.h>

#include "vrkn/bench/stopwatch.h"

namespace vrkn::bench {

/// Measures again and again how fast this machine does one simple thing, between the things that are measured against
/// it: a machine shared with others is not equally fast all the time.
class RateProbe {
 public:
  /// One run() does `amount`: floating-point operations, or bytes. `runs`: how many make one sample.
  RateProbe(double amount, int64_t runs, std::function<void()> run);

  /// Times some runs. The very first of all is not counted.
  void sample(Clock clock);

  /// Amount per second, that of the tenth of the runs that were the fastest: what the machine can do. 0 before a
  /// sample.
  double rate() const;

 private:
  double amount_;
  int64_t runs_;
  std::function<void()> run_;
  std::vector<double> rates_;
  bool warm_ = false;
};

/// Waits until `device` has done all that it was given. Nothing to wait for on the CPU.
void synchronise(c10::Device device);

/// Rows and columns of the matrices below: 1024, on a CUDA device 4096, for it to be busy.
int64_t product_probe_size(c10::Device device);

/// float32 products of such matrices on `device`, by product() (vrkn/math/product.h): FLOP per second.
RateProbe product_probe(c10::Device device);

/// The same on the CPU by LibTorch's BLAS, which multiplies in other programs.
RateProbe blas_probe();

/// Copying 256 MiB with all of LibTorch's threads, bytes read and bytes written counted: bytes per second.
RateProbe copy_probe();

}  // namespace vrkn::bench
