#include "vrkn/data/zip.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <set>
#include <zlib.h>

#include "vrkn/core/error.h"

namespace vrkn::data {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kDirectorySignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr size_t kLocalSize = 30;
constexpr size_t kDirectorySize = 46;
constexpr size_t kEndSize = 22;
constexpr uint16_t kVersion = 20;  // 2.0, the first with deflate
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr uint16_t kEncryptedFlag = 1;
constexpr uint16_t kUtf8Flag = 1 << 11;
constexpr uint16_t kFirstDay = (1 << 5) | 1;    // 1 January 1980
constexpr uint64_t kSizeLimit = 2'000'000'000;  // 32-bit sizes hold it whatever deflate adds
constexpr uint64_t kGreatestExpansion = 1032;   // of deflate, as zlib's documentation says
constexpr int kRawDeflate = -15;                // the greatest window, no zlib header

// ---- writing ----

template <class Number>
void append(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::string deflate_bytes(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 1, Z_DEFLATED, kRawDeflate, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // ends in one call: the output has room for the worst case
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// What the local header and the directory entry of a member have in common, from "version needed" to "extra length".
std::string common_fields(const ZipMember& member, uint32_t crc, uint32_t compressed_size) {
  const bool ascii = std::all_of(member.name.begin(), member.name.end(), [](char c) { return c > 0; });
  std::string fields;
  append(fields, kVersion);
  append(fields, ascii ? uint16_t{0} : kUtf8Flag);
  append(fields, kDeflated);
  append(fields, uint16_t{0});  // midnight
  append(fields, kFirstDay);
  append(fields, crc);
  append(fields, compressed_size);
  append(fields, static_cast<uint32_t>(member.bytes.size()));
  append(fields, static_cast<uint16_t>(member.name.size()));
  append(fields, uint16_t{0});  // no extra field
  return fields;
}

uint32_t crc_of(std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// ---- reading ----

struct DirectoryEntry {
  uint16_t flags, method;
  uint32_t crc, compressed_size, size, offset;
  std::string_view name;
};

class ZipReader {
 public:
  ZipReader(std::string_view archive, const std::string& source) : archive_(archive), source_(source) {}

  std::vector<ZipMember> read() const {
    const std::vector<DirectoryEntry> entries = read_directory();
    std::vector<std::string_view> data;
    for (const DirectoryEntry& entry : entries) data.push_back(data_of(entry));
    check_overlap(entries, data);
    std::vector<ZipMember> members;
    for (size_t i = 0; i < entries.size(); ++i) {
      members.push_back({std::string(entries[i].name), unpack(entries[i], data[i])});
    }
    return members;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError("'" + source_ + "' is damaged or no .zip archive: " + what);
  }
  [[noreturn]] void fail(const DirectoryEntry& entry, const std::string& what) const {
    fail("member '" + std::string(entry.name) + "' " + what);
  }

  template <class Number>
  Number number(size_t at) const {
    if (at > archive_.size() || archive_.size() - at < sizeof(Number)) fail("it ends within a header");
    Number value;
    std::memcpy(&value, archive_.data() + at, sizeof value);
    return value;
  }

  std::string_view text(size_t at, size_t size) const {
    if (at > archive_.size() || archive_.size() - at < size) fail("it ends within a header");
    return archive_.substr(at, size);
  }

  std::vector<DirectoryEntry> read_directory() const {
    if (archive_.size() < kEndSize) fail("it has only " + std::to_string(archive_.size()) + " bytes");
    const size_t end = archive_.size() - kEndSize;
    if (number<uint32_t>(end) != kEndSignature) fail("it does not end with a directory (cut short?)");
    const size_t count = number<uint16_t>(end + 10);
    const size_t size = number<uint32_t>(end + 12);
    size_t at = number<uint32_t>(end + 16);
    if (number<uint16_t>(end + 4) != 0 || number<uint16_t>(end + 6) != 0 || number<uint16_t>(end + 8) != count) {
      fail("it is one part of several");
    }
    if (number<uint16_t>(end + 20) != 0 || at + size != end) fail("its directory does not fit the file");

    std::vector<DirectoryEntry> entries;
    std::set<std::string_view> names;
    for (size_t i = 0; i < count; ++i) {
      if (number<uint32_t>(at) != kDirectorySignature)
        fail("entry " + std::to_string(i) + " of its directory is broken");
      DirectoryEntry entry{};
      entry.flags = number<uint16_t>(at + 8);
      entry.method = number<uint16_t>(at + 10);
      entry.crc = number<uint32_t>(at + 16);
      entry.compressed_size = number<uint32_t>(at + 20);
      entry.size = number<uint32_t>(at + 24);
      entry.offset = number<uint32_t>(at + 42);
      const size_t name_size = number<uint16_t>(at + 28);
      const size_t rest_size = size_t{number<uint16_t>(at + 30)} + number<uint16_t>(at + 32);
      entry.name = text(at + kDirectorySize, name_size);
      at += kDirectorySize + name_size + rest_size;
      if (at > end) fail("its directory does not fit the file");
      if (!names.insert(entry.name).second) fail(entry, "comes twice");
      entries.push_back(entry);
    }
    if (at != end) fail("its directory has bytes beyond its last entry");
    return entries;
  }

  /// The member's packed data, which stand after its local header. Sizes and sum stand again in that header, but
  /// writers may leave them out there; the directory's are the ones that count.
  std::string_view data_of(const DirectoryEntry& entry) const {
    const size_t at = entry.offset;
    if (number<uint32_t>(at) != kLocalSignature) fail(entry, "has no header where the directory points");
    const size_t name_size = number<uint16_t>(at + 26);
    const size_t begin = at + kLocalSize + name_size + number<uint16_t>(at + 28);
    if (number<uint16_t>(at + 6) != entry.flags || number<uint16_t>(at + 8) != entry.method ||
        text(at + kLocalSize, name_size) != entry.name) {
      fail(entry, "has a header that contradicts the directory");
    }
    const size_t directory = number<uint32_t>(archive_.size() - kEndSize + 16);
    if (begin > directory || directory - begin < entry.compressed_size) fail(entry, "does not fit the file");
    return archive_.substr(begin, entry.compressed_size);
  }

  /// Members that share bytes would let a small archive unfold to any size.
  void check_overlap(const std::vector<DirectoryEntry>& entries, const std::vector<std::string_view>& data) const {
    std::vector<std::pair<const char*, const char*>> ranges;
    for (size_t i = 0; i < entries.size(); ++i) {
      ranges.emplace_back(archive_.data() + entries[i].offset, data[i].data() + data[i].size());
    }
    std::sort(ranges.begin(), ranges.end());
    for (size_t i = 1; i < ranges.size(); ++i) {
      if (ranges[i].first < ranges[i - 1].second) fail("two members overlap");
    }
  }

  std::string unpack(const DirectoryEntry& entry, std::string_view data) const {
    if (entry.flags & kEncryptedFlag) fail(entry, "is encrypted");
    std::string bytes;
    if (entry.method == kStored) {
      if (entry.size != entry.compressed_size) fail(entry, "has two different sizes");
      bytes = data;
    } else if (entry.method == kDeflated) {
      bytes = inflate_bytes(entry, data);
    } else {
      fail(entry, "is packed by method " + std::to_string(entry.method) + ", not stored or deflated");
    }
    if (crc_of(bytes) != entry.crc) fail(entry, "does not match its check sum");
    return bytes;
  }

  std::string inflate_bytes(const DirectoryEntry& entry, std::string_view data) const {
    if (entry.size > kGreatestExpansion * (data.size() + 1)) fail(entry, "claims a size that its data cannot have");
    std::string bytes(entry.size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, kRawDeflate) != Z_OK) throw std::bad_alloc();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // zlib only reads it
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    const int result = inflate(&stream, Z_FINISH);
    const bool whole = result == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!whole) fail(entry, "cannot be unpacked to its size of " + std::to_string(entry.size) + " bytes");
    return bytes;
  }

  std::string_view archive_;
  const std::string& source_;
};

}  // namespace

std::string write_zip(std::span<const ZipMember> members) {
  std::string archive;
  std::string directory;
  std::set<std::string_view> names;
  if (members.size() >= UINT16_MAX) throw DataError("a .zip archive cannot hold 65535 members or more");
  for (const ZipMember& member : members) {
    if (member.name.empty() || member.name.size() > 1000) {
      throw DataError("the name of a .zip member must have 1 to 1000 bytes, not " + std::to_string(member.name.size()));
    }
    if (!names.insert(member.name).second) throw DataError("two .zip members are named '" + member.name + "'");
    if (member.bytes.size() > kSizeLimit) throw DataError("the .zip member '" + member.name + "' exceeds 2 GB");
    const std::string packed = deflate_bytes(member.bytes);
    const size_t offset = archive.size();
    if (offset + packed.size() > kSizeLimit) throw DataError("a .zip archive cannot exceed 2 GB");
    const std::string fields = common_fields(member, crc_of(member.bytes), static_cast<uint32_t>(packed.size()));

    append(archive, kLocalSignature);
    archive += fields;
    archive += member.name;
    archive += packed;

    append(directory, kDirectorySignature);
    append(directory, kVersion);
    directory += fields;
    append(directory, uint16_t{0});  // no comment
    append(directory, uint16_t{0});  // first disk
    append(directory, uint16_t{0});  // internal attributes
    append(directory, uint32_t{0});  // external attributes
    append(directory, static_cast<uint32_t>(offset));
    directory += member.name;
  }
  const auto count = static_cast<uint16_t>(members.size());
  const auto directory_begin = static_cast<uint32_t>(archive.size());
  archive += directory;
  append(archive, kEndSignature);
  append(archive, uint32_t{0});  // this disk and the directory's
  append(archive, count);
  append(archive, count);
  append(archive, static_cast<uint32_t>(directory.size()));
  append(archive, directory_begin);
  append(archive, uint16_t{0});  // no comment
  return archive;
}

std::vector<ZipMember> read_zip(std::string_view archive, const std::string& source) {
  return ZipReader(archive, source).read();
}

}  // namespace vrkn::data
