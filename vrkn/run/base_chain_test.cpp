#include "vrkn/run/base_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::run::base_chain_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr EmbeddedFile kFiles[] = {
    {"ground.toml", "seed = 1\nabout = \"the ground\"\n[model]\nkind = \"vrkn\"\nlatent_dim = 3\n"},
    {"middle.toml", "base = \"ground\"\nseed = 2\n[model]\nkind = \"rssm\"\n"},
    {"top.toml", "base = \"middle\"\nseed = 3\n"},
    {"egg.toml", "base = \"hen\"\n"},
    {"hen.toml", "base = \"egg\"\n"},
    {"self.toml", "base = \"self\"\n"},
    {"orphan.toml", "base = \"grund\"\n"},
};

BaseChain follow(std::string_view name) {
  return follow_bases(config::parse_toml(find_preset(name, kFiles).content, name), kFiles);
}

std::vector<std::string> texts(const BaseChain& chain) {
  std::vector<std::string> result;
  for (const config::Entry& entry : chain.entries) result.push_back(entry.key + "=" + config::to_text(entry.value));
  return result;
}

TEST(BaseChain, EntriesOfTheFarthestBaseComeFirst) {
  const BaseChain chain = follow("top");
  EXPECT_THAT(chain.bases, ElementsAre("middle", "ground"));
  EXPECT_THAT(texts(chain), ElementsAre("model.kind=\"vrkn\"", "model.latent_dim=3", "seed=1", "model.kind=\"rssm\"",
                                        "seed=2", "seed=3"));
}

TEST(BaseChain, AFileWithoutABaseIsItself) {
  EXPECT_THAT(follow("ground").bases, IsEmpty());
  EXPECT_EQ(follow("ground").entries.size(), 3u);
}

TEST(BaseChain, WhatAFileSaysOfItselfIsNotInherited) {
  EXPECT_EQ(follow("ground").about, "the ground");
  EXPECT_EQ(follow("top").about, "");
}

TEST(BaseChain, CirclesAreRefused) {
  EXPECT_THAT([] { follow("egg"); }, ThrowsMessage<ConfigError>(HasSubstr("in a circle: hen -> egg -> hen")));
  EXPECT_THAT([] { follow("self"); }, ThrowsMessage<ConfigError>(HasSubstr("in a circle: self -> self")));
}

TEST(BaseChain, AnUnknownBaseNamesThePlaceAndTheNearest) {
  EXPECT_THAT([] { follow("orphan"); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("orphan:1: "), HasSubstr("did you mean 'ground'?"))));
}

TEST(BaseChain, MistakesInTheHeadAreRefused) {
  EXPECT_THAT([] { follow_bases(config::parse_toml("about = 3", "file"), kFiles); },
              ThrowsMessage<ConfigError>(HasSubstr("'about' must be a text")));
  EXPECT_THAT([] { follow_bases(config::parse_toml("base = 3", "file"), kFiles); },
              ThrowsMessage<ConfigError>(HasSubstr("'base' must be a text")));
}

}  // namespace
}  // namespace vrkn::run::base_chain_test
