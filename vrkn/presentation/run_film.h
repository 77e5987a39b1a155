#pragma once

#include <string>

#include "vrkn/presentation/film.h"

namespace vrkn::presentation {

/// A film that a run does not end for: where there can be none, it says why.
class RunFilm {
 public:
  explicit RunFilm(std::filesystem::path path) : film_(std::move(path)) {}

  /// As Film::add. After a first DataError nothing is filmed any more.
  void add(env::Environment& environment);
  /// Ends the video.
  void close();
  /// Where the video is, or why there is none; empty when there was nothing to film.
  const std::string& outcome() const { return outcome_; }

 private:
  template <class Action>
  void attempt(Action action);

  Film film_;
  bool failed_ = false;
  std::string outcome_;
};

}  // namespace vrkn::presentation
