#include "vrkn/bench/flop_counter.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

namespace vrkn::bench {
namespace {

using Inputs = c10::ArrayRef<const c10::IValue>;

double count(const at::Tensor& tensor) {
  return static_cast<double>(tensor.numel());
}

/// a [..., n, k] times b [..., k, m] or [k], whatever the leading axes: every number of a meets m numbers of b.
double product(const at::Tensor& a, const at::Tensor& b) {
  return 2.0 * count(a) * (b.dim() < 2 ? 1.0 : static_cast<double>(b.size(-1)));
}

double numbers_of_output(const at::Tensor& input, const at::Tensor& weight, const std::vector<int64_t>& stride,
                         const std::vector<int64_t>& padding, const std::vector<int64_t>& dilation) {
  // One number for all axes, or one for each.
  const auto of_axis = [](const std::vector<int64_t>& numbers, size_t axis) {
    return numbers.size() == 1 ? numbers.front() : numbers.at(axis);
  };
  auto numbers = static_cast<double>(input.size(0) * weight.size(0));
  for (int64_t axis = 2; axis < weight.dim(); ++axis) {
    const auto i = static_cast<size_t>(axis - 2);
    const int64_t room =
        input.size(axis) + 2 * of_axis(padding, i) - of_axis(dilation, i) * (weight.size(axis) - 1) - 1;
    numbers *= static_cast<double>(room / of_axis(stride, i) + 1);
  }
  return numbers;
}

/// Every number on the narrow side of a convolution, its output or the input of a transposed one, meets weights
/// [narrow side's channels, ...] of one channel.
double convolution(double narrow_numbers, const at::Tensor& weight) {
  return 2.0 * narrow_numbers * count(weight) / static_cast<double>(weight.size(0));
}

/// input, weight, bias, stride, padding, dilation, transposed, ...
double forward_convolution(Inputs inputs) {
  const at::Tensor &input = inputs[0].toTensor(), &weight = inputs[1].toTensor();
  if (inputs[6].toBool()) return convolution(count(input), weight);
  return convolution(
      numbers_of_output(input, weight, inputs[3].toIntVector(), inputs[4].toIntVector(), inputs[5].toIntVector()),
      weight);
}

/// input, weight, bias, padding, stride, dilation, groups
double onednn_convolution(Inputs inputs) {
  const at::Tensor& weight = inputs[1].toTensor();
  return convolution(numbers_of_output(inputs[0].toTensor(), weight, inputs[4].toIntVector(), inputs[3].toIntVector(),
                                       inputs[5].toIntVector()),
                     weight);
}

/// output gradient, input, weight, bias sizes, stride, padding, dilation, transposed, output padding, groups, mask
double backward_convolution(Inputs inputs) {
  const at::Tensor& narrow = inputs[inputs[7].toBool() ? 1 : 0].toTensor();
  const auto mask = inputs[10].toBoolList();
  return convolution(count(narrow), inputs[2].toTensor()) * ((mask[0] ? 1.0 : 0.0) + (mask[1] ? 1.0 : 0.0));
}

/// A product of the inputs number `first` and the one after it.
template <size_t first>
double product_of(Inputs inputs) {
  return product(inputs[first].toTensor(), inputs[first + 1].toTensor());
}

struct Counted {
  std::string_view name;
  double (*flop)(Inputs);
};

constexpr std::array kCounted = {
    Counted{"vrkn::product", product_of<0>},
    Counted{"aten::mm", product_of<0>},
    Counted{"aten::bmm", product_of<0>},
    Counted{"aten::mv", product_of<0>},
    Counted{"aten::dot", product_of<0>},
    Counted{"aten::addmm", product_of<1>},
    Counted{"aten::addmm_", product_of<1>},
    Counted{"aten::_addmm_activation", product_of<1>},
    Counted{"aten::addbmm", product_of<1>},
    Counted{"aten::addbmm_", product_of<1>},
    Counted{"aten::baddbmm", product_of<1>},
    Counted{"aten::baddbmm_", product_of<1>},
    Counted{"aten::addmv", product_of<1>},
    Counted{"aten::addmv_", product_of<1>},
    Counted{"aten::convolution", forward_convolution},
    Counted{"aten::_convolution", forward_convolution},
    Counted{"aten::mkldnn_convolution", onednn_convolution},
    Counted{"aten::convolution_backward", backward_convolution},
};

}  // namespace

void FlopCounter::begin(const at::RecordFunction& call) {
  ++depth_;
  if (counted_ > 0) return;
  const auto* const found = std::ranges::find(kCounted, std::string_view(call.name()), &Counted::name);
  if (found == kCounted.end()) return;
  flop_ += found->flop(call.inputs());
  counted_ = depth_;
}

void FlopCounter::end() {
  if (counted_ == depth_) counted_ = 0;
  --depth_;
}

double count_flop(const std::function<void()>& work) {
  const auto counter = std::make_shared<FlopCounter>();
  const ObserverScope observed(counter, /*inputs=*/true);
  work();
  return counter->flop();
}

}  // namespace vrkn::bench
