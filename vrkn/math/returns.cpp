#include "vrkn/math/returns.h"

#include <vector>

#include <ATen/ATen.h>

#include "vrkn/math/shape.h"

namespace vrkn::math {

at::Tensor lambda_returns(const at::Tensor& rewards, const at::Tensor& values, double discount, double lambda) {
  const int64_t steps = rewards.size(0);
  std::vector<int64_t> expected = rewards.sizes().vec();
  ++expected[0];
  check_shape(values, expected, "values");

  // All but the recursion at once.
  const auto first_part = at::add(rewards, values.narrow(0, 1, steps), discount * (1.0 - lambda)).unbind(0);
  std::vector<at::Tensor> returns(static_cast<size_t>(steps));
  at::Tensor next = values.select(0, steps);
  for (size_t t = returns.size(); t-- > 0;) returns[t] = next = at::add(first_part[t], next, discount * lambda);
  return at::stack(returns);
}

}  // namespace vrkn::math
