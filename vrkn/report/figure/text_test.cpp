#include "vrkn/report/figure/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrkn::report::text_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(EscapeXml, EscapesMarkup) {
  EXPECT_EQ(escape_xml(R"(a < b & "c" > 'd')"), "a &lt; b &amp; &quot;c&quot; &gt; &apos;d&apos;");
  EXPECT_EQ(escape_xml("σ² of z₁ − 2×10⁻⁵ 😀"), "σ² of z₁ − 2×10⁻⁵ 😀");
}

TEST(EscapeXml, ReplacesWhatXmlCannotHold) {
  EXPECT_EQ(escape_xml(std::string_view("a\0b\x01", 4)), "a\uFFFDb\uFFFD");
  EXPECT_EQ(escape_xml("\xff\xc3"), "\uFFFD\uFFFD");            // no lead byte; a lead byte alone
  EXPECT_EQ(escape_xml("\xc0\xaf"), "\uFFFD\uFFFD");            // longer than needed
  EXPECT_EQ(escape_xml("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // half of a UTF-16 pair
  EXPECT_EQ(escape_xml("\uFFFD"), "\uFFFD");
}

TEST(TextWidth, IsThatOfDejaVuSans) {
  EXPECT_NEAR(text_width("VRKN", 10.0), 6.84 + 6.95 + 6.56 + 7.48, 1e-12);
  EXPECT_NEAR(text_width("−10⁻⁵", 100.0), 83.8 + 2 * 63.6 + 52.8 + 40.1, 1e-12);
  EXPECT_EQ(text_width("", 10.0), 0.0);
}

TEST(WrapText, BreaksAtSpaces) {
  EXPECT_THAT(wrap_text("one two three", 11.0, 1000.0), ElementsAre("one two three"));
  EXPECT_THAT(wrap_text(" one  two\nthree ", 11.0, text_width("one two", 11.0)), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap_text("one two three", 11.0, 1.0), ElementsAre("one", "two", "three"));
  EXPECT_THAT(wrap_text(" ", 11.0, 100.0), IsEmpty());
}

}  // namespace
}  // namespace vrkn::report::text_test
