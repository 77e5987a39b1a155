#include "vrkn/inspect/inspect.h"

#include <algorithm>
#include <limits>
#include <memory>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_experiment.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/npz.h"
#include "vrkn/report/jsonl_sink.h"
#include "vrkn/report/tensorboard_sink.h"
#include "vrkn/training/trainer.h"

namespace vrkn::inspect::inspect_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

run::ExperimentConfig short_experiment() {
  run::ExperimentConfig config = tiny_experiment();
  config.environment.action_repeat = 10;
  config.training.updates = config.training.keep_checkpoints = 2;
  config.training.sequence_length = 4;
  config.training.checkpoint_every = 1;
  return config;
}

/// A finished run, made once; each test has a copy to damage.
class Inspect : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = std::make_unique<TemporaryFolder>();
    const run::RunDirectory run = run::RunDirectory::create(*original_ / "run", short_experiment(), "vrkn train");
    report::JsonlSink metrics(run.metrics());
    report::TensorBoardSink events(run.events());
    training::Trainer(short_experiment(), run, {&metrics, &events}).run();
  }
  static void TearDownTestSuite() { original_.reset(); }

  Inspect() { fs::copy(*original_ / "run", run_, fs::copy_options::recursive); }

  fs::path file(const std::string& name) const { return run_ / name; }
  std::string content(const std::string& name) const { return read_file(file(name)); }
  void write(const std::string& name, const std::string& text) const { write_file_atomically(file(name), text); }
  void cut(const std::string& name, size_t bytes) const { write(name, content(name).substr(0, bytes)); }

  /// The text for a damaged file; the run that has it is damaged, too.
  std::string damage(const std::string& name) const {
    const Inspection inspection = inspect(file(name));
    EXPECT_FALSE(inspection.is_whole());
    EXPECT_FALSE(inspect(run_).is_whole());
    return to_text(inspection);
  }

  static std::unique_ptr<TemporaryFolder> original_;
  TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
};

std::unique_ptr<TemporaryFolder> Inspect::original_;

TEST_F(Inspect, AWholeRunAndEachOfItsFiles) {
  const Inspection run = inspect(run_);
  const std::string text = to_text(run);
  EXPECT_TRUE(run.is_whole()) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("a run\n"), HasSubstr("double_integrator"), HasSubstr("3 of 3"),
                          HasSubstr("finished"), HasSubstr("nearest preset"), HasSubstr("commit")));
  for (const Inspection& part : run.parts) {
    const Inspection alone = inspect(run_ / part.name);
    EXPECT_EQ(alone.what, part.what);
    EXPECT_TRUE(alone.is_whole()) << part.name;
  }
  EXPECT_THAT(to_text(inspect(file("checkpoints/update_00000006.ckpt"))),
              AllOf(HasSubstr("a checkpoint"), HasSubstr("world_model/"), HasSubstr("float32 ["),
                    HasSubstr("environment.task"), HasSubstr("commit")));
  EXPECT_THAT(to_text(inspect(file("episodes/000000.npz"))),
              AllOf(HasSubstr("an episode"), HasSubstr("uint8 [11, 3, 16, 16]"), HasSubstr("bool [11]")));
  EXPECT_THAT(to_text(inspect(file("metrics.jsonl"))),
              AllOf(HasSubstr("records 'episode'          4"), HasSubstr("train/loss/kl")));
  EXPECT_THAT(to_text(inspect(file("events.out.tfevents.vrkn"))),
              AllOf(HasSubstr("train/loss/kl"), HasSubstr("GIF of 160 x 120 pixels"), HasSubstr("PNG of")));
}

