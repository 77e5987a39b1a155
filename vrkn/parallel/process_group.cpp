#include "vrkn/parallel/process_group.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/parallel/backend.h"

namespace vrkn::parallel {

struct ProcessGroup::Connection {
  ProcessEnvironment environment;
  StorePtr store;  // the first process's serves the others for as long as it lives
  BackendPtr host, cuda;

  /// Does `exchange` with a list of one tensor and waits for it.
  template <class Exchange>
  void run(at::Tensor& tensor, Exchange&& exchange) const {
    std::vector<at::Tensor> tensors{tensor};
    try {
      exchange(tensor.is_cuda() ? *cuda : *host, tensors)->wait();
    } catch (const std::exception&) {  // LibTorch and Gloo have several types and many words for it
      throw ProcessError("process " + std::to_string(environment.rank) + " (RANK) of " +
                         std::to_string(environment.world_size) +
                         " has lost the others: one of them ended, or did not answer for " +
                         std::to_string(environment.timeout.count()) + " s; the run's last checkpoint is kept.");
    }
  }
};

ProcessGroup::ProcessGroup() = default;

ProcessGroup ProcessGroup::join(const ProcessEnvironment& environment) {
  ProcessGroup group;
  if (environment.world_size == 1) return group;
  group.process_ = {environment.rank, environment.world_size};
  group.local_rank_ = environment.local_rank;
  const std::chrono::milliseconds patience = std::min(environment.timeout, std::chrono::seconds(300));
  try {
    const StorePtr store = make_store(environment, patience);
    group.connection_ = std::make_shared<Connection>(
        Connection{environment, store, make_gloo(store, environment), make_nccl(store, environment)});
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw ProcessError("process " + std::to_string(environment.rank) + " (RANK) of " +
                       std::to_string(environment.world_size) + " could not meet the others at " +
                       environment.master_address + ":" + std::to_string(environment.master_port) +
                       " (MASTER_ADDR:MASTER_PORT): " + reason.substr(0, reason.find('\n')));
  }
  return group;
}

void ProcessGroup::average(at::Tensor& values) const {
  if (is_alone()) return;
  const bool over_host = values.is_cuda() && !connection_->cuda;
  at::Tensor sum = over_host ? values.cpu() : values;
  connection_->run(sum, [](Backend& backend, std::vector<at::Tensor>& tensors) { return backend.allreduce(tensors); });
  sum.div_(process_.world_size);
  if (over_host) values.copy_(sum);
}

bool ProcessGroup::any(bool mine) const {
  if (is_alone()) return mine;
  at::Tensor count = at::full({1}, mine ? 1 : 0, at::kInt);
  connection_->run(count,
                   [](Backend& backend, std::vector<at::Tensor>& tensors) { return backend.allreduce(tensors); });
  return count.item<int>() > 0;
}

std::string ProcessGroup::broadcast(std::string bytes) const {
  if (is_alone()) return bytes;
  const auto from_first = [](Backend& backend, std::vector<at::Tensor>& tensors) { return backend.broadcast(tensors); };
  at::Tensor size = at::full({1}, static_cast<int64_t>(bytes.size()), at::kLong);
  connection_->run(size, from_first);
  bytes.resize(static_cast<size_t>(size.item<int64_t>()));
  at::Tensor content = at::from_blob(bytes.data(), {size.item<int64_t>()}, at::kByte);
  if (!bytes.empty()) connection_->run(content, from_first);
  return bytes;
}

}  // namespace vrkn::parallel
