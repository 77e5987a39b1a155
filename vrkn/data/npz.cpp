#include "vrkn/data/npz.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>
#include <variant>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/zip.h"

namespace vrkn::data {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::string_view kSuffix = ".npy";
constexpr size_t kAlignment = 64;  // of the data in an .npy file, so that they can be mapped to memory
constexpr std::array<std::string_view, 12> kDtypes = {"|b1", "|u1", "|i1", "<u2", "<i2", "<u4",
                                                      "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"};

/// Bytes of one element; nothing for a dtype we do not read.
std::optional<size_t> item_size(std::string_view dtype) {
  if (std::find(kDtypes.begin(), kDtypes.end(), dtype) == kDtypes.end()) return std::nullopt;
  return static_cast<size_t>(dtype[2] - '0');
}

template <class T>
constexpr std::string_view dtype_of() {
  if constexpr (std::is_same_v<T, uint8_t>) return "|u1";
  if constexpr (std::is_same_v<T, int32_t>) return "<i4";
  if constexpr (std::is_same_v<T, int64_t>) return "<i8";
  if constexpr (std::is_same_v<T, float>) return "<f4";
  if constexpr (std::is_same_v<T, double>) return "<f8";
}

/// Whether `shape` has exactly `count` elements; safe against products that overflow.
bool has_elements(const std::vector<int64_t>& shape, size_t count) {
  if (std::any_of(shape.begin(), shape.end(), [](int64_t extent) { return extent < 0; })) return false;
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return count == 0;
  uint64_t product = 1;
  for (const int64_t extent : shape) {
    if (__builtin_mul_overflow(product, static_cast<uint64_t>(extent), &product)) return false;
  }
  return product == count;
}

/// As Python writes a tuple: (), (3,), (3, 4).
std::string to_text(const std::vector<int64_t>& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ' ';
    text += std::to_string(shape[i]);
    text += ',';
  }
  if (shape.size() > 1) text.pop_back();
  return text + ")";
}

/// What is wrong with an array; empty when nothing is.
std::string fault_of(const NpzArray& array) {
  const auto size = item_size(array.dtype);
  if (!size) return "has the dtype '" + array.dtype + "', which is none of bool, integer, float16, float32, float64";
  if (array.bytes.size() % *size != 0 || !has_elements(array.shape, array.bytes.size() / *size)) {
    return "has " + std::to_string(array.bytes.size()) + " bytes, which is not what shape " + to_text(array.shape) +
           " of '" + array.dtype + "' takes";
  }
  if (array.dtype == "|b1" && std::any_of(array.bytes.begin(), array.bytes.end(), [](char c) { return c & ~1; })) {
    return "is of bool but holds other values than 0 and 1";
  }
  return "";
}

/// Reads the header of an .npy file, which is the text of a Python dictionary with the keys descr, fortran_order,
/// shape. Every function returns false at the first thing that does not fit.
class NpyHeader {
 public:
  explicit NpyHeader(std::string_view text) : rest_(text) {}

  std::string dtype;  // of records the list of their fields
  bool fortran_order = false;
  std::vector<int64_t> shape;

  bool parse() {
    bool has_dtype = false;
    bool has_order = false;
    bool has_shape = false;
    if (!take("{")) return false;
    while (!take("}")) {
      std::string key;
      if (!take_quoted(key) || !take(":")) return false;
      bool* has = key == "descr"           ? &has_dtype
                  : key == "fortran_order" ? &has_order
                  : key == "shape"         ? &has_shape
                                           : nullptr;
      if (has == nullptr || *has) return false;
      *has = true;
      if (!(has == &has_dtype   ? take_quoted(dtype) || take_list(dtype)
            : has == &has_order ? take_bool(fortran_order)
                                : take_tuple(shape))) {
        return false;
      }
      if (!take(",") && !rest_.starts_with("}")) return false;
    }
    skip_spaces();
    return rest_.empty() && has_dtype && has_order && has_shape;
  }

