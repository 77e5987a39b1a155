#include "vrkn/data/npz.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/zip.h"

namespace vrkn::data::npz_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr auto kLowest = std::numeric_limits<int64_t>::min();
constexpr auto kHighest = std::numeric_limits<int64_t>::max();

template <class T>
NpzArray array_of(std::vector<int64_t> shape, const std::vector<T>& values) {
  return make_array<T>(std::move(shape), values);
}

std::vector<uint8_t> counting(size_t count) {
  std::vector<uint8_t> values(count);
  std::iota(values.begin(), values.end(), uint8_t{0});
  return values;
}

std::vector<NamedArray> some_arrays() {
  return {{"image", array_of<uint8_t>({5, 3, 8, 8}, counting(960))},
          {"reward", array_of<float>({5}, {0.0f, 0.25f, -1.5f, 1e-30f, 3e30f})},
          {"valid", make_flag_array({5}, std::vector<uint8_t>{1, 0, 7, 0, 1})},
          {"step", array_of<int64_t>({}, {kLowest})},
          {"none", array_of<double>({0, 3}, {})},
          {"task", array_of<int32_t>({2, 1}, {-7, 9})}};
}

Npz round_trip(const std::vector<NamedArray>& arrays) {
  return parse_npz(write_npz(arrays), "a.npz");
}

/// An .npz file with one array "x" of the given header text and data.
std::string npz_with(const std::string& header, const std::string& data, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += {static_cast<char>(version), '\0'};
  bytes += {static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  if (version > 1) bytes += {'\0', '\0'};
  return write_zip(std::vector<ZipMember>{{"x.npy", bytes + header + data}});
}

std::string header_of(const std::string& dtype, const std::string& shape) {
  return "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
}

auto refused_with(const std::string& what) {
  return ThrowsMessage<DataError>(AllOf(HasSubstr("'bad.npz': array 'x'"), HasSubstr(what)));
}

TEST(Npz, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.npz", write_npz(some_arrays()));
  const Npz npz = read_npz(folder / "a.npz");
  EXPECT_EQ(npz.source, (folder / "a.npz").string());
  EXPECT_EQ(npz.arrays, some_arrays());
  EXPECT_EQ(npz.values<uint8_t>("image"), counting(960));
  EXPECT_THAT(npz.values<float>("reward"), ElementsAre(0.0f, 0.25f, -1.5f, 1e-30f, 3e30f));
  EXPECT_THAT(npz.flags("valid"), ElementsAre(1, 0, 1, 0, 1));
  EXPECT_THAT(npz.values<int64_t>("step"), ElementsAre(kLowest));
  EXPECT_THAT(npz.values<double>("none"), IsEmpty());
  EXPECT_THAT(npz.values<int32_t>("task"), ElementsAre(-7, 9));
}

TEST(Npz, TheSameArraysGiveTheSameBytes) {
  EXPECT_EQ(write_npz(some_arrays()), write_npz(some_arrays()));
}

TEST(Npz, ReadsWhatNumPyWrote) {
  for (const char* name : {"numpy_small.npz", "numpy_stored.npz"}) {
    const Npz npz = read_npz(std::filesystem::path(VRKN_GOLDEN_DIR) / name);
    EXPECT_EQ(npz.arrays.size(), 8u);
    EXPECT_THAT(npz.flags("flags"), ElementsAre(1, 0, 1));
    EXPECT_EQ(npz.values<uint8_t>("picture"), counting(24));
    EXPECT_THAT(npz.at("picture").shape, ElementsAre(2, 3, 4));
    EXPECT_THAT(npz.values<int32_t>("count"), ElementsAre(-2, 2147483647));
    EXPECT_THAT(npz.values<int64_t>("index"), ElementsAre(kLowest, kHighest));
    EXPECT_THAT(npz.at("index").shape, ElementsAre(2, 1));
    EXPECT_THAT(npz.values<float>("single"), ElementsAre(0.5f, -1.25f, 3e-5f, INFINITY));
    EXPECT_THAT(npz.values<double>("number"), ElementsAre(std::numbers::pi));
    EXPECT_THAT(npz.at("number").shape, IsEmpty());
    EXPECT_THAT(npz.at("empty").shape, ElementsAre(0, 5));
    EXPECT_THAT(npz.values<float>("empty"), IsEmpty());
    EXPECT_THAT(npz.doubles("small"), ElementsAre(-128.0, 127.0));
  }
}

TEST(Npz, ReadsOtherOrdersAndLeavesAsideWhatIsNoNumber) {
  const Npz npz = read_npz(std::filesystem::path(VRKN_GOLDEN_DIR) / "numpy_foreign.npz");
  EXPECT_THAT(npz.doubles("half"), ElementsAre(0.0, 0.0, 1.0, -2.5, 65504.0, 0x1p-24, 0x3p-24, 0x1p-14, INFINITY,
                                               -INFINITY, testing::IsNan()));
  EXPECT_TRUE(std::signbit(npz.doubles("half")[1]));
  EXPECT_EQ(npz.at("half_big").dtype, "<f2");
  EXPECT_THAT(npz.doubles("half_big"), ElementsAre(1.0, -0.333251953125));
  EXPECT_THAT(npz.values<float>("single_big"), ElementsAre(1.5f, -2.0f, 3e30f, 4.0f));
  EXPECT_THAT(npz.values<double>("double_big"), ElementsAre(std::numbers::pi));
  EXPECT_THAT(npz.doubles("short_big"), ElementsAre(-2.0, 258.0));
  EXPECT_THAT(npz.doubles("long_big"), ElementsAre(0x1p62));
  EXPECT_THAT(npz.values<float>("columns"), ElementsAre(0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f));
  EXPECT_THAT(npz.at("columns").shape, ElementsAre(2, 3));
  std::vector<int32_t> cube(24);
  std::iota(cube.begin(), cube.end(), 0);
  EXPECT_EQ(npz.values<int32_t>("cube_big"), cube);
  EXPECT_EQ(npz.values<uint8_t>("pictures"), counting(24));
  EXPECT_THAT(npz.flags("flags"), ElementsAre(1, 0));

  std::vector<std::string> unread;
  for (const UnreadEntry& entry : npz.unread) unread.push_back(entry.name);
  EXPECT_THAT(unread, ElementsAre("text", "bytes", "records", "complex", "dates", "objects", "brain"));
  EXPECT_FALSE(npz.contains("text"));
  EXPECT_THAT([&] { npz.at("text"); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("array 'text' has the dtype '<U5'"), HasSubstr("float16"))));
}

