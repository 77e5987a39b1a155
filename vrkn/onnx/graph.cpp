#include "vrkn/onnx/graph.h"

#include <algorithm>
#include <memory>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/core/error.h"

namespace vrkn::onnx {
namespace {

// The messages, with the field numbers of onnx.proto.
struct ModelField {
  enum : uint64_t { kIrVersion = 1, kProducer = 2, kProducerVersion = 3, kDocumentation = 6, kGraph = 7, kOpset = 8 };
};
struct OpsetField {
  enum : uint64_t { kDomain = 1, kVersion = 2 };
};
struct GraphField {
  enum : uint64_t { kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12 };
};
struct NodeField {
  enum : uint64_t { kInput = 1, kOutput = 2, kName = 3, kOp = 4, kAttribute = 5 };
};
struct AttributeField {
  enum : uint64_t { kName = 1, kFloat = 2, kInteger = 3, kGraph = 6, kIntegers = 8, kType = 20 };
};
struct AttributeType {
  enum : int64_t { kFloat = 1, kInteger = 2, kGraph = 5, kIntegers = 7 };
};
struct TensorField {
  enum : uint64_t { kDims = 1, kType = 2, kName = 8, kRawData = 9 };
};
struct PortField {
  enum : uint64_t { kName = 1, kType = 2, kDocumentation = 3 };
};
struct TypeField {
  enum : uint64_t { kTensor = 1, kElementType = 1, kShape = 2, kDimension = 1, kValue = 1, kParameter = 2 };
};

ElementType element_type(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return ElementType::kFloat;
    case at::kLong:
      return ElementType::kInt64;
    case at::kBool:
      return ElementType::kBool;
    default:
      throw Error("graphs have no constants of type " + std::string(at::toString(tensor.scalar_type())));
  }
}

ProtobufMessage tensor_message(const std::string& name, const at::Tensor& tensor) {
  ProtobufMessage message;
  for (const int64_t length : tensor.sizes()) message.add_integer(TensorField::kDims, length);
  message.add_integer(TensorField::kType, static_cast<int64_t>(element_type(tensor)));
  message.add_bytes(TensorField::kName, name);
  message.add_bytes(TensorField::kRawData, {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()});
  return message;
}

ProtobufMessage shape_message(const Shape& shape) {
  ProtobufMessage message;
  for (const Dimension& dimension : shape) {
    ProtobufMessage axis;
    if (const auto* length = std::get_if<int64_t>(&dimension)) {
      axis.add_integer(TypeField::kValue, *length);
    } else {
      axis.add_bytes(TypeField::kParameter, std::get<std::string>(dimension));
    }
    message.add_message(TypeField::kDimension, axis);
  }
  return message;
}

/// `shape`: null where it is not known.
ProtobufMessage port_message(const std::string& name, ElementType type, const Shape* shape,
                             const std::string& meaning) {
  ProtobufMessage tensor, any, port;
  tensor.add_integer(TypeField::kElementType, static_cast<int64_t>(type));
  if (shape) tensor.add_message(TypeField::kShape, shape_message(*shape));
  any.add_message(TypeField::kTensor, tensor);
  port.add_bytes(PortField::kName, name);
  port.add_message(PortField::kType, any);
  if (!meaning.empty()) port.add_bytes(PortField::kDocumentation, meaning);
  return port;
}

}  // namespace

std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat:
      return "float32";
    case ElementType::kUint8:
      return "uint8";
    case ElementType::kInt64:
      return "int64";
    case ElementType::kBool:
      return "bool";
  }
  return "";
}

void Graph::check_name(const std::string& name) const {
  const auto taken = [&](const std::vector<Port>& ports) { return std::ranges::count(ports, name, &Port::name) > 0; };
  if (!taken(inputs_) && !taken(outputs_)) return;
  throw ConfigError(
      fmt::format("a sensor has the name '{}', which the graph '{}' needs for another input or output", name, name_));
}

Value Graph::input(Port port) {
  check_name(port.name);
  inputs_.push_back(std::move(port));
  return {*this, inputs_.back().name};
}

void Graph::output(Port port, const Value& value) {
  check_name(port.name);
  ProtobufMessage node;
  node.add_bytes(NodeField::kInput, value.name());
  node.add_bytes(NodeField::kOutput, port.name);
  node.add_bytes(NodeField::kName, fmt::format("to/{}", port.name));
  node.add_bytes(NodeField::kOp, "Identity");
  nodes_.push_back(std::move(node));
  outputs_.push_back(std::move(port));
}

Value Graph::constant(const std::string& name, const at::Tensor& tensor) {
  Graph& top = outermost();
  if (!top.constants_.contains(name)) top.constants_.emplace(name, tensor.detach().to(at::kCPU).contiguous());
  return {top, name};
}

Value Graph::scalar(double value) {
  const at::Tensor number = at::scalar_tensor(value);
  return constant(fmt::format("number/{}", number.item<float>()), number);
}