 private:
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }

  bool take(std::string_view token) {
    skip_spaces();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool take_quoted(std::string& text) {
    const std::string_view quote = take("'") ? "'" : take("\"") ? "\"" : "";
    const size_t end = quote.empty() ? std::string_view::npos : rest_.find(quote);
    if (end == std::string_view::npos) return false;
    text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  /// A list with whatever it holds, brackets in balance.
  bool take_list(std::string& text) {
    if (!rest_.starts_with("[")) return false;
    size_t depth = 0;
    for (size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '[') ++depth;
      if (rest_[i] == ']' && --depth == 0) {
        text = rest_.substr(0, i + 1);
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  bool take_bool(bool& value) {
    value = take("True");
    return value || take("False");
  }

  bool take_tuple(std::vector<int64_t>& extents) {
    if (!take("(")) return false;
    while (!take(")")) {
      skip_spaces();
      int64_t extent = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (error != std::errc() || extent < 0 || extents.size() == 64) return false;
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      extents.push_back(extent);
      if (!take(",") && !rest_.starts_with(")")) return false;
    }
    return true;
  }

  std::string_view rest_;
};

std::string npy_bytes(const NpzArray& array) {
  std::string header =
      "{'descr': '" + array.dtype + "', 'fortran_order': False, 'shape': " + to_text(array.shape) + ", }";
  const size_t fixed_size = kMagic.size() + 4;
  header.append(kAlignment - 1 - (fixed_size + header.size()) % kAlignment, ' ');
  header += '\n';

  std::string bytes(kMagic);
  bytes += {'\x01', '\x00'};  // format 1.0
  bytes += {static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  bytes += header;
  bytes += array.bytes;
  return bytes;
}

/// "<f4" for "=f4" and ">f4": how we call a type, whatever the order of its bytes.
std::string in_our_order(const std::string& dtype) {
  const bool has_order = !dtype.empty() && std::string_view("<>=|").find(dtype[0]) != std::string_view::npos;
  const std::string kind = has_order ? dtype.substr(1) : dtype;
  return (kind.ends_with('1') ? "|" : "<") + kind;
}

/// Turns the bytes of every number around.
void swap_bytes(std::string& bytes, size_t size) {
  for (size_t i = 0; i + size <= bytes.size(); i += size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i), bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
  }
}

/// The numbers of an array whose first axis is the fastest, with the last axis fastest. The sizes must fit.
std::string in_c_order(const std::string& bytes, const std::vector<int64_t>& shape, size_t size) {
  std::vector<size_t> strides(shape.size());  // of the bytes as they are
  std::exclusive_scan(shape.begin(), shape.end(), strides.begin(), size,
                      [](size_t stride, int64_t extent) { return stride * static_cast<size_t>(extent); });
  std::string ordered(bytes.size(), '\0');
  std::vector<int64_t> index(shape.size(), 0);
  size_t from = 0;
  for (size_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(ordered.data() + to, bytes.data() + from, size);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * static_cast<size_t>(shape[axis]);
      index[axis] = 0;
    }
  }
  return ordered;
}

/// The array in an .npy file, or why it is none of numbers.
std::variant<NpzArray, std::string> parse_npy(std::string_view bytes, const std::string& where) {
  const auto fail = [&](const std::string& what) { throw DataError(where + " " + what); };
  if (bytes.size() < kMagic.size() + 4 || !bytes.starts_with(kMagic)) fail("is not a NumPy array");
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3 || bytes[7] != 0) fail("is of an unknown version of the NumPy format");
  bytes.remove_prefix(8);

  const size_t length_size = version == 1 ? 2 : 4;
  uint32_t length = 0;
  if (bytes.size() < length_size) fail("ends within its header");
  std::memcpy(&length, bytes.data(), length_size);
  bytes.remove_prefix(length_size);
  if (bytes.size() < length) fail("ends within its header");

  NpyHeader header(bytes.substr(0, length));
  if (!header.parse()) fail("has a NumPy header that cannot be read");
  NpzArray array{in_our_order(header.dtype), header.shape, {}};
  const std::optional<size_t> size = item_size(array.dtype);
  constexpr size_t kShown = 40;
  if (!size) return fault_of({header.dtype.substr(0, kShown), {}, {}});
  array.bytes = bytes.substr(length);
  if (const std::string fault = fault_of(array); !fault.empty()) fail(fault);
  if (header.dtype.starts_with('>')) swap_bytes(array.bytes, *size);
  if (header.fortran_order) array.bytes = in_c_order(array.bytes, array.shape, *size);
  return array;
}

/// The value of a 16-bit number of IEEE 754.
float half_to_float(uint16_t half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  const float magnitude = exponent == 0   ? std::ldexp(static_cast<float>(fraction), -24)
                          : exponent < 31 ? std::ldexp(static_cast<float>(fraction + 1024), exponent - 25)
                          : fraction == 0 ? std::numeric_limits<float>::infinity()
                                          : std::numeric_limits<float>::quiet_NaN();
  return half >> 15 != 0 ? -magnitude : magnitude;
}

std::string where(const std::string& source, std::string_view name) {
  return "'" + source + "': array '" + std::string(name) + "'";
}

template <class T>
std::vector<T> copy_elements(const std::string& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

const NpzArray& array_of_dtype(const Npz& npz, std::string_view name, std::string_view dtype) {
  const NpzArray& array = npz.at(name);
  if (array.dtype != dtype) {
    throw DataError(where(npz.source, name) + " has the dtype '" + array.dtype + "', not '" + std::string(dtype) + "'");
  }
  return array;
}

NpzArray checked(NpzArray array, size_t count) {
  if (!has_elements(array.shape, count)) {
    throw ShapeError("an array of shape " + to_text(array.shape) + " cannot be made of " + std::to_string(count) +
                     " values");
  }
  return array;
}

}  // namespace

bool Npz::contains(std::string_view name) const {
  return std::any_of(arrays.begin(), arrays.end(), [&](const NamedArray& entry) { return entry.name == name; });
}

const NpzArray& Npz::at(std::string_view name) const {
  std::string found;
  for (const NamedArray& entry : arrays) {
    if (entry.name == name) return entry.array;
    found += (found.empty() ? "" : ", ") + entry.name;
  }
  for (const UnreadEntry& entry : unread) {
    if (entry.name == name) throw DataError(where(source, name) + " " + entry.reason);
  }
  throw DataError(where(source, name) + " is missing; the file holds " + (found.empty() ? "nothing" : found));
}

template <class T>
std::vector<T> Npz::values(std::string_view name) const {
  return copy_elements<T>(array_of_dtype(*this, name, dtype_of<T>()).bytes);
}

std::vector<uint8_t> Npz::flags(std::string_view name) const {
  return copy_elements<uint8_t>(array_of_dtype(*this, name, "|b1").bytes);
}

std::vector<double> Npz::doubles(std::string_view name) const {
  const NpzArray& array = at(name);
  const auto converted = [&]<class T>(T) {
    const std::vector<T> values = copy_elements<T>(array.bytes);
    return std::vector<double>(values.begin(), values.end());
  };
  if (array.dtype == "|b1" || array.dtype == "|u1") return converted(uint8_t{});
  if (array.dtype == "|i1") return converted(int8_t{});
  if (array.dtype == "<u2") return converted(uint16_t{});
  if (array.dtype == "<i2") return converted(int16_t{});
  if (array.dtype == "<u4") return converted(uint32_t{});
  if (array.dtype == "<i4") return converted(int32_t{});
  if (array.dtype == "<u8") return converted(uint64_t{});
  if (array.dtype == "<i8") return converted(int64_t{});
  if (array.dtype == "<f2") {
    std::vector<double> values;
    for (const uint16_t half : copy_elements<uint16_t>(array.bytes)) values.push_back(half_to_float(half));
    return values;
  }
  if (array.dtype == "<f4") return converted(float{});
  return converted(double{});
}

template <class T>
NpzArray make_array(std::vector<int64_t> shape, std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return checked({std::string(dtype_of<T>()), std::move(shape),
                  std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())},
                 values.size());
}

