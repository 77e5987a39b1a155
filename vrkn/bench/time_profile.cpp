#include "vrkn/bench/time_profile.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "vrkn/bench/operator_observer.h"
#include "vrkn/math/profile_scope.h"

namespace vrkn::bench {
namespace {

enum class Kind { kProducts, kConvolutions, kRandomNumbers, kElementwise, kCopies, kRest };
constexpr std::array kKindNames = {"products",         "convolutions", math::kRandomNumbers,
                                   math::kElementwise, "copies",       "rest"};

constexpr std::array kProductNames = {"mm",     "addmm",  "addmm_", "bmm", "baddbmm", "baddbmm_", "addbmm",
                                      "mv",     "addmv",  "addmv_", "dot", "linear",  "matmul",   "_addmm_activation",
                                      "einsum", "product"};
constexpr std::array kRandomNames = {"randn", "rand", "normal_", "uniform_", "bernoulli_", "randint"};
constexpr std::array kCopyNames = {"copy_", "clone", "contiguous", "cat",          "stack",  "_to_copy", "to",  "fill_",
                                   "zero_", "index", "repeat",     "index_select", "gather", "zeros",    "ones"};
constexpr std::array kRestNames = {
    "empty",          "empty_like",  "empty_strided", "view",       "_unsafe_view", "reshape",
    "_reshape_alias", "narrow",      "select",        "slice",      "unbind",       "chunk",
    "split",          "t",           "transpose",     "permute",    "expand",       "expand_as",
    "as_strided",     "squeeze",     "unsqueeze",     "flatten",    "detach",       "detach_",
    "alias",          "resize_",     "set_",          "numpy_T",    "unflatten",    "view_as",
    "item",           "result_type", "can_cast",      "lift_fresh", "is_nonzero",   "_local_scalar_dense"};

bool is_among(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != names.end();
}

Kind operator_kind(std::string_view name) {
  for (const std::string_view library : {"aten::", "vrkn::"}) {
    if (name.starts_with(library)) name.remove_prefix(library.size());
  }
  if (is_among(name, kProductNames)) return Kind::kProducts;
  if (name.find("conv") != std::string_view::npos) return Kind::kConvolutions;
  if (name == math::kRandomNumbers || is_among(name, kRandomNames)) return Kind::kRandomNumbers;
  if (is_among(name, kCopyNames)) return Kind::kCopies;
  if (is_among(name, kRestNames)) return Kind::kRest;
  return Kind::kElementwise;
}

/// Whether a named part is a kind of operation.
bool is_kind(std::string_view name) {
  return name == math::kRandomNumbers || name == math::kElementwise;
}

class Profiler final : public OperatorObserver {
 public:
  explicit Profiler(std::function<double()> clock) : clock_(std::move(clock)), last_s_(clock_()) {}

  void begin(const at::RecordFunction& call) override {
    charge();
    const std::string_view name = call.name();
    Frame frame = stack_.back();
    if (call.scope() == at::RecordScope::USER_SCOPE && !is_kind(name)) {
      frame.part = part(name);
    } else {
      frame.kind = kind_inside(frame.kind, kind(name));
    }
    stack_.push_back(frame);
  }

  void end() override {
    charge();
    stack_.pop_back();
  }

  TimeProfile result() {
    charge();
    TimeProfile profile{.parts = parts_};
    std::ranges::rotate(profile.parts, profile.parts.begin() + 1);
    for (size_t kind = 0; kind < kKindNames.size(); ++kind) {
      profile.kinds.push_back({kKindNames[kind], kinds_[kind]});
      profile.total_s += kinds_[kind];
    }
    return profile;
  }

 private:
  struct Frame {
    size_t part = 0;
    Kind kind = Kind::kRest;
  };

  /// The time since the last event belongs to what was going on.
  void charge() {
    const double time_s = clock_();
    parts_[stack_.back().part].time_s += time_s - last_s_;
    kinds_[static_cast<size_t>(stack_.back().kind)] += time_s - last_s_;
    last_s_ = time_s;
  }

  /// An operator is made of others: the outermost names their kind, but a product stays one wherever it is called.
  static Kind kind_inside(Kind outer, Kind own) {
    if (outer == Kind::kProducts || outer == Kind::kConvolutions || outer == Kind::kRandomNumbers) return outer;
    if (own == Kind::kProducts || own == Kind::kConvolutions || own == Kind::kRandomNumbers) return own;
    return outer == Kind::kRest ? own : outer;
  }

  Kind kind(std::string_view name) {
    const auto [found, is_new] = kind_of_name_.try_emplace(name, Kind::kRest);
    if (is_new) found->second = operator_kind(name);
    return found->second;
  }

  size_t part(std::string_view name) {
    const auto found = std::ranges::find(parts_, name, &TimeShare::name);
    if (found != parts_.end()) return static_cast<size_t>(found - parts_.begin());
    parts_.push_back({.name = std::string(name)});
    return parts_.size() - 1;
  }

  std::vector<TimeShare> parts_{{.name = "other"}};
  std::array<double, kKindNames.size()> kinds_{};
  std::vector<Frame> stack_{{}};
  std::unordered_map<std::string_view, Kind> kind_of_name_;  // names of operators live as long as the program
  std::function<double()> clock_;
  double last_s_;
};

TimeProfile profile_once(const std::function<void()>& work, const std::function<double()>& clock) {
  const auto profiler = std::make_shared<Profiler>(clock);
  {
    const ObserverScope observed(profiler, /*inputs=*/false);
    work();
  }
  return profiler->result();
}

}  // namespace

TimeProfile profile(const std::function<void()>& work, const std::function<double()>& clock) {
  constexpr int kMostRuns = 5;
  constexpr double kEnough_s = 2.0;
  TimeProfile fastest;
  double spent_s = 0.0;
  for (int run = 0; run < kMostRuns && spent_s < kEnough_s; ++run) {
    const TimeProfile found = profile_once(work, clock);
    spent_s += found.total_s;
    if (run == 0 || found.total_s < fastest.total_s) fastest = found;
  }
  return fastest;
}

}  // namespace vrkn::bench
