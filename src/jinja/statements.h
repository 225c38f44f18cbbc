// The nodes of statements.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "jinja/expressions.h"

namespace partwise::internal::jinja {

/// How a statement ended: `skip` is {% continue %}, `leave` is {% break %}.
enum class Flow { normal, skip, leave };

struct Statement {
  int line = 0;

  virtual ~Statement() = default;
  /// Writes to run.out. Errors: bad_data.
  virtual Flow execute(Run& run) const = 0;
  /// Finds the names that it reads and stores in its own scope; not those of the scopes in it.
  virtual void declare(Symbols&) {}
  /// Binds all names in it, also those of the scopes in it.
  virtual void bind(const Binding&) {}
};
using StatementPtr = std::unique_ptr<Statement>;

struct Block {
  std::vector<StatementPtr> statements;
  Flow execute(Run& run) const;
  void declare(Symbols& symbols) const;
  void bind(const Binding& binding) const;
};

/// A scope: what its slots hold when it begins.
struct Scope {
  std::vector<Symbols::Entry> entries;
  /// A new frame inside `parent`.
  std::shared_ptr<Frame> open(const Run& run, const std::shared_ptr<Frame>& parent) const;
  /// Sets all slots but those of parameters.
  void begin(const Run& run, Frame& frame) const;
};

struct Output : Statement {
  std::string text;  // if there is no expression
  ExpressionPtr expression;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override;
  void bind(const Binding& binding) override;
};

struct If : Statement {
  std::vector<std::pair<ExpressionPtr, Block>> branches;
  Block otherwise;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override;
  void bind(const Binding& binding) override;

 private:
  void declare_from(std::size_t branch, Symbols& symbols) const;
};

/// What is assigned to: a name, an attribute of a namespace, or several of these.
struct Target {
  int line = 0;
  std::string name, attribute;
  std::vector<Target> parts;
  bool is_tuple = false;
  Place place = {};
  void assign(Run& run, const Value& value) const;
  void declare(Symbols& symbols, bool as_parameter) const;
  void bind(const Binding& binding);
};

struct Set : Statement {
  Target target;
  ExpressionPtr value;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override;
  void bind(const Binding& binding) override;
};

/// {% set name %}text{% endset %}
struct SetBlock : Statement {
  Target target;
  ExpressionPtr filter;  // may be nullptr
  Block body;
  Scope scope;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override { target.declare(symbols, false); }
  void bind(const Binding& binding) override;
};

struct FilterBlock : Statement {
  ExpressionPtr filter;
  Block body;
  Scope scope;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override { filter->declare(symbols); }
  void bind(const Binding& binding) override;
};

struct With : Statement {
  std::vector<std::pair<Target, ExpressionPtr>> variables;
  Block body;
  Scope scope;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override;
  void bind(const Binding& binding) override;
};

struct For : Statement {
  Target target;
  ExpressionPtr iterable, condition;  // `condition` may be nullptr
  Block body, otherwise;
  bool uses_loop = false, has_else = false;
  Scope scope, condition_scope, else_scope;
  Place loop_place;
  Target condition_target;  // `target`, in the scope of the condition
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override { iterable->declare(symbols); }
  void bind(const Binding& binding) override;

 private:
  bool run_body(Run& run) const;
};

/// {% break %} and {% continue %}
struct Jump : Statement {
  Flow flow = Flow::leave;
  Flow execute(Run&) const override { return flow; }
};

/// The part that macros and call blocks share.
struct MacroBody {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<ExpressionPtr> defaults;  // of the last parameters
  Block body;
  bool uses_caller = false, uses_varargs = false, uses_kwargs = false;
  Scope scope;
  std::vector<int> slots;  // of the parameters
  int caller_slot = -1, varargs_slot = -1, kwargs_slot = -1;
  void bind(const Binding& binding);
};

struct Macro : Statement {
  MacroBody macro;
  Target target;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override { target.declare(symbols, false); }
  void bind(const Binding& binding) override;
};

/// {% call(parameters) macro(arguments) %}text{% endcall %}
struct CallBlock : Statement {
  MacroBody caller;
  std::unique_ptr<Call> call;
  Flow execute(Run& run) const override;
  void declare(Symbols& symbols) override { call->declare(symbols); }
  void bind(const Binding& binding) override;
};

/// {% generation %}: marks what the model writes. We only print it.
struct Generation : Statement {
  Block body;
  Scope scope;
  Flow execute(Run& run) const override;
  void bind(const Binding& binding) override;
};

/// The whole of a template.
struct Root {
  Block body;
  Scope scope;
  void bind();
  std::string execute(Run& run) const;
};

/// The scope of a body whose names `declare` finds; binds what `bind` binds.
template <class Declare, class Bind>
Scope bind_scope(const Symbols& outer, Declare&& declare, Bind&& bind) {
  Symbols symbols(&outer);
  declare(symbols);
  symbols.finish();
  bind(Binding{symbols});
  return {symbols.entries()};
}

}  // namespace partwise::internal::jinja