NpzArray make_flag_array(std::vector<int64_t> shape, std::span<const uint8_t> flags) {
  NpzArray array{"|b1", std::move(shape), std::string(flags.size(), '\0')};
  for (size_t i = 0; i < flags.size(); ++i) array.bytes[i] = flags[i] != 0;
  return checked(std::move(array), flags.size());
}

std::string write_npz(const std::vector<NamedArray>& arrays) {
  std::vector<ZipMember> members;
  for (const auto& [name, array] : arrays) {
    if (name.empty()) throw DataError("an array of a .npz file needs a name");
    if (array.shape.size() > 64) throw DataError("the array '" + name + "' has more than 64 axes");
    if (const std::string fault = fault_of(array); !fault.empty()) throw DataError("the array '" + name + "' " + fault);
    members.push_back({name + std::string(kSuffix), npy_bytes(array)});
  }
  return write_zip(members);
}

Npz read_npz(const std::filesystem::path& path) {
  return parse_npz(read_file(path), path.string());
}

NpzArray read_npy(const std::filesystem::path& path) {
  std::string where = "'";
  where += path.string();
  where += '\'';
  std::variant<NpzArray, std::string> array = parse_npy(read_file(path), where);
  if (const auto* reason = std::get_if<std::string>(&array)) throw DataError(where + " " + *reason);
  return std::get<NpzArray>(std::move(array));
}

std::string write_npy(const NpzArray& array) {
  if (const std::string fault = fault_of(array); !fault.empty())
    throw DataError(std::string("the array ").append(fault));
  return npy_bytes(array);
}

Npz parse_npz(std::string_view content, const std::string& source) {
  Npz npz{source, {}};
  for (const ZipMember& member : read_zip(content, source)) {
    const size_t stem_size = member.name.size() - std::min(member.name.size(), kSuffix.size());
    if (stem_size == 0 || !member.name.ends_with(kSuffix)) {
      npz.unread.push_back({member.name, "is not a NumPy array"});
      continue;
    }
    const std::string name = member.name.substr(0, stem_size);
    std::variant<NpzArray, std::string> array = parse_npy(member.bytes, where(source, name));
    if (auto* reason = std::get_if<std::string>(&array)) {
      npz.unread.push_back({name, std::move(*reason)});
    } else {
      npz.arrays.push_back({name, std::get<NpzArray>(std::move(array))});
    }
  }
  return npz;
}

template std::vector<uint8_t> Npz::values(std::string_view) const;
template std::vector<int32_t> Npz::values(std::string_view) const;
template std::vector<int64_t> Npz::values(std::string_view) const;
template std::vector<float> Npz::values(std::string_view) const;
template std::vector<double> Npz::values(std::string_view) const;
template NpzArray make_array(std::vector<int64_t>, std::span<const uint8_t>);
template NpzArray make_array(std::vector<int64_t>, std::span<const int32_t>);
template NpzArray make_array(std::vector<int64_t>, std::span<const int64_t>);
template NpzArray make_array(std::vector<int64_t>, std::span<const float>);
template NpzArray make_array(std::vector<int64_t>, std::span<const double>);

}  // namespace vrkn::data
