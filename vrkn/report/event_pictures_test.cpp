#include "vrkn/report/event_pictures.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/png.h"
#include "vrkn/report/tensorboard_sink.h"

namespace vrkn::report::event_pictures_test {
namespace {

Image picture(uint8_t value) {
  return {.height = 2, .width = 3, .pixels = std::vector<uint8_t>(18, value)};
}

class EventPicturesTest : public testing::Test {
 protected:
  void write(TensorBoardSink& sink, int64_t step, uint8_t value) {
    sink.write(MetricRecord{.kind = "train", .env_step = step, .iteration = 0, .metrics = {{"loss", 1.0}}});
    sink.write(ImageRecord{.name = "reconstruction/image", .env_step = step, .image = picture(value)});
    sink.flush();
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "events.out.tfevents.vrkn";
};

TEST_F(EventPicturesTest, AreTheNewestOfEachNameAsTheyWereWritten) {
  EventPictures pictures(path_);
  EXPECT_FALSE(pictures.read());
  TensorBoardSink sink(path_);
  write(sink, 10, 1);
  write(sink, 20, 2);
  sink.write(ImageRecord{.name = "other", .env_step = 300, .image = picture(7)});
  EXPECT_TRUE(pictures.read());
  ASSERT_EQ(pictures.newest().size(), 2u);
  EXPECT_EQ(pictures.newest().at("reconstruction/image").env_step, 20);
  EXPECT_EQ(pictures.newest().at("reconstruction/image").encoded, encode_png(picture(2)));
  EXPECT_EQ(pictures.newest().at("other").env_step, 300);
  EXPECT_FALSE(pictures.read());
  write(sink, 30, 3);
  EXPECT_TRUE(pictures.read());
  EXPECT_EQ(pictures.newest().at("reconstruction/image").encoded, encode_png(picture(3)));
}

TEST_F(EventPicturesTest, AnEventThatIsNotWholeWaits) {
  {
    TensorBoardSink sink(path_);
    write(sink, 10, 1);
    write(sink, 20, 2);
  }
  const std::string content = read_file(path_);
  int64_t last = 0;
  for (size_t size = 0; size <= content.size(); ++size) {
    std::ofstream(path_, std::ios::binary) << content.substr(0, size);
    EventPictures pictures(path_);
    pictures.read();
    const int64_t step = pictures.newest().empty() ? 0 : pictures.newest().begin()->second.env_step;
    EXPECT_GE(step, last);
    last = step;
  }
  EXPECT_EQ(last, 20);
}

TEST_F(EventPicturesTest, EveryFlippedByteIsNoticed) {
  {
    TensorBoardSink sink(path_);
    write(sink, 10, 1);
  }
  const std::string content = read_file(path_);
  for (size_t i = 0; i < content.size(); ++i) {
    std::string damaged = content;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    std::ofstream(path_, std::ios::binary) << damaged;
    EXPECT_THROW(EventPictures(path_).read(), DataError) << i;
  }
}

TEST_F(EventPicturesTest, AFileThatWasCutAndWrittenOnIsReadAnew) {
  int64_t position = 0;
  {
    TensorBoardSink sink(path_);
    write(sink, 10, 1);
    position = sink.position();
    write(sink, 20, 2);
  }
  EventPictures pictures(path_);
  pictures.read();
  std::filesystem::resize_file(path_, static_cast<uintmax_t>(position));
  TensorBoardSink sink(path_, position);
  EXPECT_TRUE(pictures.read());
  EXPECT_EQ(pictures.newest().begin()->second.env_step, 10);
  write(sink, 25, 3);
  sink.write(MetricRecord{.kind = "evaluate", .env_step = 25, .iteration = 0, .metrics = {{"a long name", 1.0}}});
  EXPECT_TRUE(pictures.read());
  EXPECT_EQ(pictures.newest().begin()->second.env_step, 25);
}

}  // namespace
}  // namespace vrkn::report::event_pictures_test
