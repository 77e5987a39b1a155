#include "vrkn/report/event_file.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/png.h"
#include "vrkn/report/tensorboard_sink.h"
#include "vrkn/report/video.h"

namespace vrkn::report::event_file_test {
namespace {

using testing::HasSubstr;

const Image kPixels{1, 2, {1, 2, 3, 250, 251, 252}};

/// The file of three records; where the whole events in it end goes to `ends`.
std::string some_events(const std::filesystem::path& path, std::vector<int64_t>& ends) {
  TensorBoardSink sink(path, 0, [] { return 1.5; });
  ends = {0, sink.position()};
  sink.write(MetricRecord{"train", 5000, 3, {{"loss/kl", 2.75}, {"loss/reward", 0.1}, {"odd", NAN}}});
  ends.push_back(sink.position());
  sink.write(ImageRecord{"picture", 300, kPixels});
  ends.push_back(sink.position());
  sink.write(VideoRecord{"video", int64_t{1} << 40, {kPixels, kPixels}});
  ends.push_back(sink.position());
  return read_file(path);
}

TEST(EventFile, ReadsWhatTheSinkWrites) {
  const TemporaryFolder folder;
  std::vector<int64_t> ends;
  some_events(folder / "a.tfevents", ends);
  const EventFile file = read_event_file(folder / "a.tfevents");
  EXPECT_EQ(file.fault, "");
  EXPECT_EQ(file.version, "brain.Event:2");
  EXPECT_EQ(file.events, 4);
  EXPECT_EQ(file.bytes, ends.back());
  ASSERT_EQ(file.scalars.size(), 3u);
  EXPECT_EQ(file.scalars[0].tag, "train/loss/kl");
  EXPECT_EQ(file.scalars[0].step, 5000);
  EXPECT_EQ(file.scalars[0].value, 2.75f);
  EXPECT_EQ(file.scalars[1].value, 0.1f);
  EXPECT_TRUE(std::isnan(file.scalars[2].value));
  ASSERT_EQ(file.pictures.size(), 2u);
  EXPECT_EQ(file.pictures[0].tag, "picture");
  EXPECT_EQ(file.pictures[0].bytes, encode_png(kPixels));
  EXPECT_EQ(file.pictures[1].step, int64_t{1} << 40);
  EXPECT_EQ(file.pictures[1].bytes, gif_of(std::vector<Image>{kPixels, kPixels}, 10.0));
  EXPECT_EQ(file.pictures[1].height, 1);
  EXPECT_EQ(file.pictures[1].width, 2);
}

TEST(EventFile, ReadsWhatAnotherProgramWrote) {
  const EventFile file = read_event_file(std::filesystem::path(VRKN_GOLDEN_DIR) / "scalars.tfevents");
  EXPECT_EQ(file.fault, "");
  EXPECT_FALSE(file.scalars.empty());
}

TEST(EventFile, EveryTruncationIsFoundAndWhatIsBeforeItIsRead) {
  const TemporaryFolder folder;
  std::vector<int64_t> ends;
  const std::string whole = some_events(folder / "a.tfevents", ends);
  for (size_t size = 0; size <= whole.size(); ++size) {
    write_file_atomically(folder / "cut.tfevents", whole.substr(0, size));
    const EventFile file = read_event_file(folder / "cut.tfevents");
    const auto after = std::upper_bound(ends.begin(), ends.end(), static_cast<int64_t>(size));
    EXPECT_EQ(file.bytes, *(after - 1));
    EXPECT_EQ(file.fault.empty(), file.bytes == static_cast<int64_t>(size));
    EXPECT_TRUE(file.fault.empty() || file.fault.find("is cut short") != std::string::npos) << file.fault;
  }
}

TEST(EventFile, EveryFlippedBitIsFound) {
  const TemporaryFolder folder;
  std::vector<int64_t> ends;
  std::string content = some_events(folder / "a.tfevents", ends);
  for (size_t bit = 0; bit < 8 * content.size(); bit += 3) {
    const char mask = static_cast<char>(1 << (bit % 8));
    content[bit / 8] ^= mask;
    write_file_atomically(folder / "flipped.tfevents", content);
    EXPECT_THAT(read_event_file(folder / "flipped.tfevents").fault,
                testing::AnyOf(HasSubstr("does not match"), HasSubstr("do not match")))
        << bit;
    content[bit / 8] ^= mask;
  }
}

TEST(EventFile, AMissingFileIsAnError) {
  EXPECT_THROW(read_event_file("nowhere.tfevents"), DataError);
}

}  // namespace
}  // namespace vrkn::report::event_file_test
