#include "vrkn/data/zip.h"

#include <cstring>
#include <string>
#include <vector>
#include <zlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::data {

bool operator==(const ZipMember& a, const ZipMember& b) {
  return a.name == b.name && a.bytes == b.bytes;
}

}  // namespace vrkn::data

namespace vrkn::data::zip_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<ZipMember> some_members() {
  std::string noise;
  uint32_t state = 1;
  for (int i = 0; i < 700; ++i) noise += static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  return {
      {"a.txt", "hello hello hello hello"}, {"noise", noise}, {"empty", ""}, {"\xc3\xa4/b", std::string(5000, 'x')}};
}

template <class Number>
std::string little_endian(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

/// `archive` with `value` written over what stands at `at`.
template <class Number>
std::string patched(std::string archive, size_t at, Number value) {
  return archive.replace(at, sizeof value, little_endian(value));
}

/// A stored member, written field by field: an archive made without write_zip.
struct StoredMember {
  std::string name, data;

  std::string fields() const {
    const auto size = static_cast<uint32_t>(data.size());
    const auto sum = static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), size));
    return little_endian<uint16_t>(20) + std::string(8, '\0') + little_endian(sum) + little_endian(size) +
           little_endian(size) + little_endian(static_cast<uint16_t>(name.size())) + little_endian<uint16_t>(0);
  }
  std::string local() const { return "PK\3\4" + fields() + name + data; }
  std::string entry(uint32_t offset) const {
    return "PK\1\2" + little_endian<uint16_t>(20) + fields() + std::string(10, '\0') + little_endian(offset) + name;
  }
};

std::string archive_of(const std::string& locals, const std::string& entries, uint16_t count) {
  return locals + entries + "PK\5\6" + little_endian<uint32_t>(0) + little_endian(count) + little_endian(count) +
         little_endian(static_cast<uint32_t>(entries.size())) + little_endian(static_cast<uint32_t>(locals.size())) +
         little_endian<uint16_t>(0);
}

std::string stored_archive() {
  const StoredMember member{"m", "data"};
  return archive_of(member.local(), member.entry(0), 1);
}

/// The place of the directory entry of the first member.
size_t directory_of(const std::string& archive) {
  uint32_t offset = 0;
  std::memcpy(&offset, archive.data() + archive.size() - 6, sizeof offset);
  return offset;
}

TEST(Zip, ReadsBackWhatWasWritten) {
  EXPECT_EQ(read_zip(write_zip(some_members()), "a.zip"), some_members());
  EXPECT_TRUE(read_zip(write_zip({}), "a.zip").empty());
}

TEST(Zip, TheSameMembersGiveTheSameBytes) {
  const std::string archive = write_zip(some_members());
  EXPECT_EQ(archive, write_zip(some_members()));
  EXPECT_LT(archive.size(), 1500u);  // the 5000 equal bytes are packed
}

TEST(Zip, ReadsStoredMembers) {
  EXPECT_EQ(read_zip(stored_archive(), "a.zip"), (std::vector<ZipMember>{{"m", "data"}}));
}

TEST(Zip, RefusesBadNames) {
  EXPECT_THROW(write_zip(std::vector<ZipMember>{{"", "x"}}), DataError);
  EXPECT_THROW(write_zip(std::vector<ZipMember>{{std::string(1001, 'n'), "x"}}), DataError);
  EXPECT_THAT(
      [] {
        write_zip(std::vector<ZipMember>{{"twin", "x"}, {"twin", "y"}});
      },
      ThrowsMessage<DataError>(HasSubstr("'twin'")));
}

TEST(Zip, EveryTruncationIsAnError) {
  const std::string archive = write_zip(some_members());
  for (size_t size = 0; size < archive.size(); ++size) {
    EXPECT_THAT([&] { read_zip(archive.substr(0, size), "cut.zip"); },
                ThrowsMessage<DataError>(HasSubstr("'cut.zip' is damaged")));
  }
}

