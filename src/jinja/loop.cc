#include "jinja/loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "jinja/compare.h"
#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

Loop& loop_of(const Value& self) { return *static_cast<Loop*>(self.object()); }

Value cycle(Run&, const Value& self, const Arguments& arguments) {
  if (arguments.positional.empty() || !arguments.named.empty()) fail("no items for cycling given");
  return arguments.positional[static_cast<std::size_t>(loop_of(self).index0()) % arguments.positional.size()];
}

Value has_changed(Run&, const Value& self, const Arguments& arguments) {
  return boolean(loop_of(self).changed(arguments.positional));
}

}  // namespace

std::optional<Value> Loop::pull() {
  while (taken_ < items_.size()) {
    const Value item = items_[taken_++];
    if (!keeps_ || keeps_(item)) return item;
  }
  return std::nullopt;
}

const std::optional<Value>& Loop::peek() {
  if (!has_peeked_) after_ = pull();
  has_peeked_ = true;
  return after_;
}

std::optional<Value> Loop::next() {
  std::optional<Value> item = peek();
  has_peeked_ = false;
  after_.reset();
  if (!item) return item;
  ++index0_;
  before_ = std::move(current_);
  current_ = item;
  return item;
}

/// Of a filtered loop: all items that are left are filtered now.
std::int64_t Loop::count() {
  if (!keeps_) return std::ssize(items_);
  Items rest;
  while (auto item = pull()) rest.push_back(std::move(*item));
  items_ = std::move(rest);
  taken_ = 0;
  keeps_ = nullptr;
  const std::int64_t n_before = index0_ + 1 + (has_peeked_ && after_ ? 1 : 0);
  items_.insert(items_.begin(), static_cast<std::size_t>(n_before), none());  // only their number matters
  taken_ = static_cast<std::size_t>(n_before);
  return std::ssize(items_);
}

bool Loop::changed(const Items& values) {
  if (last_values_ && std::ranges::equal(*last_values_, values, equal)) return false;
  last_values_ = values;
  return true;
}

void Loop::show(Shower& shower) const {
  shower.write(fmt::format("<LoopContext {}/{}>", index0_ + 1, const_cast<Loop*>(this)->count()));
}

Value Loop::call(Run&, const Arguments&) {
  fail("The loop must have the 'recursive' marker to be called recursively.");
}

std::optional<Value> Loop::position(std::string_view name) {
  if (name == "index") return integer(index0_ + 1);
  if (name == "index0") return integer(index0_);
  if (name == "first") return boolean(index0_ == 0);
  if (name == "last") return boolean(!peek());
  if (name == "length") return integer(count());
  if (name == "revindex") return integer(count() - index0_);
  if (name == "revindex0") return integer(count() - index0_ - 1);
  if (name == "depth") return integer(1);
  return name == "depth0" ? std::optional(integer(0)) : std::nullopt;
}

std::optional<Value> Loop::method(std::string_view name) {
  const Value self = Value(std::shared_ptr<Object>(shared_from_this()));
  if (name == "cycle") return object(std::make_shared<Function>("cycle", cycle, self));
  if (name == "changed") return object(std::make_shared<Function>("changed", has_changed, self));
  return std::nullopt;
}

std::optional<Value> Loop::attribute(std::string_view name) {
  if (name == "previtem") return index0_ > 0 && before_ ? *before_ : undefined("there is no previous item");
  if (name == "nextitem") return peek() ? *peek() : undefined("there is no next item");
  const std::optional<Value> found = position(name);
  return found ? found : method(name);
}

}  // namespace partwise::internal::jinja
