#include "vrkn/report/page/media_items.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_folder.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/tensorboard_sink.h"

namespace vrkn::report::media_items_test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kCalibration =
    R"({"horizon":1,"draws":1,"samples":2,"noise":{"reward":0.5},"curve_levels":[0.5],"quantities":{"reward":[{"steps_ahead":1,
  "count":7,"coverage_50":0.6,"coverage_80":0.9,"coverage_95":1,"coverage_curve":[0.6],"negative_log_likelihood":1,
  "squared_error":0.1,"normalised_squared_error":0.4,"aleatoric":0.2,"epistemic":0.1,
  "normalised_innovation_squared":null}]}})";

std::vector<std::string> titles(const MediaCollection& collection) {
  std::vector<std::string> found;
  for (const MediaItem& media_item : collection.media_items()) found.push_back(media_item.title);
  return found;
}

TEST(Exhibits, OfARunAreItsReconstructionsVideoAndCalibration) {
  const TemporaryFolder folder;
  const fs::path run = folder / "runs" / "one";
  write_run(run, {});
  TensorBoardSink sink(run / "events.out.tfevents.vrkn");
  sink.write(ImageRecord{.name = "reconstruction/image", .env_step = 9, .image = {1, 1, {1, 2, 3}}});
  sink.flush();
  write_file_atomically(run / "videos" / "last-evaluation.mp4", "film");
  write_file_atomically(run / "episodes" / "calibration.json", "not looked at");
  write_file_atomically(run / "sure" / "calibration.json", kCalibration);
  MediaCollection collection({folder.path()});
  EXPECT_TRUE(collection.refresh());
  EXPECT_THAT(titles(collection), ElementsAre("reconstruction of image", "last evaluation"));
  for (const MediaItem& media_item : collection.media_items()) EXPECT_EQ(media_item.run, fs::canonical(run));
  ASSERT_EQ(collection.calibrations().size(), 1u);
  EXPECT_EQ(collection.calibrations()[0].title, "sure");
  EXPECT_EQ(collection.calibrations()[0].run, fs::canonical(run));
  EXPECT_THAT(collection.skipped(), IsEmpty());
  EXPECT_FALSE(collection.refresh());
  write_file_atomically(run / "videos" / "last-evaluation.mp4", "another film");
  EXPECT_TRUE(collection.refresh());
}

TEST(Exhibits, OfImaginedEpisodesAreStripsVideosAndFigures) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "imagined" / "summary.json", R"({"runs":[{"label":"vrkn"},{"label":"rssm"}]})");
  for (const char* episode : {"000000", "000001", "000002"}) {
    for (const char* name :
         {"image.mp4", "image.png", "image-reconstructions.png", "reward.svg", "reward.png", "imagined.npz"}) {
      write_file_atomically(folder / "imagined" / episode / name, "content");
    }
  }
  MediaCollection collection({folder.path()});
  collection.refresh();
  EXPECT_THAT(titles(collection),
              ElementsAre("imagined, episode 000000, image-reconstructions", "imagined, episode 000000, image",
                          "imagined, episode 000000, image", "imagined, episode 000000, reward",
                          "imagined, episode 000001, image-reconstructions", "imagined, episode 000001, image",
                          "imagined, episode 000001, image", "imagined, episode 000001, reward"));
  EXPECT_EQ(collection.media_items()[1].media_type, "video/mp4");
  EXPECT_EQ(collection.media_items()[3].media_type, "image/svg+xml");
  EXPECT_THAT(collection.media_items()[2].caption, HasSubstr("vrkn, rssm"));
  EXPECT_TRUE(collection.media_items()[2].run.empty());
}

TEST(Exhibits, DamagedOnesAreNamed) {
  const TemporaryFolder folder;
  write_run(folder / "one", {});
  write_file_atomically(folder / "one" / "events.out.tfevents.vrkn", "this is no event file at all");
  write_file_atomically(folder / "sure" / "calibration.json", "{}");
  write_file_atomically(folder / "summary.json", "{");
  MediaCollection collection({folder.path()});
  collection.refresh();
  EXPECT_THAT(collection.media_items(), IsEmpty());
  ASSERT_EQ(collection.skipped().size(), 2u);
  EXPECT_THAT(collection.skipped()[0].reason, HasSubstr("damaged"));
  EXPECT_THAT(collection.skipped()[1].reason, HasSubstr("calibration.json"));
}

}  // namespace
}  // namespace vrkn::report::media_items_test
