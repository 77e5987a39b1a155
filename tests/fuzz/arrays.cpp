#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "tests/fuzz/targets.h"
#include "vrkn/data/episode_log.h"
#include "vrkn/data/npz.h"
#include "vrkn/data/zip.h"

namespace vrkn::fuzz {
namespace {

/// Numbers from the front of an input; zeros where it has ended.
class Stream {
 public:
  explicit Stream(std::string_view input) : rest_(input) {}

  bool ended() const { return rest_.empty(); }
  size_t below(size_t end) { return static_cast<unsigned char>(bytes(1)[0]) % end; }
  std::string bytes(size_t count) {
    const size_t given = std::min(count, rest_.size());
    std::string taken(rest_.substr(0, given));
    rest_.remove_prefix(given);
    taken.resize(count, '\0');
    return taken;
  }

 private:
  std::string_view rest_;
};

/// Arrays of likely names, types and sizes, as a file may hold them.
data::Npz file_of(Stream& stream) {
  constexpr std::array<const char*, 18> kNames = {
      "action",      "actions",     "reward",        "rewards", "discount",   "is_first",
      "is_terminal", "terminals",   "timeouts",      "is_last", "stepid",     "reset",
      "image",       "image_valid", "image_visible", "state",   "next_state", "dyn/deter"};
  constexpr std::array<const char*, 12> kTypes = {"|b1", "|u1", "|i1", "<u2", "<i2", "<u4",
                                                  "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"};
  constexpr size_t kMostValues = 4096;
  data::Npz file{"input", {}};
  std::vector<int64_t> usual;  // sizes that several arrays have
  while (!stream.ended() && file.arrays.size() < kNames.size()) {
    data::NpzArray array;
    array.dtype = kTypes[stream.below(kTypes.size())];
    const std::string name = kNames[stream.below(kNames.size())];
    size_t values = 1;
    for (size_t axes = stream.below(5); axes > 0; --axes) {
      const auto extent = static_cast<int64_t>(
          usual.empty() || stream.below(4) == 0 ? stream.below(20) : usual[stream.below(usual.size())]);
      usual.push_back(extent);
      array.shape.push_back(extent);
      values *= static_cast<size_t>(extent);
      if (values > kMostValues) return file;
    }
    const size_t size = static_cast<size_t>(array.dtype[2] - '0');
    array.bytes = stream.bytes(values * size);
    if (array.dtype == "|b1") {
      for (char& flag : array.bytes) flag &= 1;
    }
    if (!file.contains(name)) file.arrays.push_back({name, std::move(array)});
  }
  return file;
}

}  // namespace

void read_as_zip(std::string_view input) {
  data::read_zip(input, "input");
}

void read_as_npz(std::string_view input) {
  const data::Npz file = data::parse_npz(input, "input");
  for (const data::NamedArray& entry : file.arrays) file.doubles(entry.name);
}

void read_as_npy(std::string_view input) {
  // An archive around it, so that check sums do not stand before the reader.
  const data::ZipMember member{"x.npy", std::string(input)};
  read_as_npz(data::write_zip({&member, 1}));
}

void read_as_episodes(std::string_view input) {
  Stream stream(input);
  const auto layout = static_cast<data::FileLayout>(stream.below(4));
  const data::Npz file = file_of(stream);
  data::left_aside(file);
  data::to_episodes(file, data::layout_of(file), layout);
}

}  // namespace vrkn::fuzz
