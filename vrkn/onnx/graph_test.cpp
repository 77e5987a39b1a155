#include "vrkn/onnx/graph.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/onnx/layers.h"

namespace vrkn::onnx::graph_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

/// A message of protobuf, read back without what wrote it.
struct ReadMessage {
  struct Field {
    uint64_t number;
    uint64_t integer;
    std::string bytes;
  };
  std::vector<Field> fields;

  explicit ReadMessage(std::string_view text) {
    const auto varint = [&] {
      uint64_t value = 0;
      for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(text.at(0));
        text.remove_prefix(1);
        value |= static_cast<uint64_t>(byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (!text.empty()) {
      const uint64_t key = varint();
      Field field{.number = key >> 3, .integer = 0, .bytes = {}};
      if ((key & 7) == 0) {
        field.integer = varint();
      } else {
        const uint64_t size = (key & 7) == 5 ? 4 : varint();
        field.bytes = text.substr(0, size);
        text.remove_prefix(size);
      }
      fields.push_back(field);
    }
  }

  std::vector<std::string> all(uint64_t number) const {
    std::vector<std::string> found;
    for (const Field& field : fields) {
      if (field.number == number) found.push_back(field.bytes);
    }
    return found;
  }
  std::string text(uint64_t number) const { return all(number).empty() ? "" : all(number).front(); }
};

struct ReadNode {
  std::string op;
  std::vector<std::string> inputs, outputs;
  std::vector<ReadMessage> attributes;

  explicit ReadNode(const std::string& bytes) : op(ReadMessage(bytes).text(4)) {
    const ReadMessage node(bytes);
    inputs = node.all(1);
    outputs = node.all(2);
    for (const std::string& attribute : node.all(5)) attributes.emplace_back(attribute);
  }
};

ReadMessage graph_of(const Graph& graph) {
  return ReadMessage(ReadMessage(graph.model("vrkn", "1", "")).text(7));
}

std::vector<ReadNode> nodes_of(const ReadMessage& graph) {
  std::vector<ReadNode> nodes;
  for (const std::string& node : graph.all(1)) nodes.emplace_back(node);
  return nodes;
}

std::vector<std::string> operators_of(const ReadMessage& graph) {
  std::vector<std::string> operators;
  for (const ReadNode& node : nodes_of(graph)) operators.push_back(node.op);
  return operators;
}

Port floats(const std::string& name) {
  return {.name = name, .shape = {std::string("batch"), 3}, .meaning = ""};
}

TEST(Graph, SaysItsVersions) {
  Graph graph("g");
  graph.output(floats("y"), relu(graph.input(floats("x"))));
  const ReadMessage model(graph.model("vrkn", "1.2", "what it is"));
  EXPECT_EQ(model.fields.front().integer, static_cast<uint64_t>(kIrVersion));
  EXPECT_EQ(model.text(2), "vrkn");
  EXPECT_EQ(model.text(3), "1.2");
  EXPECT_EQ(model.text(6), "what it is");
  const ReadMessage opset(model.text(8));
  EXPECT_EQ(opset.text(1), "");
  EXPECT_EQ(opset.fields.back().integer, static_cast<uint64_t>(kOpset));
}

TEST(Graph, NodesComeInOrderAndAreConnected) {
  Graph graph("g");
  const Value x = graph.input(floats("x"));
  graph.output(floats("y"), tanh(x) * x);
  const ReadMessage read = graph_of(graph);
  const std::vector<ReadNode> nodes = nodes_of(read);
  EXPECT_THAT(operators_of(read), ElementsAre("Tanh", "Mul", "Identity"));
  EXPECT_THAT(nodes[1].inputs, ElementsAre(nodes[0].outputs[0], "x"));
  EXPECT_THAT(nodes[2].inputs, ElementsAre(nodes[1].outputs[0]));
  EXPECT_THAT(nodes[2].outputs, ElementsAre("y"));
  // The shape: a named axis and one of length 3, of float32.
  const ReadMessage tensor(ReadMessage(ReadMessage(read.text(11)).text(2)).text(1));
  EXPECT_EQ(tensor.fields.front().integer, 1u);
  const std::vector<std::string> axes = ReadMessage(tensor.text(2)).all(1);
  ASSERT_THAT(axes, SizeIs(2));
  EXPECT_EQ(ReadMessage(axes[0]).text(2), "batch");
  EXPECT_EQ(ReadMessage(axes[1]).fields[0].integer, 3u);
}

TEST(Graph, ConstantsAreKeptOnceWithTheirNumbers) {
  Graph graph("g");
  const Value x = graph.input(floats("x"));
  graph.output(floats("y"), (x + 0.5) * 0.5 + graph.constant("w", at::tensor({1.0f, 2.0f, 3.0f})) +
                                graph.constant("w", at::tensor({1.0f, 2.0f, 3.0f})));
  const std::vector<std::string> constants = graph_of(graph).all(5);
  ASSERT_THAT(constants, SizeIs(2));
  const ReadMessage number(constants[0]), weight(constants[1]);
  EXPECT_EQ(weight.text(8), "w");
  float values[3];
  ASSERT_THAT(weight.text(9), SizeIs(sizeof values));
  std::memcpy(values, weight.text(9).data(), sizeof values);
  EXPECT_THAT(values, ElementsAre(1.0f, 2.0f, 3.0f));
  ASSERT_THAT(number.text(9), SizeIs(4));
  std::memcpy(values, number.text(9).data(), 4);
  EXPECT_EQ(values[0], 0.5f);
}

TEST(Graph, NearNumbersAreDifferentConstants) {
  Graph graph("g");
  const Value x = graph.input(floats("x"));
  graph.output(floats("y"), x * 1e-7 + x * 1.0000001e-7 + x * 0.0);
  EXPECT_THAT(graph_of(graph).all(5), SizeIs(3));
}

TEST(Graph, ALoopHoldsWhatDependsOnItsTurnAndNothingElse) {
  Graph graph("g");
  const Value x = graph.input(floats("x"));
  const Turn turns = loop(graph, graph.integer(4), {x}, [&](const Value& /*number*/, const std::vector<Value>& states) {
    const Value fixed = tanh(x);  // the same in every turn
    return Turn{.states = {states[0] * fixed}, .collected = {sigmoid(states[0]), fixed}};
  });
  graph.output(floats("y"), turns.states[0]);
  graph.output(floats("z"), turns.collected[0]);
  const ReadMessage read = graph_of(graph);
  EXPECT_THAT(operators_of(read), ElementsAre("Tanh", "Loop", "Identity", "Identity"));
  const ReadNode turn = nodes_of(read)[1];
  EXPECT_THAT(turn.inputs, ElementsAre("integer/4", "", "x"));
  EXPECT_THAT(turn.outputs, SizeIs(3));
  const ReadMessage body(turn.attributes.at(0).text(6));
  EXPECT_THAT(operators_of(body), ElementsAre("Mul", "Sigmoid", "Identity", "Identity", "Identity", "Identity"));
  EXPECT_THAT(body.all(5), IsEmpty());
  EXPECT_THAT(body.all(11), SizeIs(3));
  EXPECT_THAT(body.all(12), SizeIs(4));
}

TEST(Graph, LoopsStandInLoops) {
  Graph graph("g");
  const Value x = graph.input(floats("x"));
  const Turn outer = loop(graph, graph.integer(2), {x}, [&](const Value& number, const std::vector<Value>& states) {
    const Value within = relu(states[0]);
    return loop(number.graph(), graph.integer(3), {x}, [&](const Value&, const std::vector<Value>& inner) {
      return Turn{.states = {inner[0] + within}, .collected = {}};
    });
  });
  graph.output(floats("y"), outer.states[0]);
  const ReadMessage read = graph_of(graph);
  EXPECT_THAT(operators_of(read), ElementsAre("Loop", "Identity"));
  const ReadMessage body(nodes_of(read)[0].attributes.at(0).text(6));
  EXPECT_THAT(operators_of(body), ElementsAre("Relu", "Loop", "Identity", "Identity"));
  const ReadMessage inner(nodes_of(body)[1].attributes.at(0).text(6));
  EXPECT_THAT(operators_of(inner), ElementsAre("Add", "Identity", "Identity"));
}

TEST(Graph, RefusesTwoPortsOfOneName) {
  Graph graph("filter");
  const Value x = graph.input(floats("noise"));
  EXPECT_THAT([&] { graph.input(floats("noise")); },
              ThrowsMessage<ConfigError>(HasSubstr("a sensor has the name 'noise', which the graph 'filter' needs")));
  EXPECT_THROW(graph.output(floats("noise"), x), ConfigError);
}

TEST(Graph, AnOperatorNeedsAnOperand) {
  EXPECT_THROW(apply("Relu", {}), Error);
  EXPECT_THROW(apply("Relu", {Value()}), Error);
}

}  // namespace
}  // namespace vrkn::onnx::graph_test
