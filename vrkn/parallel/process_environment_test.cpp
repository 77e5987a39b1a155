#include "vrkn/parallel/process_environment.h"

#include <map>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::parallel::process_environment_test {
namespace {

using Variables = std::map<std::string, std::string>;

ProcessEnvironment read(const Variables& variables) {
  return process_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

/// A process of four, with `changed` variables; an empty value takes one away.
Variables second_of_four(const Variables& changed = {}) {
  Variables variables{{"RANK", "1"}, {"WORLD_SIZE", "4"}, {"MASTER_ADDR", "node7"}, {"MASTER_PORT", "29500"}};
  for (const auto& [name, value] : changed) {
    if (value.empty()) {
      variables.erase(name);
    } else {
      variables[name] = value;
    }
  }
  return variables;
}

std::string complaint(const Variables& changed) {
  try {
    read(second_of_four(changed));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(ProcessEnvironment, IsAloneWithoutRankAndWorldSize) {
  for (const Variables& variables : {Variables{}, Variables{{"MASTER_ADDR", "node7"}, {"LOCAL_RANK", "3"}},
                                     Variables{{"RANK", "0"}, {"WORLD_SIZE", "1"}}}) {
    const ProcessEnvironment alone = read(variables);
    EXPECT_EQ(alone.rank, 0);
    EXPECT_EQ(alone.world_size, 1);
  }
}

TEST(ProcessEnvironment, ReadsWhatTorchrunSets) {
  const ProcessEnvironment plain = read(second_of_four());
  EXPECT_EQ(plain.rank, 1);
  EXPECT_EQ(plain.world_size, 4);
  EXPECT_EQ(plain.local_rank, 0);
  EXPECT_EQ(plain.master_address, "node7");
  EXPECT_EQ(plain.master_port, 29500);
  EXPECT_EQ(plain.interface, "");
  EXPECT_FALSE(plain.agent_waits);
  EXPECT_EQ(plain.timeout, std::chrono::hours(1));

  const ProcessEnvironment full = read(second_of_four({{"LOCAL_RANK", "3"},
                                                       {"GLOO_SOCKET_IFNAME", "ib0"},
                                                       {"VRKN_TIMEOUT_S", "20"},
                                                       {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                                       {"TORCHELASTIC_RESTART_COUNT", "2"}}));
  EXPECT_EQ(full.local_rank, 3);
  EXPECT_EQ(full.interface, "ib0");
  EXPECT_EQ(full.timeout, std::chrono::seconds(20));
  EXPECT_TRUE(full.agent_waits);
  EXPECT_EQ(full.meeting, "2");
}

TEST(ProcessEnvironment, NamesWhatIsMissing) {
  EXPECT_EQ(complaint({{"WORLD_SIZE", ""}}), "RANK is set, but the environment variable WORLD_SIZE is not");
  EXPECT_EQ(complaint({{"RANK", ""}}), "WORLD_SIZE is set, but the environment variable RANK is not");
  EXPECT_EQ(complaint({{"MASTER_ADDR", ""}}),
            "RANK and WORLD_SIZE are set, but the environment variable MASTER_ADDR is not");
  EXPECT_EQ(complaint({{"MASTER_PORT", ""}}),
            "RANK and WORLD_SIZE are set, but the environment variable MASTER_PORT is not");
}

TEST(ProcessEnvironment, NamesWhatIsNotAllowed) {
  EXPECT_EQ(complaint({{"RANK", "4"}}), "the environment variable RANK is '4', but must be a whole number from 0 to 3");
  EXPECT_EQ(complaint({{"RANK", "-1"}}),
            "the environment variable RANK is '-1', but must be a whole number from 0 to 3");
  EXPECT_EQ(complaint({{"WORLD_SIZE", "0"}}),
            "the environment variable WORLD_SIZE is '0', but must be a whole number of at least 1");
  EXPECT_EQ(complaint({{"WORLD_SIZE", "4 "}}),
            "the environment variable WORLD_SIZE is '4 ', but must be a whole number of at least 1");
  EXPECT_EQ(complaint({{"MASTER_PORT", "70000"}}),
            "the environment variable MASTER_PORT is '70000', but must be a whole number from 1 to 65535");
  EXPECT_EQ(complaint({{"LOCAL_RANK", "first"}}),
            "the environment variable LOCAL_RANK is 'first', but must be a whole number of at least 0");
  EXPECT_EQ(complaint({{"VRKN_TIMEOUT_S", "0"}}),
            "the environment variable VRKN_TIMEOUT_S is '0', but must be a whole number of at least 1");
}

}  // namespace
}  // namespace vrkn::parallel::process_environment_test
