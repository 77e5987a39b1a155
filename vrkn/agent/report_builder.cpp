#include "vrkn/agent/report_builder.h"

#include <ATen/ATen.h>

namespace vrkn::agent {

void ReportBuilder::add(std::string name, const at::Tensor& value) {
  names_.push_back(std::move(name));
  values_.push_back(value.detach());
}

UpdateReport ReportBuilder::build() const {
  return {names_, at::stack(values_)};
}

}  // namespace vrkn::agent