TEST_F(Inspect, SaysWhatIsWrongWithACheckpoint) {
  const std::string name = "checkpoints/update_00000006.ckpt", whole = content(name);
  cut(name, whole.size() - 100);
  EXPECT_THAT(damage(name), HasSubstr("DAMAGED: " + file(name).string() + " is damaged: its head promises "));
  cut(name, 20);
  EXPECT_THAT(damage(name), HasSubstr("ends within its first lines"));
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 1;
  write(name, flipped);
  EXPECT_THAT(damage(name), HasSubstr("some of them have changed"));
  write(name, "vrkn checkpoint 2\n" + whole.substr(18));
  EXPECT_THAT(damage(name), HasSubstr("is a checkpoint of version '2'; this program reads version 1"));
  write(name, "");
  EXPECT_THAT(damage(name), HasSubstr("damaged"));
}

TEST_F(Inspect, FindsWeightsThatAreNotFinite) {
  const env::EnvironmentSpec spec{
      .name = "test", .sensors = {{"state", env::SensorKind::kVector, {2}}}, .action_size = 1};
  const auto agent = agent::make_agent(short_experiment().agent, short_experiment().world_model(), spec, 1, c10::kCPU);
  {
    const at::NoGradGuard no_grad;
    agent->world_model()->parameters()[0].view(-1)[0] = std::numeric_limits<double>::quiet_NaN();
  }
  run::write_checkpoint(file("checkpoints/update_00000099.ckpt"), *agent, short_experiment(), {});
  EXPECT_THAT(damage("checkpoints/update_00000099.ckpt"),
              AllOf(HasSubstr("DAMAGED: world_model/"), HasSubstr("1 of its "), HasSubstr("not finite")));
}

TEST_F(Inspect, SaysWhatIsWrongWithAnEpisode) {
  const std::string name = "episodes/000001.npz";
  const std::vector<data::NamedArray> arrays = data::read_npz(file(name)).arrays;
  const auto damage_of = [&](const std::function<void(std::vector<data::NamedArray>&)>& change) {
    std::vector<data::NamedArray> changed = arrays;
    change(changed);
    write(name, data::write_npz(changed));
    return damage(name);
  };
  for (const std::string missing : {"action", "reward", "discount", "is_first", "state_valid"}) {
    EXPECT_THAT(damage_of([&](auto& changed) {
                  std::erase_if(changed, [&](const data::NamedArray& array) { return array.name == missing; });
                }),
                HasSubstr("DAMAGED: the array '" + missing + "' is missing"));
  }
  const auto find = [](std::vector<data::NamedArray>& changed, const std::string& wanted) -> data::NpzArray& {
    return std::ranges::find(changed, wanted, &data::NamedArray::name)->array;
  };
  EXPECT_THAT(damage_of([&](auto& changed) {
                const float nan = std::numeric_limits<float>::quiet_NaN();
                find(changed, "state").bytes.replace(8, 4, reinterpret_cast<const char*>(&nan), 4);
              }),
              HasSubstr("DAMAGED: state: 1 of its 22 values are not finite"));
  EXPECT_THAT(damage_of([&](auto& changed) {
                find(changed, "discount") = data::make_array<float>({2}, std::vector<float>{1, 1});
              }),
              HasSubstr("the array 'discount' has 2 steps, not 11"));
  EXPECT_THAT(damage_of([&](auto& changed) { find(changed, "is_first").bytes[3] = 1; }),
              HasSubstr("is_first is not true"));
  write(name, data::write_npz(arrays));
  cut(name, 300);
  EXPECT_THAT(damage(name), HasSubstr("does not end with a directory"));
}

TEST_F(Inspect, SaysWhatIsWrongWithMetrics) {
  const std::string name = "metrics.jsonl", whole = content(name);
  const size_t second = whole.find('\n') + 1;
  cut(name, whole.size() - 5);
  EXPECT_THAT(damage(name), HasSubstr("is cut short after"));
  write(name, whole.substr(0, second) + "nonsense\n" + whole.substr(second));
  EXPECT_THAT(damage(name), HasSubstr("DAMAGED: line 2 at byte " + std::to_string(second) + ": it is no JSON object"));
  write(name, whole + R"({"kind":"train","env_step":9000,"iteration":9,"loss/kl":null})" + "\n");
  EXPECT_THAT(damage(name), HasSubstr("has no number for 'loss/kl': it was NaN or infinite"));
  write(name, whole + R"({"kind":"train","env_step":1,"iteration":9})" + "\n");
  EXPECT_THAT(damage(name), HasSubstr("goes back from step 500 to 1"));
}

