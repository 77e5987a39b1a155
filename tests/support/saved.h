#pragma once

#include <sstream>

#include <torch/serialize/archive.h>

namespace vrkn {

/// What a module, an agent or an optimiser saves, to be read.
template <class Object>
torch::serialize::InputArchive saved(const Object& object) {
  torch::serialize::OutputArchive out;
  object.save(out);
  std::stringstream stream;
  out.save_to(stream);
  torch::serialize::InputArchive in;
  in.load_from(stream);
  return in;
}

}  // namespace vrkn
