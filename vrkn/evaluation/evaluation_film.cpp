#include "vrkn/evaluation/evaluation_film.h"

#include <algorithm>

namespace vrkn::evaluation {
namespace {

constexpr int64_t kPictures = 50;
constexpr int kHeight = 120, kWidth = 160;
constexpr double kPicturesPerSecond = 10.0;

}  // namespace

EvaluationFilm::EvaluationFilm(int64_t step_limit)
    : every_(std::max<int64_t>(1, (step_limit + kPictures - 1) / kPictures)) {}

void EvaluationFilm::add(env::Environment& environment) {
  if (steps_++ % every_ != 0) return;
  if (auto picture = environment.render(kHeight, kWidth)) frames_.push_back(std::move(*picture));
}

VideoRecord EvaluationFilm::record(int64_t env_step) const {
  return {.name = "evaluation/episode", .env_step = env_step, .frames = frames_, .fps = kPicturesPerSecond};
}

}  // namespace vrkn::evaluation
