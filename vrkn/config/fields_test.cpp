#include "vrkn/config/fields.h"

#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::config::fields_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

struct Noise {
  static constexpr std::array kFormerNames = {FormerName{"deviation", "std"}};

  double std = 0.1;
  double momentum = 0.5;
  static constexpr void fields(auto& self, auto&& field) {
    field("std", self.std, "standard deviation of the noise", positive());
    field("momentum", self.momentum, "share of the last draw", half_open(0.0, 1.0));
  }
  bool operator==(const Noise&) const = default;
};

struct Plain {
  static constexpr std::string_view kKind = "plain";
  int64_t latent_dim = 30;
  double min_std = 0.1;
  static constexpr void fields(auto& self, auto&& field) {
    field("latent_dim", self.latent_dim, "size of the latent state", at_least(1));
    field("min_std", self.min_std, "", between(0.0, 1.0));
  }
  bool operator==(const Plain&) const = default;
};

struct Kalman {
  static constexpr std::string_view kKind = "kalman";
  int64_t latent_dim = 230;
  Noise noise;
  static constexpr void fields(auto& self, auto&& field) {
    field("latent_dim", self.latent_dim, "size of the latent state", at_least(1));
    field("noise", self.noise, "noise of the dynamics");
  }
  void validate() const {
    if (latent_dim % 2 != 0) throw ConfigError("latent_dim must be even");
  }
  bool operator==(const Kalman&) const = default;
};

struct Environment {
  std::string task = "cartpole_balance";
  std::vector<std::string> sensors = {"image"};
  double occlusion = 0.5;
  static constexpr void fields(auto& self, auto&& field) {
    field("task", self.task, "what to do", one_of("cartpole_balance", "cheetah_run"));
    field("sensors", self.sensors, "what is seen", one_of("image", "state", "5"));
    field("occlusion", self.occlusion, "share of the picture that is hidden", inside(0.0, 1.0));
  }
  bool operator==(const Environment&) const = default;
};

struct Experiment {
  static constexpr std::array kFormerNames = {FormerName{"title", "name"}};

  std::string name = "first";
  Environment environment;
  std::variant<Plain, Kalman> model;
  bool render = false;
  int64_t seed = 1;
  std::vector<bool> flags;
  std::vector<int64_t> sizes = {200, 200};
  std::vector<double> rates = {0.5};
  static constexpr void fields(auto& self, auto&& field) {
    field("name", self.name, "name of the run");
    field("environment", self.environment, "the world");
    field("model", self.model, "the world model");
    field("render", self.render, "show pictures");
    field("seed", self.seed, "seed of every draw", at_least(0));
    field("flags", self.flags, "");
    field("sizes", self.sizes, "layer sizes", at_least(1));
    field("rates", self.rates, "learning rates", positive());
  }
  bool operator==(const Experiment&) const = default;
};

Experiment with(std::string_view toml) {
  Experiment experiment;
  apply_entries(parse_toml(toml, "a.toml"), experiment);
  return experiment;
}

Experiment overridden(const std::vector<std::string>& overrides, Experiment experiment = {}) {
  apply_entries(parse_overrides(overrides), experiment);
  return experiment;
}

