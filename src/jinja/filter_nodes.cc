// The nodes of filters and tests.
#include <fmt/format.h>

#include "jinja/expressions.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

Value Filter::apply(Run& run, const Value& value) const {
  const Arguments values = arguments.evaluate(run);
  if (function == nullptr) fail_without_filter(name);
  return function(run, value, values);
}

Value Filter::apply_to_block(Run& run, Value text) const {
  const auto* before = dynamic_cast<const Filter*>(input.get());
  const Value value = before == nullptr ? std::move(text) : before->apply_to_block(run, std::move(text));
  run.line = line;
  return apply(run, value);
}

void Filter::each_part(const Use& use) {
  if (input) use(*input);
  arguments.each_part(use);
}

void Filter::bind(const Binding& binding) {
  Expression::bind(binding);
  function = at_line(line, [&] { return find_filter(name); });
  if (function == nullptr && !binding.is_conditional) at_line(line, [&] { fail_without_filter(name); });
}

Value Test::evaluate(Run& run) const {
  const Value value = run.evaluate(*input);
  const Arguments values = arguments.evaluate(run);
  if (function == nullptr) fail_without_test(name);
  return boolean(function(value, values));
}

void Test::each_part(const Use& use) {
  use(*input);
  arguments.each_part(use);
}

void Test::bind(const Binding& binding) {
  Expression::bind(binding);
  function = at_line(line, [&] { return find_test(name); });
  if (function == nullptr && !binding.is_conditional) at_line(line, [&] { fail_without_test(name); });
}

}  // namespace partwise::internal::jinja