TEST(Npz, WritesTheHeaderThatNumPyWrites) {
  // NumPy's own arrays, written by us, give its members byte for byte.
  const std::string content = read_file(std::filesystem::path(VRKN_GOLDEN_DIR) / "numpy_stored.npz");
  const auto theirs = read_zip(content, "numpy");
  const auto ours = read_zip(write_npz(parse_npz(content, "numpy").arrays), "ours");
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].name, theirs[i].name);
    // Versions of NumPy pad with different numbers of blanks; the data stand at the end either way.
    const std::string text = theirs[i].bytes.substr(10, theirs[i].bytes.find('}') - 9);
    EXPECT_EQ(ours[i].bytes.substr(10, text.size()), text);
    EXPECT_EQ((ours[i].bytes.find('\n') + 1) % 64, 0u);
  }
}

TEST(Npz, ConvertsEveryDtypeToDouble) {
  const auto doubles = [](const std::string& dtype, const std::string& bytes, int64_t count) {
    return round_trip({{"x", {dtype, {count}, bytes}}}).doubles("x");
  };
  using namespace std::string_literals;
  EXPECT_THAT(doubles("|b1", "\0\1"s, 2), ElementsAre(0.0, 1.0));
  EXPECT_THAT(doubles("|u1", "\0\xff"s, 2), ElementsAre(0.0, 255.0));
  EXPECT_THAT(doubles("|i1", "\0\xff"s, 2), ElementsAre(0.0, -1.0));
  EXPECT_THAT(doubles("<u2", "\2\1\xff\xff"s, 2), ElementsAre(258.0, 65535.0));
  EXPECT_THAT(doubles("<i2", "\2\1\xff\xff"s, 2), ElementsAre(258.0, -1.0));
  EXPECT_THAT(doubles("<u4", "\xff\xff\xff\xff"s, 1), ElementsAre(4294967295.0));
  EXPECT_THAT(doubles("<i4", "\xff\xff\xff\xff"s, 1), ElementsAre(-1.0));
  EXPECT_THAT(doubles("<u8", std::string(8, '\xff'), 1), ElementsAre(0x1.0p64));
  EXPECT_THAT(doubles("<i8", std::string(8, '\xff'), 1), ElementsAre(-1.0));
  EXPECT_THAT(doubles("<f2", "\0\xbc"s, 1), ElementsAre(-1.0));
  EXPECT_THAT(doubles("<f4", "\0\0\x80\xbf"s, 1), ElementsAre(-1.0));
  EXPECT_THAT(doubles("<f8", "\0\0\0\0\0\0\xf0\xbf"s, 1), ElementsAre(-1.0));
}

