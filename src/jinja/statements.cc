#include "jinja/statements.h"

#include <fmt/format.h>

#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

constexpr std::size_t kStepsPerCopy = 30;  // of the names of a scope, per name

/// While it exists, output goes into a text of its own, and names are those of `frame`.
class Inside {
 public:
  Inside(Run& run, std::shared_ptr<Frame> frame, Builder* out) : run_(run), frame_(run.frame), out_(run.out) {
    run.frame = std::move(frame);
    if (out != nullptr) run.out = out;
  }
  ~Inside() {
    run_.frame = frame_;
    run_.out = out_;
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  Run& run_;
  std::shared_ptr<Frame> frame_;
  Builder* out_;
};

Value value_of(const Run& run, const Symbols::Entry& entry, const Frame& frame) {
  if (entry.load.kind == Load::Kind::variable) {
    const Value* found = run.find_variable(entry.name);
    return found == nullptr ? Value() : *found;
  }
  if (entry.load.kind != Load::Kind::outer) return {};
  const Frame* outer = frame.parent.get();
  for (int i = 0; i < entry.load.place.up; ++i) outer = outer->parent.get();
  return outer->slots[static_cast<std::size_t>(entry.load.place.slot)];
}

/// Adds what the block writes, in a scope of its own, to `text`.
Flow capture(Run& run, const Scope& scope, const Block& body, Builder& text) {
  const Inside inside(run, scope.open(run, run.frame), &text);
  return body.execute(run);
}

}  // namespace

Flow Block::execute(Run& run) const {
  const Run::Level level(run);
  for (const auto& statement : statements) {
    Budget::count_steps(1);
    run.line = statement->line;
    if (const Flow flow = statement->execute(run); flow != Flow::normal) return flow;
  }
  return Flow::normal;
}

void Block::declare(Symbols& symbols) const {
  for (const auto& statement : statements) statement->declare(symbols);
}

void Block::bind(const Binding& binding) const {
  for (const auto& statement : statements) statement->bind(binding);
}

std::shared_ptr<Frame> Scope::open(const Run& run, const std::shared_ptr<Frame>& parent) const {
  auto frame = std::make_shared<Frame>(Frame{std::vector<Value>(entries.size()), parent});
  Budget::count_bytes(sizeof(Frame) + entries.size() * sizeof(Value));
  begin(run, *frame);
  return frame;
}

void Scope::begin(const Run& run, Frame& frame) const {
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].load.kind != Load::Kind::parameter) frame.slots[i] = value_of(run, entries[i], frame);
}

Flow Output::execute(Run& run) const {
  if (expression) {
    const Value value = run.evaluate(*expression);
    if (const auto* missing = value.get<Undefined>(); missing && !run.prints_undefined) fail(*missing->why);
    *run.out += str(value);
  } else {
    *run.out += text;
  }
  return Flow::normal;
}

void Output::declare(Symbols& symbols) {
  if (expression) expression->declare(symbols);
}

void Output::bind(const Binding& binding) {
  if (expression) expression->bind(binding);
}

Flow If::execute(Run& run) const {
  for (const auto& [condition, body] : branches)
    if (is_true(run.evaluate(*condition))) return body.execute(run);
  return otherwise.execute(run);
}

/// `elif` is an `if` of its own, as in jinja2's tree: all of them are copies of what was before the first `if`.
void If::declare(Symbols& symbols) { declare_from(0, symbols); }

void If::declare_from(std::size_t branch, Symbols& symbols) const {
  branches[branch].first->declare(symbols);
  Budget::count_steps(static_cast<std::int64_t>(kStepsPerCopy * symbols.size()));
  std::vector<Symbols> copies(3, symbols);
  branches[branch].second.declare(copies[0]);
  if (branch > 0) return symbols.join(copies);
  for (std::size_t i = 1; i < branches.size(); ++i) declare_from(i, copies[1]);
  otherwise.declare(copies[2]);
  symbols.join(copies);
}

void If::bind(const Binding& binding) {
  const Binding inside{binding.symbols, true};
  for (const auto& [condition, body] : branches) {
    condition->bind(inside);
    body.bind(inside);
  }
  otherwise.bind(inside);
}

