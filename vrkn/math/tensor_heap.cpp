#include "vrkn/math/tensor_heap.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

namespace vrkn::math {
namespace {

/// Blocks of one reserved range of addresses: the lowest fitting hole is taken, neighbours that are free become one.
class Heap {
 public:
  Heap() {
    const auto pages = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)), page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t size = pages * page;
    void* range =
        mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) return;
    const auto address = reinterpret_cast<uintptr_t>(range);
    base_ = reinterpret_cast<std::byte*>((address + kHugePage - 1) / kHugePage * kHugePage);
    madvise(base_, size, MADV_HUGEPAGE);  // without huge pages it is only slower
    range_ = size;
    add_hole(0, size);
  }

  /// Null when there is no room.
  void* allocate(size_t bytes) {
    const size_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    const std::lock_guard lock(mutex_);
    const auto hole = std::ranges::find_if(holes_, [size](const auto& entry) { return entry.second >= size; });
    if (hole == holes_.end()) return nullptr;
    const auto [offset, room] = *hole;
    holes_.erase(hole);
    if (room > size) add_hole(offset + size, room - size);
    blocks_.emplace(offset, size);
    use_.in_use += size;
    use_.peak = std::max(use_.peak, offset + size);
    return base_ + offset;
  }

  bool owns(const void* pointer) const {
    const auto* const at = static_cast<const std::byte*>(pointer);
    return base_ != nullptr && at >= base_ && at < base_ + range_;
  }

  void free(void* pointer) {
    const auto offset = static_cast<size_t>(static_cast<std::byte*>(pointer) - base_);
    const std::lock_guard lock(mutex_);
    const auto block = blocks_.find(offset);
    const size_t size = block->second;
    blocks_.erase(block);
    use_.in_use -= size;
    add_hole(offset, size);
  }

  TensorHeapUse use() {
    const std::lock_guard lock(mutex_);
    return use_;
  }

 private:
  static constexpr size_t kHugePage = size_t{2} << 20, kAlignment = 64;

  void add_hole(size_t offset, size_t size) {
    const auto next = holes_.lower_bound(offset);
    if (next != holes_.begin()) {
      const auto previous = std::prev(next);
      if (previous->first + previous->second == offset) {
        offset = previous->first;
        size += previous->second;
        holes_.erase(previous);
      }
    }
    if (next != holes_.end() && offset + size == next->first) {
      size += next->second;
      holes_.erase(next);
    }
    holes_.emplace(offset, size);
  }

  std::byte* base_ = nullptr;  // fixed once made, as range_: owns() takes no lock
  size_t range_ = 0;
  std::mutex mutex_;                         // guards what follows
  std::map<size_t, size_t> holes_, blocks_;  // offset -> size
  TensorHeapUse use_;
};

/// Never destroyed: tensors may outlive everything else.
Heap& heap() {
  static Heap* const only = new Heap;
  return *only;
}

void free_tensor(void* pointer) {
  if (heap().owns(pointer)) {
    heap().free(pointer);
  } else {
    c10::free_cpu(pointer);
  }
}

c10::DataPtr allocate_tensor(size_t bytes) {
  void* pointer = bytes >= kLeastHeapBlock ? heap().allocate(bytes) : nullptr;
  if (pointer == nullptr) pointer = c10::alloc_cpu(bytes);
  return {pointer, pointer, &free_tensor, c10::Device(c10::kCPU)};
}

/// The interface differs between versions of LibTorch: 1 has `allocate` const, 2 not, and it asks for `copy_data`.
class HeapAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) const { return allocate_tensor(bytes); }
  c10::DataPtr allocate(size_t bytes) { return allocate_tensor(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return &free_tensor; }
};

}  // namespace

void keep_tensor_memory() {
  static HeapAllocator allocator;
  c10::SetCPUAllocator(&allocator, /*priority=*/1);
}

TensorHeapUse tensor_heap_use() {
  return heap().use();
}

}  // namespace vrkn::math
