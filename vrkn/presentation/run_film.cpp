#include "vrkn/presentation/run_film.h"

#include "vrkn/core/error.h"

namespace vrkn::presentation {

template <class Action>
void RunFilm::attempt(Action action) {
  if (failed_) return;
  try {
    action();
  } catch (const DataError& error) {
    failed_ = true;
    outcome_ = std::string("none, ") + error.what();
  }
}

void RunFilm::add(env::Environment& environment) {
  attempt([&] { film_.add(environment); });
}

void RunFilm::close() {
  attempt([&] {
    if (film_.close()) outcome_ = film_.path().string();
  });
}

}  // namespace vrkn::presentation
