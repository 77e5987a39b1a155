#include "vrkn/config/toml.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"

namespace vrkn::config::toml_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> keys_of(const std::vector<Entry>& entries) {
  std::vector<std::string> keys;
  for (const Entry& entry : entries) keys.push_back(entry.key);
  return keys;
}

TEST(Toml, FlattensTablesAndKeepsPlaces) {
  const std::vector<Entry> entries =
      parse_toml("seed = 3\n\n[model]\nrate = 6e-4\nsizes = [1, 2]\n[empty]\n", "a.toml");
  ASSERT_THAT(keys_of(entries), ElementsAre("empty", "model.rate", "model.sizes", "seed"));
  EXPECT_EQ(entries[0].value, Value(EmptyTable()));
  EXPECT_EQ(entries[1].value, Value(Scalar(6e-4)));
  EXPECT_EQ(entries[1].source, "a.toml:4");
  EXPECT_EQ(entries[2].value, Value(List{int64_t{1}, int64_t{2}}));
  EXPECT_EQ(entries[3].value, Value(Scalar(int64_t{3})));
  EXPECT_EQ(entries[3].source, "a.toml:1");
}

TEST(Toml, PutsKindsFirstOuterBeforeInner) {
  const std::vector<Entry> entries =
      parse_toml("a = 1\n[m]\nalpha = 1\nkind = \"x\"\n[m.inner]\nkind = \"y\"\nbeta = 2\n", "a.toml");
  EXPECT_THAT(keys_of(entries), ElementsAre("m.kind", "m.inner.kind", "a", "m.alpha", "m.inner.beta"));
}

TEST(Toml, SyntaxErrorNamesFileLineAndColumn) {
  EXPECT_THAT([] { parse_toml("seed = 3\nrate = = 4\n", "bad.toml"); },
              ThrowsMessage<ConfigError>(HasSubstr("bad.toml:2:8: ")));
  EXPECT_THAT([] { parse_toml("seed = 3\nseed = 4\n", "bad.toml"); },
              ThrowsMessage<ConfigError>(HasSubstr("bad.toml:2:")));
  EXPECT_THROW(parse_toml("name = \"\xff\xfe\"", "bad.toml"), ConfigError);
}

TEST(Toml, RefusesWhatNoFieldCanHold) {
  for (const char* text : {"x = 2026-01-01", "x = 12:00:00", "x = [[[1]], [[2]]]", "[[x]]\na = 1"}) {
    EXPECT_THAT([&] { parse_toml(text, "bad.toml"); }, ThrowsMessage<ConfigError>(HasSubstr("'x' is neither"))) << text;
  }
  EXPECT_THAT([] { parse_toml("[m]\n\"a.b\" = 1", "bad.toml"); },
              ThrowsMessage<ConfigError>(HasSubstr("bad.toml:2: the key 'm.a.b'")));
}

TEST(Toml, MissingFileIsADataError) {
  EXPECT_THROW(read_toml("/nowhere/at/all.toml"), DataError);
}

TEST(Override, TakesTomlOrABareText) {
  const auto value_of = [](std::string_view text) { return parse_override(text).value; };
  EXPECT_EQ(value_of("a=true"), Value(Scalar(true)));
  EXPECT_EQ(value_of("a=-3"), Value(Scalar(int64_t{-3})));
  EXPECT_EQ(value_of("a=1e-3"), Value(Scalar(1e-3)));
  EXPECT_EQ(value_of("a=\"quoted text\""), Value(Scalar(std::string("quoted text"))));
  EXPECT_EQ(value_of("a=bare text"), Value(Scalar(std::string("bare text"))));
  EXPECT_EQ(value_of("a=x=y"), Value(Scalar(std::string("x=y"))));
  EXPECT_EQ(value_of("a="), Value(Scalar(std::string())));
  EXPECT_EQ(value_of("a=[1, 2]"), Value(List{int64_t{1}, int64_t{2}}));
  EXPECT_EQ(value_of("a=2026-01-01"), Value(Scalar(std::string("2026-01-01"))));
  EXPECT_EQ(value_of("a=1\nb = 2"), Value(Scalar(std::string("1\nb = 2")))) << "one override is one key";
}

TEST(Override, KeepsKeyPlaceAndTypedText) {
  const Entry entry = parse_override(" model.rate = 0.10 ");
  EXPECT_EQ(entry.key, "model.rate");
  EXPECT_EQ(entry.source, "--set  model.rate = 0.10 ");
  EXPECT_EQ(entry.typed, "0.10");
}

TEST(Override, RefusesOtherForms) {
  for (const char* text : {"", "key", "=3", "a b=3", "a\"=3"}) {
    EXPECT_THAT([&] { parse_override(text); }, ThrowsMessage<ConfigError>(HasSubstr("not of the form key=value")))
        << text;
  }
  EXPECT_THAT([] { parse_override("model={kind=\"x\"}"); }, ThrowsMessage<ConfigError>(HasSubstr("one by one")));
}

TEST(Override, KindsComeFirst) {
  const std::vector<std::string> texts = {"b=1", "m.alpha=2", "m.kind=x"};
  EXPECT_THAT(keys_of(parse_overrides(texts)), ElementsAre("m.kind", "b", "m.alpha"));
}

TEST(ToText, DoublesAreShortAndNeverLookLikeIntegers) {
  const auto text = [](double value) { return to_text(Scalar(value)); };
  EXPECT_EQ(text(6e-4), "0.0006");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(3.0), "3.0");
  EXPECT_EQ(text(0.0), "0.0");
  EXPECT_EQ(text(-0.0), "-0.0");
  EXPECT_EQ(text(1e6), "1000000.0");
  EXPECT_EQ(text(1e-8), "1e-08");
  EXPECT_EQ(text(1e300), "1e+300");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(ToText, EveryDoubleReadsBackBitForBit) {
  ScalarGenerator random(7);
  std::vector<double> values = {std::numeric_limits<double>::min(), std::numeric_limits<double>::max(), 5e-324,
                                1.0 / 3.0};
  for (int i = 0; i < 2000; ++i) values.push_back(random.normal() * std::pow(10.0, random.uniform(-12.0, 12.0)));
  for (const double value : values) {
    const std::vector<Entry> entries = parse_toml("x = " + to_text(Scalar(value)), "text");
    ASSERT_EQ(entries.at(0).value, Value(Scalar(value))) << to_text(Scalar(value));
  }
}

TEST(ToText, TextsReadBack) {
  const std::string text = "a \"b\" \\ c\n\t\x01\x7f \xc3\xa9";
  EXPECT_EQ(parse_toml("x = " + to_text(Scalar(text)), "text").at(0).value, Value(Scalar(text)));
  EXPECT_EQ(to_text(Value(List{std::string("a"), true, int64_t{1}, 0.5})), "[\"a\", true, 1, 0.5]");
}

}  // namespace
}  // namespace vrkn::config::toml_test