void Target::assign(Run& run, const Value& value) const {
  if (!is_tuple && attribute.empty()) {
    run.frame->slots[static_cast<std::size_t>(place.slot)] = value;
    return;
  }
  if (!is_tuple) {
    const Frame* frame = run.frame.get();
    for (int i = 0; i < place.up; ++i) frame = frame->parent.get();
    auto* space = dynamic_cast<Namespace*>(frame->slots[static_cast<std::size_t>(place.slot)].object());
    if (space == nullptr) fail("cannot assign attribute on non-namespace object");
    return space->set(attribute, value);
  }
  const Items items = items_of(value);
  if (items.size() > parts.size()) fail(fmt::format("too many values to unpack (expected {})", parts.size()));
  if (items.size() < parts.size())
    fail(fmt::format("not enough values to unpack (expected {}, got {})", parts.size(), items.size()));
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].assign(run, items[i]);
}

void Target::declare(Symbols& symbols, bool as_parameter) const {
  for (const Target& part : parts) part.declare(symbols, as_parameter);
  if (is_tuple) return;
  if (!attribute.empty()) return symbols.load(name);
  if (as_parameter) return symbols.declare_parameter(name);
  symbols.store(name);
}

void Target::bind(const Binding& binding) {
  for (Target& part : parts) part.bind(binding);
  if (!is_tuple) place = binding.symbols.place_of(name);
}

Flow Set::execute(Run& run) const {
  target.assign(run, run.evaluate(*value));
  return Flow::normal;
}

void Set::declare(Symbols& symbols) {
  value->declare(symbols);
  target.declare(symbols, false);
}

void Set::bind(const Binding& binding) {
  value->bind(binding);
  target.bind(binding);
}

Flow SetBlock::execute(Run& run) const {
  Builder written;
  const auto frame = scope.open(run, run.frame);
  Value value;
  {
    const Inside inside(run, frame, &written);
    if (const Flow flow = body.execute(run); flow != Flow::normal) return flow;
    value = text(written.take());
    if (filter) value = static_cast<const Filter&>(*filter).apply_to_block(run, value);
  }
  target.assign(run, value);
  return Flow::normal;
}

void SetBlock::bind(const Binding& binding) {
  target.bind(binding);
  scope = bind_scope(
      binding.symbols,
      [&](Symbols& symbols) {
        body.declare(symbols);
        if (filter) filter->declare(symbols);
      },
      [&](const Binding& inside) {
        body.bind(inside);
        if (filter) filter->bind(inside);
      });
}

Flow FilterBlock::execute(Run& run) const {
  Builder written;
  const Inside inside(run, scope.open(run, run.frame), nullptr);
  Builder* const out = run.out;
  {
    const Inside captured(run, run.frame, &written);
    if (const Flow flow = body.execute(run); flow != Flow::normal) return flow;
  }
  *out += str(static_cast<const Filter&>(*filter).apply_to_block(run, text(written.take())));
  return Flow::normal;
}

void FilterBlock::bind(const Binding& binding) {
  scope = bind_scope(
      binding.symbols,
      [&](Symbols& symbols) {
        body.declare(symbols);
        filter->declare(symbols);
      },
      [&](const Binding& inside) {
        body.bind(inside);
        filter->bind(inside);
      });
}

Flow With::execute(Run& run) const {
  Items values;
  for (const auto& [target, value] : variables) values.push_back(run.evaluate(*value));
  const Inside inside(run, scope.open(run, run.frame), nullptr);
  for (std::size_t i = 0; i < values.size(); ++i) variables[i].first.assign(run, values[i]);
  return body.execute(run);
}

void With::declare(Symbols& symbols) {
  for (const auto& [target, value] : variables) value->declare(symbols);
}

void With::bind(const Binding& binding) {
  for (const auto& [target, value] : variables) value->bind(binding);
  scope = bind_scope(
      binding.symbols,
      [&](Symbols& symbols) {
        for (const auto& [target, value] : variables) target.declare(symbols, true);
        body.declare(symbols);
      },
      [&](const Binding& inside) {
        for (auto& [target, value] : variables) target.bind(inside);
        body.bind(inside);
      });
}

Flow Generation::execute(Run& run) const {
  Builder written;
  capture(run, scope, body, written);
  *run.out += written.text();
  return Flow::normal;
}

void Generation::bind(const Binding& binding) {
  scope = bind_scope(
      binding.symbols, [&](Symbols& symbols) { body.declare(symbols); },
      [&](const Binding& inside) { body.bind(inside); });
}

void Root::bind() {
  Symbols symbols;
  body.declare(symbols);
  symbols.finish();
  scope = {symbols.entries()};
  body.bind({symbols});
}

std::string Root::execute(Run& run) const {
  Builder written;
  capture(run, scope, body, written);
  return written.take();
}

}  // namespace partwise::internal::jinja
