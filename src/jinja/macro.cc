#include "jinja/macro.h"

#include <fmt/format.h>

#include <algorithm>

#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

/// Puts back what a call changes.
class CallState {
 public:
  CallState(Run& run, std::shared_ptr<Frame> frame, Builder& out)
      : level_(run), run_(run), frame_(run.frame), out_(run.out), line_(run.line) {
    run.frame = std::move(frame);
    run.out = &out;
  }
  ~CallState() {
    run_.frame = frame_;
    run_.out = out_;
  }
  void done() { run_.line = line_; }
  CallState(const CallState&) = delete;
  CallState& operator=(const CallState&) = delete;

 private:
  Run::Level level_;
  Run& run_;
  std::shared_ptr<Frame> frame_;
  Builder* out_;
  int line_;
};

/// Takes an argument out of `named`.
std::optional<Value> take(std::vector<std::pair<std::string, Value>>& named, std::string_view name) {
  const auto found = std::ranges::find_if(named, [&](const auto& argument) { return argument.first == name; });
  if (found == named.end()) return std::nullopt;
  Value value = found->second;
  named.erase(found);
  return value;
}

Value dict_of(std::vector<std::pair<std::string, Value>> named) {
  std::vector<std::pair<Value, Value>> entries;
  for (auto& [name, value] : named) entries.emplace_back(text(name), std::move(value));
  return dict(std::move(entries));
}

std::optional<int> slot_if_known(const Symbols& symbols, const std::string& name) {
  const auto& entries = symbols.entries();
  const auto found = std::ranges::find(entries, name, &Symbols::Entry::name);
  if (found == entries.end()) return std::nullopt;
  return static_cast<int>(found - entries.begin());
}

}  // namespace

void MacroValue::show(Shower& shower) const {
  shower.write(body_.name.empty() ? "<Macro anonymous>" : fmt::format("<Macro {}>", repr_of(body_.name)));
}

std::optional<Value> MacroValue::attribute(std::string_view name) {
  if (name == "name") return body_.name.empty() ? none() : text(body_.name);
  if (name == "caller") return boolean(body_.uses_caller);
  if (name == "arguments" || name == "catch_kwargs" || name == "catch_varargs" || name == "explicit_caller")
    refuse(fmt::format("the attribute '{}' of a macro", name));
  return std::nullopt;
}

Value MacroValue::call(Run& run, const Arguments& arguments) {
  const auto outer = frame_.lock();
  if (!outer) refuse("to call a macro outside of the block that defines it");
  Builder written;
  const auto frame = body_.scope.open(run, outer);
  bind_arguments(run, *frame, arguments);
  CallState state(run, frame, written);
  fill_defaults(run, *frame);
  body_.body.execute(run);
  state.done();
  return text(written.take());
}

void MacroValue::bind_arguments(Run&, Frame& frame, const Arguments& arguments) const {
  auto named = arguments.named;
  const std::size_t n_placed = std::min(arguments.positional.size(), body_.parameters.size());
  for (std::size_t i = 0; i < body_.parameters.size(); ++i) {
    Value& slot = frame.slots[static_cast<std::size_t>(body_.slots[i])];
    if (i < n_placed) {
      slot = arguments.positional[i];
    } else if (auto value = take(named, body_.parameters[i])) {
      slot = std::move(*value);
    }
  }
  bind_rest(frame, arguments, std::move(named));
}

/// `caller`, `varargs` and `kwargs`.
void MacroValue::bind_rest(Frame& frame, const Arguments& arguments,
                           std::vector<std::pair<std::string, Value>> named) const {
  if (body_.caller_slot >= 0) {
    const auto caller = take(named, "caller");
    frame.slots[static_cast<std::size_t>(body_.caller_slot)] = caller ? *caller : undefined("No caller defined");
  }
  if (body_.kwargs_slot >= 0) {
    frame.slots[static_cast<std::size_t>(body_.kwargs_slot)] = dict_of(std::move(named));
  } else if (!named.empty()) {
    fail(fmt::format("macro {} takes no keyword argument {}", repr_of(body_.name), repr_of(named[0].first)));
  }
  const std::size_t n = body_.parameters.size();
  if (body_.varargs_slot >= 0) {
    const auto begin =
        arguments.positional.begin() + static_cast<std::ptrdiff_t>(std::min(n, arguments.positional.size()));
    frame.slots[static_cast<std::size_t>(body_.varargs_slot)] = tuple(Items(begin, arguments.positional.end()));
  } else if (arguments.positional.size() > n) {
    fail(fmt::format("macro {} takes not more than {} argument(s)", repr_of(body_.name), n));
  }
}

void MacroValue::fill_defaults(Run& run, Frame& frame) const {
  const std::size_t n_required = body_.parameters.size() - body_.defaults.size();
  for (std::size_t i = 0; i < body_.parameters.size(); ++i) {
    Value& slot = frame.slots[static_cast<std::size_t>(body_.slots[i])];
    if (!slot.is<Missing>()) continue;
    slot = i < n_required ? undefined(fmt::format("parameter '{}' was not provided", body_.parameters[i]))
                          : run.evaluate(*body_.defaults[i - n_required]);
  }
}

void MacroBody::bind(const Binding& binding) {
  scope = bind_scope(
      binding.symbols,
      [&](Symbols& symbols) {
        for (const auto& parameter : parameters) symbols.declare_parameter(parameter);
        const auto declare_special = [&](const char* special, bool& is_used) {
          is_used = is_used && std::ranges::find(parameters, special) == parameters.end();
          if (is_used) symbols.declare_parameter(special);
        };
        declare_special("caller", uses_caller);
        declare_special("kwargs", uses_kwargs);
        declare_special("varargs", uses_varargs);
        for (const auto& value : defaults) value->declare(symbols);
        body.declare(symbols);
      },
      [&](const Binding& inside) {
        for (const auto& parameter : parameters) slots.push_back(*slot_if_known(inside.symbols, parameter));
        if (uses_caller) caller_slot = *slot_if_known(inside.symbols, "caller");
        if (uses_kwargs) kwargs_slot = *slot_if_known(inside.symbols, "kwargs");
        if (uses_varargs) varargs_slot = *slot_if_known(inside.symbols, "varargs");
        for (const auto& value : defaults) value->bind(inside);
        body.bind(inside);
      });
}

Flow Macro::execute(Run& run) const {
  target.assign(run, object(std::make_shared<MacroValue>(macro, run.frame)));
  return Flow::normal;
}

void Macro::bind(const Binding& binding) {
  target.bind(binding);
  macro.bind(binding);
}

Flow CallBlock::execute(Run& run) const {
  Value written = call->evaluate_with(run, "caller", object(std::make_shared<MacroValue>(caller, run.frame)));
  *run.out += str(written);
  return Flow::normal;
}

void CallBlock::bind(const Binding& binding) {
  call->bind(binding);
  caller.bind(binding);
}

}  // namespace partwise::internal::jinja
