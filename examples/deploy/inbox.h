#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace deploy {

/// What a sensor said, and when it looked.
struct Reading {
  size_t sensor = 0;     ///< its number in model.json
  double taken_s = 0.0;  ///< since the episode began, by the clock of the loop
  std::span<const std::byte> data;
};

/// Where the sensors' drivers leave readings for the loop, from any thread and at any time. Its memory is made once.
class Inbox {
 public:
  /// Up to `capacity` readings of at most `bytes` each.
  Inbox(size_t capacity, size_t bytes) : bytes_(bytes), readings_(capacity), memory_(capacity * bytes) {}

  /// Copies the reading. When the loop has not come for so long that there is no place left, it is lost, and counted.
  void put(const Reading& reading) {
    const std::lock_guard lock(mutex_);
    if (number_ == readings_.size() || reading.data.size() > bytes_) {
      ++lost_;
      return;
    }
    const std::span<std::byte> place = std::span(memory_).subspan(number_ * bytes_, reading.data.size());
    std::ranges::copy(reading.data, place.begin());
    readings_[number_++] = {reading.sensor, reading.taken_s, place};
  }

  /// Gives every reading to `receive(const Reading&)`, in the order in which they came, and forgets them.
  template <class Receive>
  void empty(const Receive& receive) {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < number_; ++i) receive(readings_[i]);
    number_ = 0;
  }

  uint64_t lost() const { return lost_; }

 private:
  std::mutex mutex_;
  size_t bytes_;
  size_t number_ = 0;
  uint64_t lost_ = 0;
  std::vector<Reading> readings_;
  std::vector<std::byte> memory_;
};

}  // namespace deploy