TEST(Zip, EveryFlippedBitIsAnErrorOrHarmless) {
  for (std::string archive : {write_zip(some_members()), stored_archive()}) {
    const auto members = read_zip(archive, "a.zip");
    int errors = 0;
    for (size_t bit = 0; bit < 8 * archive.size(); ++bit) {
      const char mask = static_cast<char>(1 << (bit % 8));
      archive[bit / 8] ^= mask;
      try {
        EXPECT_EQ(read_zip(archive, "a.zip"), members) << "bit " << bit;
      } catch (const DataError&) {
        ++errors;
      }
      archive[bit / 8] ^= mask;
    }
    // What may change unseen: times, versions, attributes, and sizes that stand a second time in the directory.
    EXPECT_GT(errors, 8 * static_cast<int>(archive.size()) / 3);
  }
}

TEST(Zip, RefusesSizesThatTheDataCannotHave) {
  const std::string archive = write_zip(some_members());
  const size_t entry = directory_of(archive);
  EXPECT_THAT([&] { read_zip(patched(archive, entry + 24, 0xfffffff0u), "bomb.zip"); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("'bomb.zip'"), HasSubstr("'a.txt' claims a size"))));
  EXPECT_THAT([&] { read_zip(patched(archive, entry + 20, 0xfffffff0u), "bomb.zip"); },
              ThrowsMessage<DataError>(HasSubstr("does not fit the file")));
  EXPECT_THAT([&] { read_zip(patched(archive, entry + 24, 22u), "bomb.zip"); },
              ThrowsMessage<DataError>(HasSubstr("cannot be unpacked to its size of 22 bytes")));
}

TEST(Zip, RefusesDataBeyondTheEndOfAMember) {
  std::string archive = write_zip(std::vector<ZipMember>{{"m", "data"}});
  const auto directory = static_cast<uint32_t>(directory_of(archive));
  uint32_t packed_size = 0;
  std::memcpy(&packed_size, archive.data() + directory + 20, sizeof packed_size);
  archive = patched(archive, directory + 20, packed_size + 3);
  archive = patched(archive, archive.size() - 6, directory + 3);
  archive.insert(directory, "abc");
  EXPECT_THAT([&] { read_zip(archive, "a.zip"); }, ThrowsMessage<DataError>(HasSubstr("cannot be unpacked")));
}

TEST(Zip, RefusesMembersThatOverlap) {
  const StoredMember inner{"inner", "data"};
  const StoredMember outer{"outer", inner.local()};
  const auto inner_offset = static_cast<uint32_t>(outer.local().size() - inner.local().size());
  const auto read = [&](const std::string& entries, uint16_t count) {
    return read_zip(archive_of(outer.local(), entries, count), "a.zip");
  };
  EXPECT_EQ(read(outer.entry(0), 1).size(), 1u);
  EXPECT_EQ(read(inner.entry(inner_offset), 1).at(0).bytes, "data");
  EXPECT_THAT([&] { read(inner.entry(inner_offset) + outer.entry(0), 2); },
              ThrowsMessage<DataError>(HasSubstr("two members overlap")));
  EXPECT_THAT([&] { read(outer.entry(0) + outer.entry(0), 2); },
              ThrowsMessage<DataError>(HasSubstr("'outer' comes twice")));
}

TEST(Zip, RefusesWhatItDoesNotKnow) {
  const std::string archive = stored_archive();
  const size_t entry = directory_of(archive);
  const auto both = [&](size_t local_at, size_t entry_at, uint16_t value) {
    return patched(patched(archive, local_at, value), entry + entry_at, value);
  };
  EXPECT_THAT([&] { read_zip(both(6, 8, 1), "a.zip"); }, ThrowsMessage<DataError>(HasSubstr("'m' is encrypted")));
  EXPECT_THAT([&] { read_zip(both(8, 10, 12), "a.zip"); }, ThrowsMessage<DataError>(HasSubstr("packed by method 12")));
  EXPECT_THAT([&] { read_zip(patched(archive, 8, uint16_t{8}), "a.zip"); },
              ThrowsMessage<DataError>(HasSubstr("contradicts the directory")));
  EXPECT_THAT([&] { read_zip("no archive, only some text", "a.zip"); },
              ThrowsMessage<DataError>(HasSubstr("does not end with a directory")));
}

}  // namespace
}  // namespace vrkn::data::zip_test
