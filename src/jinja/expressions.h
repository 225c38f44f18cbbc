// The nodes of expressions.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jinja/filters.h"
#include "jinja/run.h"
#include "jinja/symbols.h"
#include "jinja/tests.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

/// Where names are bound. Within `if`, unknown filters and tests are errors only if they are reached, as in jinja2.
struct Binding {
  const Symbols& symbols;
  bool is_conditional = false;
};

struct Expression {
  int line = 0;

  virtual ~Expression() = default;
  /// Call Run::evaluate instead, which counts. Errors: bad_data.
  virtual Value evaluate(Run& run) const = 0;
  using Use = std::function<void(Expression&)>;
  /// Calls `use` with every expression right below, in jinja2's order.
  virtual void each_part(const Use&) {}
  /// Finds the names that it reads.
  virtual void declare(Symbols& symbols);
  /// Binds them, after the scope's Symbols::finish().
  virtual void bind(const Binding& binding);
};

struct Constant : Expression {
  Value value;
  Value evaluate(Run&) const override { return value; }
};

struct Name : Expression {
  std::string name;
  Place place;
  Value evaluate(Run& run) const override;
  void declare(Symbols& symbols) override { symbols.load(name); }
  void bind(const Binding& binding) override { place = binding.symbols.place_of(name); }
};

/// A list or a tuple.
struct Listing : Expression {
  Sequence::Kind kind = Sequence::Kind::list;
  std::vector<ExpressionPtr> items;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

struct Mapping : Expression {
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

struct Attribute : Expression {
  ExpressionPtr whole;
  std::string name;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override { use(*whole); }
};

struct Subscript : Expression {
  ExpressionPtr whole, key;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

struct Slice : Expression {
  ExpressionPtr whole, start, stop, step;  // nullptr: left out
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

/// The arguments of a call, a filter or a test.
struct CallArguments {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr list, dict;  // *list, **dict
  Arguments evaluate(Run& run) const;
  void each_part(const Expression::Use& use);
};

struct Call : Expression {
  ExpressionPtr callee;
  CallArguments arguments;
  Value evaluate(Run& run) const override;
  /// With one more named argument.
  Value evaluate_with(Run& run, const std::string& name, Value value) const;
  void each_part(const Use& use) override;
};

struct Filter : Expression {
  ExpressionPtr input;  // nullptr: the text of a block
  std::string name;
  CallArguments arguments;
  FilterFunction function = nullptr;
  Value evaluate(Run& run) const override { return apply(run, run.evaluate(*input)); }
  /// To the text of a block, or the value of the filters before it.
  Value apply_to_block(Run& run, Value text) const;
  void each_part(const Use& use) override;
  void bind(const Binding& binding) override;

 private:
  Value apply(Run& run, const Value& value) const;
};

struct Test : Expression {
  ExpressionPtr input;
  std::string name;
  CallArguments arguments;
  TestFunction function = nullptr;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
  void bind(const Binding& binding) override;
};

struct Unary : Expression {
  char sign = '-';  // '-', '+', '!'
  ExpressionPtr operand;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override { use(*operand); }
};

struct Binary : Expression {
  using Operation = Value (*)(const Value&, const Value&);
  Operation operation = nullptr;
  ExpressionPtr left, right;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

/// `and`, `or`
struct Logical : Expression {
  bool is_and = true;
  ExpressionPtr left, right;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

struct Comparison : Expression {
  using Operation = bool (*)(const Value&, const Value&);
  ExpressionPtr first;
  std::vector<std::pair<Operation, ExpressionPtr>> rest;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

/// `a ~ b`
struct Concatenation : Expression {
  std::vector<ExpressionPtr> parts;
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
};

/// `a if condition else b`
struct Choice : Expression {
  ExpressionPtr condition, yes, no;  // `no` may be left out
  Value evaluate(Run& run) const override;
  void each_part(const Use& use) override;
  void bind(const Binding& binding) override;
};

}  // namespace partwise::internal::jinja
