#include "jinja/run.h"

#include <fmt/format.h>

#include "jinja/expressions.h"
#include "jinja/failure.h"
#include "jinja/globals.h"

namespace partwise::internal::jinja {

Run::Run(const Variables& variables, const Limits& limits, const Clock& clock)
    : limits_(limits), clock_(clock), budget_(limits) {
  for (const auto& [name, value] : variables) variables_[name] = &value;
}

Run::~Run() {
  for (const auto& made : namespaces_) made->clear();
}

Run::Level::Level(Run& run) : run_(run) {
  if (++run_.depth_ <= run_.limits_.depth) return;
  --run_.depth_;
  fail(fmt::format("the template goes more than {} levels deep", run_.limits_.depth));
}

Value Run::evaluate(const Expression& expression) {
  const Level level(*this);
  Budget::count_steps(1);
  const int outer = line;
  line = expression.line;
  Value value = expression.evaluate(*this);
  line = outer;
  return value;
}

const Value* Run::find_variable(std::string_view name) const {
  if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
  return find_global(name);
}

Value Run::make_namespace(std::shared_ptr<Namespace> made) {
  namespaces_.push_back(made);
  return object(std::move(made));
}

}  // namespace partwise::internal::jinja
