#include "vrkn/env/mujoco/model.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/asset.h"

namespace vrkn::env {
namespace {

constexpr const char* kSceneFile = "scene.xml";

// MuJoCo's own handlers write a log file into the working folder and end the program.
void report_errors_as_exceptions() {
  static std::once_flag done;
  std::call_once(done, [] {
    mju_user_error = [](const char* message) { throw SimulationError(std::string("MuJoCo: ") + message); };
    mju_user_warning = [](const char*) {};  // Physics and compile_model look at the counters and texts themselves
  });
}

// The files MuJoCo's compiler may read, held in memory.
class VirtualFolder {
 public:
  VirtualFolder() : files_(std::make_unique<mjVFS>()) { mj_defaultVFS(files_.get()); }
  ~VirtualFolder() { mj_deleteVFS(files_.get()); }
  VirtualFolder(const VirtualFolder&) = delete;
  VirtualFolder& operator=(const VirtualFolder&) = delete;

  void add(std::string_view name, std::string_view content) {
    const std::string terminated(name);
    if (content.empty() || add_file(terminated.c_str(), content) != 0) {
      throw DataError("scene file " + terminated + " (" + std::to_string(content.size()) +
                      " bytes) was refused by MuJoCo: it is empty or there already");
    }
  }
  const mjVFS* get() const { return files_.get(); }

 private:
  // Returns 0 if it worked.
  int add_file(const char* name, std::string_view content) {
#if mjVERSION_HEADER >= 300
    return mj_addBufferVFS(files_.get(), name, content.data(), static_cast<int>(content.size()));
#else
    const int refused = mj_makeEmptyFileVFS(files_.get(), name, static_cast<int>(content.size()));
    if (refused == 0) {
      std::memcpy(files_->filedata[mj_findFileVFS(files_.get(), name)], content.data(), content.size());
    }
    return refused;
#endif
  }

  std::unique_ptr<mjVFS> files_;  // two megabytes in MuJoCo 2: not for the stack
};

}  // namespace

SharedModel compile_model(std::string_view mjcf) {
  report_errors_as_exceptions();
  VirtualFolder folder;
  for (const EmbeddedFile& asset : assets()) folder.add(asset.name, asset.content);
  folder.add(kSceneFile, mjcf);

  // The compiler keeps the last scene in a variable of its own, so only one may compile at a time.
  static std::mutex compiler;
  const std::lock_guard lock(compiler);
  std::array<char, 1024> message{};
  mjModel* model = mj_loadXML(kSceneFile, folder.get(), message.data(), message.size());
  if (model == nullptr) throw DataError(std::string("the scene does not compile: ") + message.data());
  return {model, [](const mjModel* owned) { mj_deleteModel(const_cast<mjModel*>(owned)); }};
}

SharedModel load_model(std::string_view name) {
  const std::string file_name = std::string(name) + ".xml";
  const auto found = std::ranges::find(assets(), file_name, &EmbeddedFile::name);
  if (found == assets().end()) throw ConfigError("there is no scene named " + std::string(name));
  return compile_model(found->content);
}

OwnedData make_data(const mjModel& model) {
  OwnedData data(mj_makeData(&model));
  if (!data) throw SimulationError("MuJoCo could not make a simulation state: out of memory");
  return data;
}

}  // namespace vrkn::env
