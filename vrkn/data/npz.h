#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrkn::data {

/// An array as NumPy keeps it in a file: C order (last axis fastest), little endian.
struct NpzArray {
  std::string dtype;           ///< "|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4" or "<f8"
  std::vector<int64_t> shape;  ///< empty for a single number
  std::string bytes;           ///< product of shape * bytes of dtype

  bool operator==(const NpzArray&) const = default;
};

/// One entry of a .npz file. The name is the key of `numpy.load`, without ".npy".
struct NamedArray {
  std::string name;
  NpzArray array;

  bool operator==(const NamedArray&) const = default;
};

/// An entry of a .npz file that is no array of numbers: text, records, Python objects, complex numbers, other files.
struct UnreadEntry {
  std::string name;
  std::string reason;  ///< such as "has the dtype '<U5', which ..."

  bool operator==(const UnreadEntry&) const = default;
};

/// What a .npz file holds. All getters throw DataError that names the file, the array, and what is wrong.
struct Npz {
  std::string source;                    ///< the file, for messages
  std::vector<NamedArray> arrays;        ///< in the order of the file
  std::vector<UnreadEntry> unread = {};  ///< what lies beside them

  /// Whether there is an array of this name.
  bool contains(std::string_view name) const;

  /// The array of this name.
  const NpzArray& at(std::string_view name) const;

  /// The elements of the array `name`, whose dtype must be exactly T's.
  /// T: uint8_t, int32_t, int64_t, float, double.
  template <class T>
  std::vector<T> values(std::string_view name) const;

  /// The elements of the array `name` of dtype "|b1", each 0 or 1.
  std::vector<uint8_t> flags(std::string_view name) const;

  /// The elements of the array `name` of any dtype, converted. Integers beyond 2^53 are rounded.
  std::vector<double> doubles(std::string_view name) const;
};

/// An array of T's dtype (uint8_t, int32_t, int64_t, float, double).
/// Throws ShapeError when `values` does not have as many elements as `shape` says.
template <class T>
NpzArray make_array(std::vector<int64_t> shape, std::span<const T> values);

/// An array of dtype "|b1" from zeros (false) and other numbers (true). Throws ShapeError as make_array does.
NpzArray make_flag_array(std::vector<int64_t> shape, std::span<const uint8_t> flags);

/// The bytes of a .npz file with these arrays, in this order, as numpy.savez_compressed makes it; the same arrays give
/// the same bytes. Write them with write_file_atomically.
/// Throws DataError for an unknown dtype, a wrong number of bytes, a bool that is neither 0 nor 1, more than 64 axes,
/// an empty or repeated name or one above 996 bytes (1000 with ".npy"), 65535 arrays or more, or more than 2 GB.
std::string write_npz(const std::vector<NamedArray>& arrays);

/// Reads what write_npz, numpy.savez or numpy.savez_compressed wrote; big-endian numbers and Fortran order become what
/// NpzArray says, and entries that are no arrays of numbers are left aside (nothing of theirs is run or unpickled).
/// Throws DataError that names the file and what is wrong when it is missing or damaged.
Npz read_npz(const std::filesystem::path& path);

/// Reads what numpy.save wrote. Throws DataError as read_npz does, and when it is no array of numbers.
NpzArray read_npy(const std::filesystem::path& path);

/// The bytes of a .npy file, as numpy.save makes it. Throws DataError for an unknown dtype or a wrong number of bytes.
std::string write_npy(const NpzArray& array);

/// The same as read_npz from memory; `source` names the file in messages. Throws as that does.
Npz parse_npz(std::string_view content, const std::string& source);

}  // namespace vrkn::data