TEST(Npz, NamesTheArrayThatIsMissingOrOfAnotherDtype) {
  const Npz npz = round_trip({{"reward", array_of<float>({1}, {1.0f})}, {"action", array_of<float>({1}, {1.0f})}});
  EXPECT_TRUE(npz.contains("reward"));
  EXPECT_FALSE(npz.contains("rewards"));
  EXPECT_THAT([&] { npz.at("rewards"); },
              ThrowsMessage<DataError>("'a.npz': array 'rewards' is missing; the file holds reward, action"));
  EXPECT_THAT([&] { npz.values<double>("reward"); },
              ThrowsMessage<DataError>("'a.npz': array 'reward' has the dtype '<f4', not '<f8'"));
  EXPECT_THROW(npz.flags("reward"), DataError);
}

TEST(Npz, RefusesToWriteNonsense) {
  EXPECT_THROW(array_of<float>({3}, {1.0f}), ShapeError);
  EXPECT_THROW(array_of<float>({-1}, {}), ShapeError);
  EXPECT_THROW(array_of<uint8_t>({kHighest, kHighest, 4}, counting(4)), ShapeError);
  EXPECT_THROW(make_flag_array({2}, std::vector<uint8_t>{1}), ShapeError);
  EXPECT_THROW(write_npz({{"x", {"<c8", {1}, "abcdefgh"}}}), DataError);
  EXPECT_THROW(write_npz({{"x", {"<f4", {2}, "abcd"}}}), DataError);
  EXPECT_THROW(write_npz({{"", array_of<float>({}, {1.0f})}}), DataError);
  const NamedArray twin{"x", array_of<float>({}, {1.0f})};
  EXPECT_THROW(write_npz({twin, twin}), DataError);
}

TEST(Npz, ReadsEveryVersionAndSpellingOfTheHeader) {
  const std::string plain = header_of("<i2", "(1, 2)");
  for (const int version : {1, 2, 3}) {
    EXPECT_THAT(parse_npz(npz_with(plain, "abcd", version), "a").at("x").shape, ElementsAre(1, 2));
  }
  for (const char* text : {"{\"shape\":(1,2),\"descr\":\"<i2\",\"fortran_order\":False}",
                           "  { 'fortran_order' : False , 'shape' : ( 1 , 2 , ) , 'descr' : '<i2' , }  \n"}) {
    EXPECT_THAT(parse_npz(npz_with(text, "abcd"), "a").doubles("x"), ElementsAre(0x6261, 0x6463));
  }
}

