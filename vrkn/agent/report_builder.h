#pragma once

#include <string>
#include <vector>

#include "vrkn/agent/agent.h"

namespace vrkn::agent {

/// Collects what an update reports, one number at a time.
class ReportBuilder {
 public:
  /// `value`: [] on the agent's device.
  void add(std::string name, const at::Tensor& value);
  /// All that was added: at least one value, else LibTorch's own error (c10::Error).
  UpdateReport build() const;

 private:
  std::vector<std::string> names_;
  std::vector<at::Tensor> values_;
};

}  // namespace vrkn::agent
