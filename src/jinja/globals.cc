#include "jinja/globals.h"

#include <fmt/format.h>

#include <map>

#include "jinja/arguments.h"
#include "jinja/failure.h"
#include "jinja/object.h"
#include "jinja/run.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

using Entries = std::vector<std::pair<Value, Value>>;

Value make_range(Run&, const Value&, const Arguments& arguments) {
  const Bound bound("range", arguments, {"start", "stop", "step"}, 1);
  if (!arguments.named.empty()) fail("range() takes no keyword arguments");
  const bool has_stop = bound[1] != nullptr;
  return range(has_stop ? bound.whole(0, 0) : 0, bound.whole(has_stop ? 1 : 0, 0), bound.whole(2, 1));
}

/// What dict() makes of its arguments: a mapping, or pairs, and names.
Entries entries_of(const Arguments& arguments) {
  if (arguments.positional.size() > 1) fail("dict expected at most 1 argument");
  Entries entries;
  for (const Value& whole : arguments.positional) {
    if (whole.dict()) entries = whole.dict()->entries;
    for (const Value& pair : whole.dict() ? Items() : items_of(whole)) {
      const Items parts = items_of(pair);
      if (parts.size() != 2) fail("dict() needs pairs");
      entries.emplace_back(parts[0], parts[1]);
    }
  }
  for (const auto& [name, value] : arguments.named) entries.emplace_back(text(name), value);
  return entries;
}

Value make_dict(Run&, const Value&, const Arguments& arguments) { return dict(entries_of(arguments)); }

Value make_namespace(Run& run, const Value&, const Arguments& arguments) {
  auto made = std::make_shared<Namespace>();
  const Value entries = dict(entries_of(arguments));
  for (const auto& [name, value] : entries.dict()->entries) {
    if (!name.text()) refuse("a namespace with names that are no strings");
    made->set(*name.text(), value);
  }
  return run.make_namespace(std::move(made));
}

Value raise_exception(Run&, const Value&, const Arguments& arguments) {
  const Bound bound("raise_exception", arguments, {"message"}, 1);
  fail(str(*bound[0]));
}

Value strftime_now(Run& run, const Value&, const Arguments& arguments) {
  const Bound bound("strftime_now", arguments, {"format"}, 1);
  if (!run.clock()) refuse("'strftime_now' without a clock");
  return text(format_time(bound.text(0), run.clock()()));
}

/// cycler(...): one item after another, and from the beginning again.
class Cycler : public Object {
 public:
  explicit Cycler(Items items) : items_(std::move(items)) {}
  std::string_view type_name() const override { return "Cycler"; }
  std::optional<Value> attribute(std::string_view name) override;
  Value step() {
    const Value item = items_[at_];
    at_ = (at_ + 1) % items_.size();
    return item;
  }
  void reset() { at_ = 0; }
  void hold(std::shared_ptr<Object> self) { self_ = self; }

 private:
  Items items_;
  std::size_t at_ = 0;
  std::weak_ptr<Object> self_;
};

Cycler& cycler_of(const Value& self) { return static_cast<Cycler&>(*self.object()); }

Value next_of_cycler(Run&, const Value& self, const Arguments& arguments) {
  Bound("next", arguments, {});
  return cycler_of(self).step();
}

Value reset_cycler(Run&, const Value& self, const Arguments& arguments) {
  Bound("reset", arguments, {});
  cycler_of(self).reset();
  return none();
}

std::optional<Value> Cycler::attribute(std::string_view name) {
  const Value self(self_.lock());
  if (name == "current") return items_[at_];
  if (name == "next") return object(std::make_shared<Function>("next", next_of_cycler, self));
  if (name == "reset") return object(std::make_shared<Function>("reset", reset_cycler, self));
  return std::nullopt;
}

Value make_cycler(Run&, const Value&, const Arguments& arguments) {
  if (arguments.positional.empty() || !arguments.named.empty()) fail("at least one item has to be provided");
  auto made = std::make_shared<Cycler>(arguments.positional);
  made->hold(made);
  return object(std::move(made));
}

/// joiner(separator): nothing at the first call, the separator afterwards.
class Joiner : public Object {
 public:
  explicit Joiner(Value separator) : separator_(std::move(separator)) {}
  std::string_view type_name() const override { return "Joiner"; }
  bool is_callable() const override { return true; }
  Value call(Run&, const Arguments& arguments) override {
    Bound("joiner", arguments, {});
    return std::exchange(is_used_, true) ? separator_ : text("");
  }

 private:
  Value separator_;
  bool is_used_ = false;
};

Value make_joiner(Run&, const Value&, const Arguments& arguments) {
  const Bound bound("joiner", arguments, {"sep"});
  return object(std::make_shared<Joiner>(bound[0] ? *bound[0] : text(", ")));
}

Value refused_lipsum(Run&, const Value&, const Arguments&) { refuse("'lipsum'"); }

Value function(std::string_view name, Function::Body call) { return object(std::make_shared<Function>(name, call)); }

std::map<std::string_view, Value> make_globals() {
  return {{"range", function("range", make_range)},
          {"dict", function("dict", make_dict)},
          {"namespace", function("namespace", make_namespace)},
          {"raise_exception", function("raise_exception", raise_exception)},
          {"strftime_now", function("strftime_now", strftime_now)},
          {"cycler", function("cycler", make_cycler)},
          {"joiner", function("joiner", make_joiner)},
          {"lipsum", function("lipsum", refused_lipsum)}};
}

}  // namespace

const Value* find_global(std::string_view name) {
  static const std::map<std::string_view, Value> globals = make_globals();
  const auto found = globals.find(name);
  return found == globals.end() ? nullptr : &found->second;
}

}  // namespace partwise::internal::jinja