TEST(Npz, RefusesHeadersItCannotServe) {
  const auto parse = [](const std::string& header, const std::string& data = "abcd", int version = 1) {
    return [=] { parse_npz(npz_with(header, data, version), "bad.npz"); };
  };
  EXPECT_THAT(parse("{'descr': [('a', '<i2'), 'fortran_order': False, 'shape': (2,), }"),
              refused_with("cannot be read"));
  EXPECT_THAT(parse("{'descr': '>i2', 'fortran_order': True, 'shape': (3, 2), }"),
              refused_with("shape (3, 2) of '<i2'"));
  EXPECT_THAT(parse(header_of("<i2", "(2,)"), "abc"), refused_with("3 bytes"));
  EXPECT_THAT(parse(header_of("<i2", "(3,)")), refused_with("shape (3,) of '<i2'"));
  // 3 * 6148914691236517206 = 2^64 + 2, which is 2 where a product runs over.
  EXPECT_THAT(parse(header_of("<i2", "(3, 6148914691236517206)")), refused_with("shape (3, 6148914691236517206)"));
  EXPECT_THAT(parse(header_of("<i2", "(99999999999999999999,)")), refused_with("cannot be read"));
  EXPECT_THAT(parse(header_of("<i2", "(-2,)")), refused_with("cannot be read"));
  EXPECT_THAT(parse(header_of("|b1", "(4,)")), refused_with("other values than 0 and 1"));
  EXPECT_THAT(parse(header_of("<i2", "(2,)"), "abcd", 4), refused_with("unknown version"));
  for (const char* text : {"", "{", "{}", "{'descr': '<i2'}", "{'descr': '<i2, 'fortran_order': False, 'shape': (2,)}",
                           "{'descr': '<i2', 'fortran_order': False, 'shape': (2,",
                           "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), 'x': 1}",
                           "{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (2,)}",
                           "{'descr': '<i2', 'fortran_order': 0, 'shape': (2,)}",
                           "{'descr': '<i2', 'fortran_order': False, 'shape': (2,)} and more"}) {
    EXPECT_THAT(parse(text), refused_with("cannot be read")) << text;
  }
}

TEST(Npz, RefusesDamagedMembersAndLeavesOtherFilesAside) {
  const auto parse = [](const ZipMember& member) {
    return [=] { parse_npz(write_zip(std::vector<ZipMember>{member}), "bad.npz"); };
  };
  for (const char* name : {"readme.txt", ".npy"}) {
    const Npz npz = parse_npz(write_zip(std::vector<ZipMember>{{name, "hello"}}), "a.npz");
    EXPECT_THAT(npz.arrays, IsEmpty());
    EXPECT_THAT(npz.unread, ElementsAre(UnreadEntry{name, "is not a NumPy array"}));
  }
  EXPECT_THAT(parse({"x.npy", "hello, long enough"}), refused_with("is not a NumPy array"));
  EXPECT_THAT(parse({"x.npy", ""}), refused_with("is not a NumPy array"));
  EXPECT_THAT(parse({"x.npy", std::string("\x93NUMPY\1\0\xff\xff{", 11)}), refused_with("ends within its header"));
}

TEST(Npz, EveryTruncationNamesTheFile) {
  for (const std::string& content :
       {write_npz(some_arrays()), read_file(std::filesystem::path(VRKN_GOLDEN_DIR) / "numpy_small.npz"),
        read_file(std::filesystem::path(VRKN_GOLDEN_DIR) / "numpy_stored.npz")}) {
    for (size_t size = 0; size < content.size(); size += 97) {
      EXPECT_THAT([&] { parse_npz(content.substr(0, size), "bad.npz"); },
                  ThrowsMessage<DataError>(HasSubstr("'bad.npz'")));
    }
  }
}

TEST(Npz, EveryFlippedBitIsAnErrorOrHarmless) {
  for (const char* name : {"numpy_small.npz", "numpy_stored.npz"}) {
    std::string content = read_file(std::filesystem::path(VRKN_GOLDEN_DIR) / name);
    const auto arrays = parse_npz(content, "a.npz").arrays;
    int errors = 0;
    for (size_t bit = 0; bit < 8 * content.size(); ++bit) {
      const char mask = static_cast<char>(1 << (bit % 8));
      content[bit / 8] ^= mask;
      try {
        EXPECT_EQ(parse_npz(content, "a.npz").arrays, arrays) << "bit " << bit;
      } catch (const DataError&) {
        ++errors;
      }
      content[bit / 8] ^= mask;
    }
    EXPECT_GT(errors, 8 * static_cast<int>(content.size()) / 2);
  }
}

TEST(Npz, NamesAFileThatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { read_npz(folder / "none.npz"); }, ThrowsMessage<DataError>(HasSubstr("none.npz")));
}

}  // namespace
}  // namespace vrkn::data::npz_test
