#include "jinja/expressions.h"

#include <fmt/format.h>

#include "jinja/arithmetic.h"
#include "jinja/attribute.h"
#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

Value part_of_slice(Run& run, const ExpressionPtr& part) { return part ? run.evaluate(*part) : none(); }

void use_if_there(const ExpressionPtr& part, const Expression::Use& use) {
  if (part) use(*part);
}

}  // namespace

void Expression::declare(Symbols& symbols) {
  each_part([&](Expression& part) { part.declare(symbols); });
}

void Expression::bind(const Binding& binding) {
  each_part([&](Expression& part) { part.bind(binding); });
}

Value Name::evaluate(Run& run) const {
  const Frame* frame = run.frame.get();
  for (int i = 0; i < place.up; ++i) frame = frame->parent.get();
  const Value& value = frame->slots[static_cast<std::size_t>(place.slot)];
  return value.is<Missing>() ? undefined(fmt::format("'{}' is undefined", name)) : value;
}

Value Listing::evaluate(Run& run) const {
  Items values;
  for (const auto& item : items) values.push_back(run.evaluate(*item));
  return sequence(kind, std::move(values));
}

void Listing::each_part(const Use& use) {
  for (const auto& item : items) use(*item);
}

Value Mapping::evaluate(Run& run) const {
  std::vector<std::pair<Value, Value>> values;
  for (const auto& [key, value] : entries) {
    Value name = run.evaluate(*key);
    values.emplace_back(std::move(name), run.evaluate(*value));
  }
  return dict(std::move(values));
}

void Mapping::each_part(const Use& use) {
  for (const auto& [key, value] : entries) {
    use(*key);
    use(*value);
  }
}

Value Attribute::evaluate(Run& run) const { return attribute(run.evaluate(*whole), name); }

Value Subscript::evaluate(Run& run) const {
  const Value value = run.evaluate(*whole);
  return item(value, run.evaluate(*key));
}

void Subscript::each_part(const Use& use) {
  use(*whole);
  use(*key);
}

Value Slice::evaluate(Run& run) const {
  const Value value = run.evaluate(*whole), from = part_of_slice(run, start), to = part_of_slice(run, stop);
  return slice(value, from, to, part_of_slice(run, step));
}

void Slice::each_part(const Use& use) {
  for (const auto* part : {&whole, &start, &stop, &step}) use_if_there(*part, use);
}

Arguments CallArguments::evaluate(Run& run) const {
  Arguments values;
  for (const auto& argument : positional) values.positional.push_back(run.evaluate(*argument));
  for (const auto& [name, argument] : named) values.named.emplace_back(name, run.evaluate(*argument));
  if (list)
    for (Value& item : items_of(run.evaluate(*list))) values.positional.push_back(std::move(item));
  if (!dict) return values;
  const Value more = run.evaluate(*dict);
  if (!more.dict()) fail("argument after ** must be a mapping");
  for (const auto& [name, value] : more.dict()->entries) {
    if (!name.text()) fail("keywords must be strings");
    values.named.emplace_back(*name.text(), value);
  }
  return values;
}

void CallArguments::each_part(const Expression::Use& use) {
  for (const auto& argument : positional) use(*argument);
  for (const auto& [name, argument] : named) use(*argument);
  use_if_there(list, use);
  use_if_there(dict, use);
}

namespace {

Value call(Run& run, const Value& callee, const Arguments& arguments) {
  if (const auto* missing = callee.get<Undefined>()) fail(*missing->why);
  if (!callee.object()) fail(fmt::format("'{}' object is not callable", type_name(callee)));
  return callee.object()->call(run, arguments);
}

}  // namespace

Value Call::evaluate(Run& run) const {
  const Value function = run.evaluate(*callee);
  return call(run, function, arguments.evaluate(run));
}

Value Call::evaluate_with(Run& run, const std::string& name, Value value) const {
  const Run::Level level(run);
  run.line = line;
  const Value function = run.evaluate(*callee);
  Arguments values = arguments.evaluate(run);
  values.named.emplace_back(name, std::move(value));
  return call(run, function, values);
}

void Call::each_part(const Use& use) {
  use(*callee);
  arguments.each_part(use);
}

Value Unary::evaluate(Run& run) const {
  const Value value = run.evaluate(*operand);
  if (sign == '!') return boolean(!is_true(value));
  return sign == '-' ? negate(value) : plus(value);
}

Value Binary::evaluate(Run& run) const {
  const Value first = run.evaluate(*left);
  return operation(first, run.evaluate(*right));
}

void Binary::each_part(const Use& use) {
  use(*left);
  use(*right);
}

Value Logical::evaluate(Run& run) const {
  Value first = run.evaluate(*left);
  return is_true(first) == is_and ? run.evaluate(*right) : first;
}

void Logical::each_part(const Use& use) {
  use(*left);
  use(*right);
}

Value Comparison::evaluate(Run& run) const {
  Value before = run.evaluate(*first);
  for (const auto& [operation, operand] : rest) {
    Value next = run.evaluate(*operand);
    if (!operation(before, next)) return boolean(false);
    before = std::move(next);
  }
  return boolean(true);
}

void Comparison::each_part(const Use& use) {
  use(*first);
  for (const auto& [operation, operand] : rest) use(*operand);
}

Value Concatenation::evaluate(Run& run) const {
  Builder whole;
  for (const auto& part : parts) whole += str(run.evaluate(*part));
  return text(whole.take());
}

void Concatenation::each_part(const Use& use) {
  for (const auto& part : parts) use(*part);
}

Value Choice::evaluate(Run& run) const {
  if (is_true(run.evaluate(*condition))) return run.evaluate(*yes);
  if (no) return run.evaluate(*no);
  return undefined("the inline if-expression evaluated to false and no else section was defined.");
}

void Choice::each_part(const Use& use) {
  use(*condition);
  use(*yes);
  use_if_there(no, use);
}

void Choice::bind(const Binding& binding) {
  each_part([&](Expression& part) { part.bind({binding.symbols, true}); });
}

}  // namespace partwise::internal::jinja