Value Graph::integer(int64_t value) {
  return constant(fmt::format("integer/{}", value), at::scalar_tensor(value, at::kLong));
}

Value Graph::integers(const std::vector<int64_t>& values) {
  return constant(fmt::format("integers/{}", fmt::join(values, "/")), at::tensor(values, at::kLong));
}

std::string Graph::new_name(std::string_view op) {
  return fmt::format("{}/{}", op, outermost().values_++);
}

ProtobufMessage Graph::message() const {
  ProtobufMessage graph;
  for (const ProtobufMessage& node : nodes_) graph.add_message(GraphField::kNode, node);
  graph.add_bytes(GraphField::kName, name_);
  for (const auto& [name, tensor] : constants_)
    graph.add_message(GraphField::kInitializer, tensor_message(name, tensor));
  // Inside a loop only the number of the turn and the condition have a shape that is known.
  const auto add = [&](uint64_t field, const Port& port) {
    const bool known = !around_ || port.type != ElementType::kFloat;
    graph.add_message(field, port_message(port.name, port.type, known ? &port.shape : nullptr, port.meaning));
  };
  for (const Port& input : inputs_) add(GraphField::kInput, input);
  for (const Port& output : outputs_) add(GraphField::kOutput, output);
  return graph;
}

std::string Graph::model(std::string_view producer, std::string_view version, std::string_view documentation) const {
  ProtobufMessage opset, model;
  opset.add_bytes(OpsetField::kDomain, "");
  opset.add_integer(OpsetField::kVersion, onnx::kOpset);
  model.add_integer(ModelField::kIrVersion, onnx::kIrVersion);
  model.add_bytes(ModelField::kProducer, producer);
  model.add_bytes(ModelField::kProducerVersion, version);
  model.add_bytes(ModelField::kDocumentation, documentation);
  model.add_message(ModelField::kGraph, message());
  model.add_message(ModelField::kOpset, opset);
  return model.bytes();
}

namespace {

/// One attribute; the message of a graph is made by the caller, who may see into it.
template <class GraphMessage>
ProtobufMessage attribute_message(std::string_view name, const Attribute& attribute, GraphMessage&& graph_message) {
  ProtobufMessage message;
  message.add_bytes(AttributeField::kName, name);
  int64_t type = 0;
  if (const auto* integer = std::get_if<int64_t>(&attribute)) {
    message.add_integer(AttributeField::kInteger, *integer);
    type = AttributeType::kInteger;
  } else if (const auto* number = std::get_if<double>(&attribute)) {
    message.add_float(AttributeField::kFloat, static_cast<float>(*number));
    type = AttributeType::kFloat;
  } else if (const auto* integers = std::get_if<std::vector<int64_t>>(&attribute)) {
    for (const int64_t value : *integers) message.add_integer(AttributeField::kIntegers, value);
    type = AttributeType::kIntegers;
  } else {
    message.add_message(AttributeField::kGraph, graph_message(*std::get<const Graph*>(attribute)));
    type = AttributeType::kGraph;
  }
  message.add_integer(AttributeField::kType, type);
  return message;
}

}  // namespace

std::vector<Value> apply(std::string_view op, const std::vector<Value>& operands, const Attributes& attributes,
                         size_t results) {
  Graph* graph = nullptr;  // the innermost of those of the operands
  for (const Value& operand : operands) {
    if (operand.defined() && (!graph || operand.graph().depth_ > graph->depth_)) graph = &operand.graph();
  }
  // A loop may also read what is further inside than its operands: it stands where it was put.
  for (const auto& [name, attribute] : attributes) {
    if (const auto* body = std::get_if<const Graph*>(&attribute)) graph = (*body)->around_;
  }
  if (!graph) throw Error("the operator " + std::string(op) + " has no operand");
  ProtobufMessage node;
  for (const Value& operand : operands) node.add_bytes(NodeField::kInput, operand.name());
  std::vector<Value> values;
  for (size_t i = 0; i < results; ++i) {
    values.push_back({*graph, graph->new_name(op)});
    node.add_bytes(NodeField::kOutput, values.back().name());
  }
  node.add_bytes(NodeField::kName, values.front().name());
  node.add_bytes(NodeField::kOp, op);
  for (const auto& [name, attribute] : attributes) {
    node.add_message(NodeField::kAttribute,
                     attribute_message(name, attribute, [](const Graph& body) { return body.message(); }));
  }
  graph->nodes_.push_back(std::move(node));
  return values;
}

Value apply(std::string_view op, const std::vector<Value>& operands, const Attributes& attributes) {
  return apply(op, operands, attributes, 1).front();
}

