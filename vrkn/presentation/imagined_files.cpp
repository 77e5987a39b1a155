#include "vrkn/presentation/imagined_files.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

#include "vrkn/core/file.h"
#include "vrkn/core/picture.h"
#include "vrkn/evaluation/reconstruction.h"
#include "vrkn/math/to_doubles.h"
#include "vrkn/report/figure/figure_file.h"
#include "vrkn/report/png.h"
#include "vrkn/report/video.h"

namespace vrkn::presentation {
namespace {

constexpr int64_t kColumns = 20;             // of a strip
constexpr int kStripHeight = 64;             // of its pictures, at least
constexpr int kVideoHeight = 240;            // of its pictures, about
constexpr double kPicturesPerSecond = 10.0;  // slow enough to compare
constexpr int64_t kMostPanels = 24;          // of a figure

at::Tensor pictures(const model::Prediction& prediction) {
  return prediction.mean[0].round().to(at::kByte);
}

Image picture_at(const at::Tensor& images, int64_t step) {
  const at::Tensor image = images[step].contiguous();
  return image_from_planes({image.data_ptr<uint8_t>(), static_cast<size_t>(image.numel())},
                           static_cast<int>(image.size(1)), static_cast<int>(image.size(2)));
}

void write_strip(const std::filesystem::path& path, std::span<const at::Tensor> rows, int64_t context) {
  const Image strip = evaluation::picture_strip(rows, context, kColumns);
  const int factor = std::max(1, kStripHeight / static_cast<int>(rows.front().size(2)));
  write_file_atomically(path, report::encode_png(upscale(strip, factor)));
}

/// The truth beside what every run imagines, which has a green frame as long as the model sees.
void write_video(const std::filesystem::path& path, const at::Tensor& truth, std::span<const at::Tensor> imagined,
                 int64_t context) {
  constexpr std::array<uint8_t, 3> kGreen{0, 158, 115}, kWhite{255, 255, 255};
  constexpr int kFrame = 4;
  const int factor = std::max(1, kVideoHeight / static_cast<int>(truth.size(2)));
  std::optional<report::VideoWriter> video;
  for (int64_t step = 0; step < truth.size(0); ++step) {
    std::vector<Image> beside{framed(upscale(picture_at(truth, step), factor), kFrame, kWhite)};
    for (const at::Tensor& images : imagined) {
      beside.push_back(framed(upscale(picture_at(images, step), factor), kFrame, step < context ? kGreen : kWhite));
    }
    const Image frame = hstack(beside);
    if (!video) video.emplace(path, frame.width, frame.height, kPicturesPerSecond);
    video->write(frame);
  }
  video->close();
}

void write_pictures(const std::filesystem::path& folder, const evaluation::ImaginedEpisode& episode, size_t sensor) {
  const std::string& name = episode.sensors[sensor].name;
  const at::Tensor truth = evaluation::shown(episode.truth.observations[sensor])[0];
  std::vector<at::Tensor> imagined;
  std::vector<at::Tensor> reconstructed{truth, evaluation::shown(episode.seen.observations[sensor])[0]};
  for (size_t run = 0; run < episode.labels.size(); ++run) {
    imagined.push_back(pictures(episode.imagined[run].sensors[sensor]));
    reconstructed.push_back(pictures(episode.reconstructed[run].sensors[sensor]));
  }
  write_video(folder / (name + ".mp4"), truth, imagined, episode.context);
  imagined.insert(imagined.begin(), truth);
  write_strip(folder / (name + ".png"), imagined, episode.context);
  write_strip(folder / (name + "-reconstructions.png"), reconstructed, episode.steps());
}

/// One panel per component: truth [T, size], NaN where it is not known, and every run's mean and deviation.
report::Figure figure_of(const evaluation::ImaginedEpisode& episode, const std::string& name, const at::Tensor& truth,
                         const std::vector<model::Prediction>& predictions) {
  std::vector<double> steps(static_cast<size_t>(episode.steps()));
  std::iota(steps.begin(), steps.end(), 0.0);
  const int64_t panels = std::min(truth.size(1), kMostPanels);
  report::Figure figure{.columns = static_cast<int>(std::min<int64_t>(panels, 3)),
                        .height = 60 + 240 * static_cast<int>((panels + 2) / 3),
                        .title = name + ": truth and imagination",
                        .description =
                            "The truth as a black line, and for every run the mean over imagined samples with a "
                            "band of two standard deviations on each side; to the left of the dashed line the "
                            "model sees the sensors."};
  if (panels < truth.size(1)) {
    figure.caption = "The first " + std::to_string(panels) + " of " + std::to_string(truth.size(1)) + " components.";
  }
  for (int64_t i = 0; i < panels; ++i) {
    report::Panel panel{.title = truth.size(1) == 1 ? name : name + " " + std::to_string(i),
                        .x = {.label = "agent step"}};
    for (size_t run = 0; run < predictions.size(); ++run) {
      const at::Tensor mean = predictions[run].mean[0].select(1, i), std = predictions[run].std[0].select(1, i);
      const report::Colour colour = report::series_colour(run);
      panel.marks.emplace_back(report::Band{.x = steps,
                                            .low = math::to_doubles(mean - 2 * std),
                                            .high = math::to_doubles(mean + 2 * std),
                                            .colour = colour});
      panel.marks.emplace_back(
          report::Line{.x = steps, .y = math::to_doubles(mean), .colour = colour, .label = episode.labels[run]});
    }
    panel.marks.emplace_back(report::Line{
        .x = steps, .y = math::to_doubles(truth.select(1, i)), .colour = report::Colour::kBlack, .label = "truth"});
    if (episode.context < episode.steps()) {
      panel.marks.emplace_back(report::ReferenceLine{.direction = report::ReferenceLine::Direction::kVertical,
                                                     .value = static_cast<double>(episode.context) - 0.5});
    }
    figure.panels.push_back(std::move(panel));
  }
  return figure;
}

void write_vectors(const std::filesystem::path& folder, const evaluation::ImaginedEpisode& episode, size_t sensor) {
  const data::Readings& readings = episode.truth.observations[sensor];
  const at::Tensor truth = readings.values[0].masked_fill(readings.valid[0].logical_not().unsqueeze(-1),
                                                          std::numeric_limits<double>::quiet_NaN());
  std::vector<model::Prediction> predictions;
  for (const model::OpenLoop& run : episode.imagined) predictions.push_back(run.sensors[sensor]);
  const std::string& name = episode.sensors[sensor].name;
  report::write_figure(folder, name, figure_of(episode, name, truth, predictions));
}

void write_rewards(const std::filesystem::path& folder, const evaluation::ImaginedEpisode& episode) {
  std::vector<model::Prediction> predictions;
  for (const model::OpenLoop& run : episode.imagined) {
    predictions.push_back({run.reward.mean.unsqueeze(-1), run.reward.std.unsqueeze(-1)});
  }
  report::write_figure(folder, "reward", figure_of(episode, "reward", episode.truth.rewards[0], predictions));
}

}  // namespace

void write_imagined(const std::filesystem::path& folder, const evaluation::ImaginedEpisode& episode) {
  for (size_t s = 0; s < episode.sensors.size(); ++s) {
    if (!episode.predicts(s)) continue;
    if (episode.sensors[s].kind == env::SensorKind::kImage) {
      write_pictures(folder, episode, s);
    } else {
      write_vectors(folder, episode, s);
    }
  }
  write_rewards(folder, episode);
  write_file_atomically(folder / "imagined.npz", evaluation::imagined_npz(episode));
}

}  // namespace vrkn::presentation
