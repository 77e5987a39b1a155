#include "vrkn/run/model_defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::run::model_defaults_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// The entries of `base`, then those of `file`, with model defaults where they apply.
std::vector<std::string> resolved(std::string_view base, std::string_view file) {
  std::vector<config::Entry> entries = config::parse_toml(base, "base");
  for (config::Entry& entry : config::parse_toml(file, "file")) entries.push_back(std::move(entry));
  std::vector<std::string> texts;
  for (const config::Entry& entry : with_model_defaults(entries)) {
    texts.push_back(entry.key + "=" + config::to_text(entry.value));
  }
  return texts;
}

constexpr std::string_view kBase = R"(
[model]
kind = "vrkn"
latent_dim = 8
[model_defaults]
rssm = { stochastic_dim = 3, hidden_dim = 7 }
rssm-mcd = { hidden_dim = 9 }
)";

TEST(ModelDefaults, FollowTheEntryThatChoosesTheirKind) {
  EXPECT_THAT(resolved(kBase, "[model]\nkind = \"rssm\"\nhidden_dim = 70\n"),
              ElementsAre("model.kind=\"vrkn\"", "model.latent_dim=8", "model.kind=\"rssm\"", "model.hidden_dim=7",
                          "model.stochastic_dim=3", "model.hidden_dim=70"));
}

TEST(ModelDefaults, OfOtherKindsAreLeftOut) {
  EXPECT_THAT(resolved(kBase, "seed = 1"), ElementsAre("model.kind=\"vrkn\"", "model.latent_dim=8", "seed=1"));
}

TEST(ModelDefaults, OfAFileComeAfterThoseOfItsBase) {
  EXPECT_THAT(resolved(kBase, "model.kind = \"rssm-mcd\"\nmodel_defaults.rssm-mcd.hidden_dim = 5\n"),
              ElementsAre("model.kind=\"vrkn\"", "model.latent_dim=8", "model.kind=\"rssm-mcd\"", "model.hidden_dim=9",
                          "model.hidden_dim=5"));
}

TEST(ModelDefaults, TheSameKindAgainKeepsWhatWasSaidSince) {
  EXPECT_THAT(resolved("[model_defaults]\nvrkn = { latent_dim = 4 }\n[model]\nkind = \"vrkn\"\nlatent_dim = 6\n",
                       "model.kind = \"vrkn\""),
              ElementsAre("model.kind=\"vrkn\"", "model.latent_dim=4", "model.latent_dim=6", "model.kind=\"vrkn\""));
}

TEST(ModelDefaults, MistakesAreRefusedWithTheirPlaceOfEveryKind) {
  const auto error = [](const char* text) { return [text] { resolved(text, ""); }; };
  EXPECT_THAT(error("model_defaults.rssm.hiden_dim = 3"),
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("base:1"), HasSubstr("model.hidden_dim"))));
  EXPECT_THAT(error("model_defaults.rsm.hidden_dim = 3"),
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("base:1"), HasSubstr("rsm"))));
  EXPECT_THAT(error("model_defaults.rssm.hidden_dim = -3"), ThrowsMessage<ConfigError>(HasSubstr("-3")));
  EXPECT_THAT(error("model_defaults.rssm = 3"),
              ThrowsMessage<ConfigError>(HasSubstr("'model_defaults.rssm' is not a")));
  EXPECT_THAT(error("model_defaults.rssm = {}"),
              ThrowsMessage<ConfigError>(HasSubstr("'model_defaults.rssm' is not a")));
}

}  // namespace
}  // namespace vrkn::run::model_defaults_test