Value operator+(const Value& a, const Value& b) {
  return apply("Add", {a, b});
}
Value operator-(const Value& a, const Value& b) {
  return apply("Sub", {a, b});
}
Value operator*(const Value& a, const Value& b) {
  return apply("Mul", {a, b});
}
Value operator/(const Value& a, const Value& b) {
  return apply("Div", {a, b});
}
Value operator+(const Value& a, double b) {
  return a + a.graph().scalar(b);
}
Value operator-(const Value& a, double b) {
  return a - a.graph().scalar(b);
}
Value operator-(double a, const Value& b) {
  return b.graph().scalar(a) - b;
}
Value operator*(const Value& a, double b) {
  return a * a.graph().scalar(b);
}
Value operator/(const Value& a, double b) {
  return a / a.graph().scalar(b);
}
Value square(const Value& x) {
  return x * x;
}
Value sqrt(const Value& x) {
  return apply("Sqrt", {x});
}
Value floor(const Value& x) {
  return apply("Floor", {x});
}
Value sin(const Value& x) {
  return apply("Sin", {x});
}
Value cos(const Value& x) {
  return apply("Cos", {x});
}
Value tanh(const Value& x) {
  return apply("Tanh", {x});
}
Value sigmoid(const Value& x) {
  return apply("Sigmoid", {x});
}
Value softplus(const Value& x) {
  return apply("Softplus", {x});
}
Value elu(const Value& x) {
  return apply("Elu", {x});
}
Value relu(const Value& x) {
  return apply("Relu", {x});
}
Value clip(const Value& x, double low, double high) {
  return apply("Clip", {x, x.graph().scalar(low), x.graph().scalar(high)});
}
Value where(const Value& condition, const Value& yes, const Value& no) {
  return apply("Where", {condition, yes, no});
}
Value to_float(const Value& x) {
  return apply("Cast", {x}, {{"to", static_cast<int64_t>(ElementType::kFloat)}});
}

Value concat(const std::vector<Value>& parts, int64_t axis) {
  return parts.size() == 1 ? parts.front() : apply("Concat", parts, {{"axis", axis}});
}
std::vector<Value> split(const Value& x, const std::vector<int64_t>& lengths, int64_t axis) {
  if (lengths.size() == 1) return {x};
  return apply("Split", {x, x.graph().integers(lengths)}, {{"axis", axis}}, lengths.size());
}
Value reshape(const Value& x, const std::vector<int64_t>& lengths) {
  return reshape(x, x.graph().integers(lengths));
}
Value reshape(const Value& x, const Value& lengths) {
  return apply("Reshape", {x, lengths});
}
Value unsqueeze(const Value& x, int64_t axis) {
  return apply("Unsqueeze", {x, x.graph().integers({axis})});
}
Value transpose(const Value& x, const std::vector<int64_t>& axes) {
  return apply("Transpose", {x}, {{"perm", axes}});
}
Value shape_of(const Value& x) {
  return apply("Shape", {x});
}
Value length_of(const Value& x, int64_t axis) {
  return at_index(shape_of(x), x.graph().integer(axis));
}
Value expand(const Value& x, const Value& lengths) {
  return apply("Expand", {x, lengths});
}
Value at_index(const Value& x, const Value& index, int64_t axis) {
  return apply("Gather", {x, index}, {{"axis", axis}});
}
Value at_index_or_only(const Value& x, const Value& index, int64_t axis) {
  const Value last = length_of(x, axis) - x.graph().integer(1);
  return at_index(x, apply("Min", {index, last}), axis);
}
Value sum(const Value& x, int64_t axis) {
  return apply("ReduceSum", {x, x.graph().integers({axis})}, {{"keepdims", int64_t{0}}});
}
Value mean(const Value& x, int64_t axis) {
  return apply("ReduceMean", {x}, {{"axes", std::vector<int64_t>{axis}}, {"keepdims", int64_t{0}}});
}

Turn loop(Graph& graph, const Value& count, const std::vector<Value>& states, const TurnOf& turn) {
  Graph body("body", graph);
  const auto port = [&](const char* what, ElementType type) {
    return Port{.name = body.new_name(what), .type = type, .shape = {}, .meaning = ""};
  };
  const Value number = body.input(port("turn", ElementType::kInt64));
  const Value condition = body.input(port("condition", ElementType::kBool));
  std::vector<Value> before;
  for (size_t i = 0; i < states.size(); ++i) before.push_back(body.input(port("state", ElementType::kFloat)));
  const Turn after = turn(number, before);
  body.output(port("go_on", ElementType::kBool), condition);
  for (const Value& state : after.states) body.output(port("next_state", ElementType::kFloat), state);
  for (const Value& value : after.collected) body.output(port("collected", ElementType::kFloat), value);

  std::vector<Value> operands = {count, Value()};  // no condition: all turns
  operands.insert(operands.end(), states.begin(), states.end());
  const std::vector<Value> results =
      apply("Loop", operands, {{"body", &body}}, after.states.size() + after.collected.size());
  const auto middle = results.begin() + static_cast<std::ptrdiff_t>(after.states.size());
  return {.states = {results.begin(), middle}, .collected = {middle, results.end()}};
}

}  // namespace vrkn::onnx
