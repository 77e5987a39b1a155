#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/core/protobuf.h"

namespace vrkn::onnx {

/// The operators that graphs are made of are those of this version of ONNX's default domain, which ONNX Runtime 1.12
/// and all later ones have; the files are of this version of the format.
inline constexpr int64_t kOpset = 17;
inline constexpr int64_t kIrVersion = 8;

/// Types of elements, with ONNX's numbers.
enum class ElementType : int64_t { kFloat = 1, kUint8 = 2, kInt64 = 7, kBool = 9 };
/// "float32", "uint8", "int64", "bool"
std::string_view name_of(ElementType type);

/// The length of an axis, or a name for one that the caller chooses.
using Dimension = std::variant<int64_t, std::string>;
using Shape = std::vector<Dimension>;

/// An input or an output of a graph.
struct Port {
  std::string name;
  ElementType type = ElementType::kFloat;
  Shape shape;
  std::string meaning;  ///< one phrase
  /// Of an input whose axes may all be of length 1: what to fill it with where nothing is to be drawn.
  std::optional<double> neutral = {};
};

class Graph;
struct Turn;

/// The attributes of a node, by their names.
using Attribute = std::variant<int64_t, double, std::vector<int64_t>, const Graph*>;
using Attributes = std::vector<std::pair<std::string_view, Attribute>>;

/// A value in a graph: an input, a constant, or what an operator gives. Made by Graph and by the operators below, which
/// add a node to the graph of their operands. The graph must outlive it.
class Value {
 public:
  Value() = default;

  /// False for a value that is left out.
  bool defined() const { return graph_ != nullptr; }
  Graph& graph() const { return *graph_; }
  const std::string& name() const { return name_; }

 private:
  friend class Graph;
  friend std::vector<Value> apply(std::string_view op, const std::vector<Value>& operands, const Attributes& attributes,
                                  size_t results);
  Value(Graph& graph, std::string name) : graph_(&graph), name_(std::move(name)) {}

  Graph* graph_ = nullptr;
  std::string name_;
};

/// One turn of a loop, see below.
using TurnOf = std::function<Turn(const Value& number, const std::vector<Value>& states)>;

/// A graph under construction. Operands may be of one graph and of those around it: an operator stands in the innermost
/// of their graphs, so what does not depend on a loop's turn is taken out of it.
class Graph {
 public:
  explicit Graph(std::string name) : name_(std::move(name)) {}
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  /// Throws ConfigError when there is an input or an output of this name already.
  Value input(Port port);
  void output(Port port, const Value& value);

  /// A constant under a name of its own, such as a weight; the same one for the same name.
  Value constant(const std::string& name, const at::Tensor& tensor);
  /// A float [].
  Value scalar(double value);
  /// An int64 [].
  Value integer(int64_t value);
  /// An int64 [values.size()].
  Value integers(const std::vector<int64_t>& values);

  const std::vector<Port>& inputs() const { return inputs_; }
  const std::vector<Port>& outputs() const { return outputs_; }

  /// The file: a model whose graph is this one, `producer` with its version having made it.
  std::string model(std::string_view producer, std::string_view version, std::string_view documentation) const;

 private:
  friend std::vector<Value> apply(std::string_view op, const std::vector<Value>& operands, const Attributes& attributes,
                                  size_t results);
  friend Turn loop(Graph& graph, const Value& count, const std::vector<Value>& states, const TurnOf& turn);

  /// The body of a loop.
  Graph(std::string name, Graph& around) : name_(std::move(name)), around_(&around), depth_(around.depth_ + 1) {}
  Graph& outermost() { return around_ ? around_->outermost() : *this; }
  void check_name(const std::string& name) const;
  std::string new_name(std::string_view op);
  ProtobufMessage message() const;

  std::string name_;
  Graph* around_ = nullptr;
  int64_t depth_ = 0;
  int64_t values_ = 0;  // of the outermost graph: all values made so far
  std::vector<Port> inputs_, outputs_;
  std::vector<ProtobufMessage> nodes_;
  std::map<std::string, at::Tensor, std::less<>> constants_;  // of the outermost graph
};

/// A node with the operator `op` and so many results. Operands that are not defined are left out; at least one must be.
std::vector<Value> apply(std::string_view op, const std::vector<Value>& operands, const Attributes& attributes,
                         size_t results);
/// The same with one result.
Value apply(std::string_view op, const std::vector<Value>& operands, const Attributes& attributes = {});

// Element by element, with the usual spreading of axes of length 1.
Value operator+(const Value& a, const Value& b);
Value operator-(const Value& a, const Value& b);
Value operator*(const Value& a, const Value& b);
Value operator/(const Value& a, const Value& b);
Value operator+(const Value& a, double b);
Value operator-(const Value& a, double b);
Value operator-(double a, const Value& b);
Value operator*(const Value& a, double b);
Value operator/(const Value& a, double b);
Value square(const Value& x);
Value sqrt(const Value& x);
Value floor(const Value& x);
Value sin(const Value& x);
Value cos(const Value& x);
Value tanh(const Value& x);
Value sigmoid(const Value& x);
Value softplus(const Value& x);
Value elu(const Value& x);
Value relu(const Value& x);
Value clip(const Value& x, double low, double high);
Value where(const Value& condition, const Value& yes, const Value& no);
Value to_float(const Value& x);

// Axes.
Value concat(const std::vector<Value>& parts, int64_t axis = -1);
/// Consecutive parts of these lengths.
std::vector<Value> split(const Value& x, const std::vector<int64_t>& lengths, int64_t axis = -1);
/// Lengths of the new axes: 0 keeps the one in this place, one may be -1.
Value reshape(const Value& x, const std::vector<int64_t>& lengths);
Value reshape(const Value& x, const Value& lengths);
Value unsqueeze(const Value& x, int64_t axis);
Value transpose(const Value& x, const std::vector<int64_t>& axes);
/// The lengths of all axes, int64.
Value shape_of(const Value& x);
/// The length of one axis, int64 [].
Value length_of(const Value& x, int64_t axis);
/// x spread to these lengths.
Value expand(const Value& x, const Value& lengths);
/// x at position `index`, int64 [], of an axis, which goes away.
Value at_index(const Value& x, const Value& index, int64_t axis = 0);
/// The same, but at the only position of an axis of length 1.
Value at_index_or_only(const Value& x, const Value& index, int64_t axis = 0);
Value sum(const Value& x, int64_t axis);
Value mean(const Value& x, int64_t axis);

/// What one turn of a loop hands on: the next states, and values that are collected.
struct Turn {
  std::vector<Value> states;     ///< float, as many as there were and of the same sizes
  std::vector<Value> collected;  ///< float
};

/// `count` turns, an int64 [], in `graph`: each gets its number, from 0 on, an int64 [], and the states of the one
/// before. Returns the last states, and what was collected along a new first axis. Inside a turn, `graph` is that of
/// its number.
Turn loop(Graph& graph, const Value& count, const std::vector<Value>& states, const TurnOf& turn);

}  // namespace vrkn::onnx