TEST_F(Inspect, SaysWhatIsWrongWithEvents) {
  const std::string name = "events.out.tfevents.vrkn", whole = content(name);
  cut(name, whole.size() - 5);
  EXPECT_THAT(damage(name), HasSubstr("is cut short"));
  std::string flipped = whole;
  flipped[60] ^= 1;
  write(name, flipped);
  EXPECT_THAT(damage(name), HasSubstr("DAMAGED: event 1 at byte 40 has data that do not match their check sum"));
}

TEST_F(Inspect, SaysWhatIsWrongWithTheOtherFiles) {
  write("environment.json", R"({"vrkn": "0", "seed": 1})");
  EXPECT_THAT(damage("environment.json"), HasSubstr("DAMAGED: 'commit' is missing"));
  cut("environment.json", 10);
  EXPECT_THAT(damage("environment.json"), HasSubstr("cut short"));
  write("config.toml", "sed = 1\n");
  EXPECT_THAT(damage("config.toml"), HasSubstr("did you mean 'seed'"));
  write("videos/last-evaluation.mp4", std::string("\0\0\0\x10"
                                                  "ftypisom\0\0\0\0\0\0\1\0mdat",
                                                  24));
  EXPECT_THAT(damage("videos/last-evaluation.mp4"), HasSubstr("no whole box begins at byte 16"));
}

TEST_F(Inspect, ComparesTheFilesOfARun) {
  const auto faults = [&] { return to_text(inspect(run_)); };
  fs::remove(file("episodes/000002.npz"));
  EXPECT_THAT(faults(), HasSubstr("DAMAGED: episodes/000002.npz is missing; the newest checkpoint knows 5"));
  fs::copy(file("episodes/000001.npz"), file("episodes/000002.npz"));
  const std::string metrics = content("metrics.jsonl");
  cut("metrics.jsonl", metrics.find('\n') + 1);
  EXPECT_THAT(faults(), HasSubstr("but the newest checkpoint was written after"));
  write("metrics.jsonl", metrics + R"({"kind":"train","env_step":9000,"iteration":9})" + "\n");
  fs::copy(file("episodes/000001.npz"), file("episodes/000005.npz"));
  EXPECT_TRUE(inspect(run_).is_whole()) << faults();
  EXPECT_THAT(faults(), AllOf(HasSubstr("bytes of metrics.jsonl after the newest checkpoint"),
                              HasSubstr("episodes after the newest checkpoint")));
  std::string config = content("config.toml");
  write("config.toml", config.replace(config.find("latent_dim = 4"), 14, "latent_dim = 5"));
  EXPECT_THAT(faults(), HasSubstr("'model.latent_dim' is 5 now"));
  fs::remove_all(file("checkpoints"));
  EXPECT_THAT(faults(), HasSubstr("no checkpoint yet"));
}

TEST_F(Inspect, RefusesWhatIsNothingOfOurs) {
  const auto look = [&](const std::string& name) { return [this, name] { inspect(run_ / name); }; };
  EXPECT_THAT(look("none"), ThrowsMessage<DataError>(HasSubstr("there is nothing at")));
  EXPECT_THAT(look("episodes"), ThrowsMessage<DataError>(HasSubstr("nothing that vrkn writes")));
  write("letter.txt", "Dear reader");
  EXPECT_THAT(look("letter.txt"), ThrowsMessage<DataError>(HasSubstr("nothing that vrkn writes")));
  write("other.npz", data::write_npz({{"x", data::make_array<double>({1}, std::vector<double>{1.0})}}));
  EXPECT_THAT(look("other.npz"), ThrowsMessage<DataError>(HasSubstr("nothing that vrkn writes")));
}

}  // namespace
}  // namespace vrkn::inspect::inspect_test