/// The message of the ConfigError that the text leads to.
std::string error_of(std::string_view toml) {
  try {
    with(toml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

std::string override_error_of(const std::vector<std::string>& overrides) {
  try {
    overridden(overrides);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Apply, SetsEveryTypeOfField) {
  const Experiment experiment = with(R"(
name = "second"
render = true
seed = 9
flags = [true, false]
sizes = [1, 2, 3]
rates = [1, 0.25]
[environment]
task = "cheetah_run"
sensors = []
[model]
latent_dim = 8
kind = "kalman"
noise = {std = 2, momentum = 0}
)");
  EXPECT_EQ(experiment.name, "second");
  EXPECT_TRUE(experiment.render);
  EXPECT_EQ(experiment.seed, 9);
  EXPECT_THAT(experiment.flags, ElementsAre(true, false));
  EXPECT_THAT(experiment.sizes, ElementsAre(1, 2, 3));
  EXPECT_THAT(experiment.rates, ElementsAre(1.0, 0.25));
  EXPECT_EQ(experiment.environment.task, "cheetah_run");
  EXPECT_TRUE(experiment.environment.sensors.empty());
  EXPECT_EQ(experiment.environment.occlusion, 0.5);
  const Kalman& model = std::get<Kalman>(experiment.model);
  EXPECT_EQ(model.latent_dim, 8);
  EXPECT_EQ(model.noise, (Noise{2.0, 0.0}));
}

TEST(Apply, OverridesOfEveryType) {
  EXPECT_EQ(overridden({"name=third"}).name, "third");
  EXPECT_EQ(overridden({"name=\"a b\""}).name, "a b");
  EXPECT_EQ(overridden({"name=007"}).name, "007");
  EXPECT_EQ(overridden({"name=5"}).name, "5");
  EXPECT_EQ(overridden({"name=true"}).name, "true");
  EXPECT_EQ(overridden({"name="}).name, "");
  EXPECT_EQ(overridden({"environment.task=cheetah_run"}).environment.task, "cheetah_run");
  EXPECT_TRUE(overridden({"render=true"}).render);
  EXPECT_EQ(overridden({"seed=12"}).seed, 12);
  EXPECT_EQ(overridden({"environment.occlusion=0.25"}).environment.occlusion, 0.25);
  EXPECT_THAT(overridden({"flags=true,false"}).flags, ElementsAre(true, false));
  EXPECT_THAT(overridden({"sizes=4, 5"}).sizes, ElementsAre(4, 5));
  EXPECT_THAT(overridden({"sizes=4"}).sizes, ElementsAre(4));
  EXPECT_THAT(overridden({"sizes="}).sizes, ElementsAre());
  EXPECT_THAT(overridden({"rates=1,2.5"}).rates, ElementsAre(1.0, 2.5));
  for (const char* sensors :
       {"image,state,5", " image , state,5 ", "[\"image\",\"state\",\"5\"]", "[image, state, 5]"}) {
    EXPECT_THAT(overridden({std::string("environment.sensors=") + sensors}).environment.sensors,
                ElementsAre("image", "state", "5"));
  }
}

TEST(Apply, FormerNamesStandForTheirFields) {
  EXPECT_EQ(std::get<Kalman>(with("model.kind = 'kalman'\nmodel.noise.deviation = 3").model).noise.std, 3.0);
  EXPECT_EQ(error_of("model.kind = 'kalman'\nmodel.noise.deviation = 0"),
            "a.toml:2, there as model.noise.deviation: 'model.noise.std' = 0.0 is not allowed; it must be > 0");
  EXPECT_EQ(with("title = 'second'").name, "second") << "in the outermost table, too";
  EXPECT_EQ(error_of("model.noise.deviation = 3"),
            "a.toml:1, there as model.noise.deviation: unknown key 'model.noise.std': it belongs to model.kind = "
            "kalman, which is \"plain\" here");
}

struct Dynamics {
  std::vector<std::vector<double>> matrix = {{0.5}};
  static constexpr void fields(auto& self, auto&& field) {
    field("matrix", self.matrix, "transition matrix, its rows", between(-2.0, 2.0));
  }
  bool operator==(const Dynamics&) const = default;
};

TEST(Apply, AMatrixIsAListOfRows) {
  Dynamics dynamics;
  apply_entries(parse_overrides(std::vector<std::string>{"matrix=[[1, 0.5], [-1e-3, 2]]"}), dynamics);
  EXPECT_EQ(dynamics.matrix, (std::vector<std::vector<double>>{{1.0, 0.5}, {-1e-3, 2.0}}));
  EXPECT_EQ(to_toml(dynamics, Comments::kNone), "matrix = [[1.0, 0.5], [-0.001, 2.0]]\n");

  Dynamics read;
  apply_entries(parse_toml(to_toml(dynamics), "b.toml"), read);
  EXPECT_EQ(read, dynamics);

  const auto error_of_matrix = [](const std::string& toml) {
    Dynamics untouched;
    try {
      apply_entries(parse_toml(toml, "a.toml"), untouched);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(error_of_matrix("matrix = [1.0]"), "a.toml:1: 'matrix' must be a list of lists of numbers, but is [1.0]");
  EXPECT_EQ(error_of_matrix("matrix = [[1.0], [true]]"),
            "a.toml:1: 'matrix' must be a list of lists of numbers, but is [[1.0], [true]]");
  EXPECT_EQ(error_of_matrix("matrix = [[1.0, 3.0]]"),
            "a.toml:1: 'matrix' = [[1.0, 3.0]] is not allowed; it must be in [-2, 2]");
  EXPECT_THAT(error_of_matrix("matrix = [[[1.0]]]"), HasSubstr("'matrix' is neither"));
}

TEST(Apply, LaterEntriesWin) {
  EXPECT_EQ(overridden({"seed=2", "seed=3"}).seed, 3);
  std::vector<Entry> entries = parse_toml("seed = 2\n[model]\nmin_std = 0.3", "a.toml");
  entries.push_back(parse_override("seed=4"));
  entries.push_back(parse_override("model.kind=kalman"));
  Experiment experiment;
  apply_entries(entries, experiment);
  EXPECT_EQ(experiment.seed, 4);
  EXPECT_TRUE(std::holds_alternative<Kalman>(experiment.model)) << "an override may change the kind of a file's table";
}

TEST(Apply, OnlyAChangeOfKindResetsItsTable) {
  const Experiment experiment = overridden({"model.latent_dim=7"});
  EXPECT_EQ(std::get<Plain>(overridden({"model.kind=plain"}, experiment).model).latent_dim, 7);
  const Experiment changed = overridden({"model.latent_dim=8", "model.kind=kalman"}, experiment);
  EXPECT_EQ(std::get<Kalman>(changed.model).latent_dim, 8);
  EXPECT_EQ(std::get<Plain>(overridden({"model.kind=plain"}, changed).model), Plain());
}

TEST(Apply, UnknownKeyNamesPlaceAndNearest) {
  EXPECT_EQ(error_of("seed = 1\n[model]\nlatnet_dim = 3"),
            "a.toml:3: unknown key 'model.latnet_dim'; did you mean 'model.latent_dim'?");
  EXPECT_EQ(error_of("sead = 1"), "a.toml:1: unknown key 'sead'; did you mean 'seed'?");
  EXPECT_EQ(error_of("[modle]\nlatent_dim = 1"),
            "a.toml:2: unknown key 'modle.latent_dim'; did you mean 'model.latent_dim'?");
  EXPECT_EQ(error_of("latent_dim = 1"), "a.toml:1: unknown key 'latent_dim'; did you mean 'model.latent_dim'?");
  EXPECT_EQ(error_of("[model]\nkind = \"kalman\"\n[model.noise]\nmomentun = 1"),
            "a.toml:4: unknown key 'model.noise.momentun'; did you mean 'model.noise.momentum'?");
  EXPECT_EQ(override_error_of({"model.latnet_dim=3"}),
            "--set model.latnet_dim=3: unknown key 'model.latnet_dim'; did you mean 'model.latent_dim'?");
}

TEST(Apply, UnknownKeyWithoutNeighbourListsTheTable) {
  EXPECT_EQ(error_of("[environment]\nzzzzzzzz = 3"),
            "a.toml:2: unknown key 'environment.zzzzzzzz'; 'environment' has task, sensors, occlusion");
  EXPECT_EQ(
      error_of("[qqqqqqqqqqqqqqqq]"),
      "a.toml:1: unknown key 'qqqqqqqqqqqqqqqq'; the outermost table has name, render, seed, flags, sizes, rates, "
      "environment, model");
}

TEST(Apply, KeyOfAnotherKindIsSaidToBe) {
  EXPECT_EQ(error_of("[model]\nkind = \"kalman\"\nmin_std = 0.2"),
            "a.toml:3: unknown key 'model.min_std': it belongs to model.kind = plain, which is \"kalman\" here");
  EXPECT_EQ(override_error_of({"model.noise.std=1"}),
            "--set model.noise.std=1: unknown key 'model.noise.std': it belongs to model.kind = kalman, which is "
            "\"plain\" here");
}

TEST(Apply, TablesAndFieldsAreNotMistakenForEachOther) {
  EXPECT_EQ(error_of("environment = 3"),
            "a.toml:1: 'environment' is a table, with the keys task, sensors, occlusion; it cannot be 3");
  EXPECT_EQ(error_of("[seed]"), "a.toml:1: 'seed' must be an integer, but is {}");
  EXPECT_THAT(error_of("[seed]\nx = 1"), HasSubstr("unknown key 'seed.x'"));
  EXPECT_EQ(error_of("[environment]"), "no error");
}

TEST(Apply, WrongTypeNamesBoth) {
  EXPECT_EQ(error_of("seed = 3.0"), "a.toml:1: 'seed' must be an integer, but is 3.0");
  EXPECT_EQ(error_of("seed = \"3\""), "a.toml:1: 'seed' must be an integer, but is \"3\"");
  EXPECT_EQ(error_of("seed = true"), "a.toml:1: 'seed' must be an integer, but is true");
  EXPECT_EQ(error_of("seed = [1]"), "a.toml:1: 'seed' must be an integer, but is [1]");
  EXPECT_EQ(error_of("render = 1"), "a.toml:1: 'render' must be true or false, but is 1");
  EXPECT_EQ(error_of("name = 1"), "a.toml:1: 'name' must be a text, but is 1");
  EXPECT_EQ(error_of("sizes = [1, 2.0]"), "a.toml:1: 'sizes' must be a list of integers, but is [1, 2.0]");
  EXPECT_EQ(error_of("sizes = 1"), "a.toml:1: 'sizes' must be a list of integers, but is 1");
  EXPECT_EQ(error_of("rates = [true]"), "a.toml:1: 'rates' must be a list of numbers, but is [true]");
  EXPECT_EQ(error_of("flags = [1]"), "a.toml:1: 'flags' must be a list of true and false, but is [1]");
  EXPECT_EQ(error_of("[environment]\nsensors = [1]"),
            "a.toml:2: 'environment.sensors' must be a list of texts, but is [1]");
  EXPECT_EQ(error_of("[model]\nkind = 1"), "a.toml:2: 'model.kind' must be one of plain, kalman, but is 1");
  EXPECT_EQ(override_error_of({"seed=many"}), "--set seed=many: 'seed' must be an integer, but is \"many\"");
  EXPECT_EQ(override_error_of({"sizes=1,x"}), "--set sizes=1,x: 'sizes' must be a list of integers, but is \"1,x\"");
}

TEST(Apply, BoundsOpenAndClosed) {
  EXPECT_EQ(error_of("seed = 0"), "no error");
  EXPECT_EQ(error_of("seed = -1"), "a.toml:1: 'seed' = -1 is not allowed; it must be >= 0");
  EXPECT_EQ(error_of("[environment]\nocclusion = 0"),
            "a.toml:2: 'environment.occlusion' = 0.0 is not allowed; it must be in (0, 1)");
  EXPECT_NE(error_of("[environment]\nocclusion = 1"), "no error");
  EXPECT_EQ(error_of("[model]\nmin_std = 0"), "no error");
  EXPECT_EQ(error_of("[model]\nmin_std = 1"), "no error");
  EXPECT_EQ(error_of("[model]\nmin_std = 1.5"), "a.toml:2: 'model.min_std' = 1.5 is not allowed; it must be in [0, 1]");
  EXPECT_EQ(error_of("rates = [0.5, 0.0]"), "a.toml:1: 'rates' = [0.5, 0.0] is not allowed; it must be > 0");
  EXPECT_EQ(error_of("rates = [nan]"), "a.toml:1: 'rates' = [nan] is not allowed; it must be > 0");
  EXPECT_EQ(override_error_of({"model.kind=kalman", "model.noise.momentum=0"}), "no error");
  EXPECT_EQ(override_error_of({"model.kind=kalman", "model.noise.momentum=1"}),
            "--set model.noise.momentum=1: 'model.noise.momentum' = 1.0 is not allowed; it must be in [0, 1)");
}

TEST(Apply, Choices) {
  EXPECT_EQ(
      error_of("[environment]\ntask = \"cheetah_rum\""),
      "a.toml:2: 'environment.task' = \"cheetah_rum\" is not allowed; it must be one of cartpole_balance, cheetah_run");
  EXPECT_EQ(
      error_of("[environment]\nsensors = [\"image\", \"nose\"]"),
      "a.toml:2: 'environment.sensors' = [\"image\", \"nose\"] is not allowed; it must be one of image, state, 5");
  EXPECT_EQ(error_of("[model]\nkind = \"kalmann\""),
            "a.toml:2: 'model.kind' = \"kalmann\" is not allowed; it must be one of plain, kalman");
}

TEST(Apply, ValidatesNestedStructs) {
  EXPECT_EQ(error_of("[model]\nkind = \"kalman\"\nlatent_dim = 3"), "model: latent_dim must be even");
  EXPECT_EQ(error_of("[model]\nkind = \"kalman\"\nlatent_dim = 4"), "no error");
}

TEST(Apply, NothingIsHalfApplied) {
  for (const char* toml : {"name = \"new\"\nseed = 5\nzzz = 1", "name = \"new\"\nseed = -5",
                           "name = \"new\"\n[model]\nkind = \"kalman\"\nlatent_dim = 3"}) {
    Experiment experiment = overridden({"seed=77", "model.latent_dim=5"});
    const Experiment before = experiment;
    EXPECT_THROW(apply_entries(parse_toml(toml, "a.toml"), experiment), ConfigError) << toml;
    EXPECT_EQ(experiment, before) << toml;
  }
}

TEST(Check, FindsWhatWasWrittenInCode) {
  Experiment experiment;
  EXPECT_NO_THROW(check(experiment));
  experiment.environment.occlusion = std::nan("");
  EXPECT_THAT([&] { check(experiment); },
              ThrowsMessage<ConfigError>("'environment.occlusion' = nan is not allowed; it must be in (0, 1)"));
  experiment.environment.occlusion = 0.5;
  experiment.model = Kalman{.latent_dim = 5, .noise = {}};
  EXPECT_THAT([&] { check(experiment); }, ThrowsMessage<ConfigError>("model: latent_dim must be even"));
}

TEST(ToToml, WritesTablesWithHelpBeside) {
  Experiment experiment = overridden({"model.kind=kalman", "model.noise.std=6e-4"});
  EXPECT_EQ(to_toml(experiment), R"(name = "first"      # name of the run
render = false      # show pictures
seed = 1            # seed of every draw; >= 0
flags = []
sizes = [200, 200]  # layer sizes; >= 1
rates = [0.5]       # learning rates; > 0

# the world
[environment]
task = "cartpole_balance"  # what to do; one of cartpole_balance, cheetah_run
sensors = ["image"]        # what is seen; one of image, state, 5
occlusion = 0.5            # share of the picture that is hidden; in (0, 1)

# the world model
[model]
kind = "kalman"   # one of plain, kalman
latent_dim = 230  # size of the latent state; >= 1

# noise of the dynamics
[model.noise]
std = 0.0006    # standard deviation of the noise; > 0
momentum = 0.5  # share of the last draw; in [0, 1)
)");
  EXPECT_THAT(to_toml(experiment, Comments::kNone), Not(HasSubstr("#")));
}

TEST(ToToml, RandomConfigurationsReadBackTheSame) {
  ScalarGenerator random(3);
  for (int round = 0; round < 200; ++round) {
    Experiment experiment;
    experiment.name = "quote \" and # " + std::to_string(random.integer(0, 1000));
    experiment.environment.occlusion = random.uniform(1e-9, 1.0);
    experiment.environment.sensors.assign(static_cast<size_t>(random.integer(0, 3)), "state");
    if (random.uniform() < 0.5) {
      experiment.model =
          Kalman{.latent_dim = 2 * random.integer(1, 100), .noise = {std::exp(random.normal()), random.uniform()}};
    } else {
      experiment.model = Plain{.latent_dim = random.integer(1, 100), .min_std = random.uniform()};
    }
    experiment.seed = random.integer(0, std::numeric_limits<int64_t>::max());
    for (int64_t i = random.integer(0, 4); i > 0; --i) {
      experiment.flags.push_back(random.uniform() < 0.5);
      experiment.rates.push_back(std::exp(20.0 * random.normal()));
    }
    for (const Comments comments : {Comments::kNone, Comments::kBeside}) {
      ASSERT_EQ(with(to_toml(experiment, comments)), experiment) << to_toml(experiment, comments);
    }
  }
}

TEST(Differences, ListsBothValues) {
  const Experiment left;
  EXPECT_TRUE(differences(left, left).empty());
  const Experiment right = overridden({"seed=2", "environment.sensors=state", "model.kind=kalman"});
  EXPECT_THAT(
      differences(left, right),
      ElementsAre(Difference{"environment.sensors", "[\"image\"]", "[\"state\"]"},
                  Difference{"model.kind", "\"plain\"", "\"kalman\""}, Difference{"model.latent_dim", "30", "230"},
                  Difference{"model.min_std", "0.1", ""}, Difference{"seed", "1", "2"},
                  Difference{"model.noise.std", "", "0.1"}, Difference{"model.noise.momentum", "", "0.5"}));
}

TEST(KnownKeys, HoldsThoseOfEveryKindOnce) {
  EXPECT_THAT(known_keys<Experiment>(),
              ElementsAre("name", "environment.task", "environment.sensors", "environment.occlusion", "model.kind",
                          "model.latent_dim", "model.min_std", "render", "seed", "flags", "sizes", "rates",
                          "model.noise.std", "model.noise.momentum"));
}

}  // namespace
}  // namespace vrkn::config::fields_test
