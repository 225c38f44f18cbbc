// The items of a {% for %}, and the variable `loop` inside of it.
#pragma once

#include <functional>
#include <optional>

#include "jinja/object.h"

namespace partwise::internal::jinja {

/// As jinja2's LoopContext: it looks ahead only when it is asked what comes.
class Loop : public Object, public std::enable_shared_from_this<Loop> {
 public:
  /// `keeps` decides which items the loop sees; it may be empty. `depth0` counts recursive loops, which we do not have.
  Loop(Items items, std::function<bool(const Value&)> keeps) : items_(std::move(items)), keeps_(std::move(keeps)) {}

  /// The next item; nullopt at the end.
  std::optional<Value> next();

  std::string_view type_name() const override { return "LoopContext"; }
  void show(Shower& shower) const override;
  std::optional<Value> attribute(std::string_view name) override;
  bool is_callable() const override { return true; }
  Value call(Run& run, const Arguments& arguments) override;
  std::optional<std::int64_t> length() override { return count(); }

  std::int64_t index0() const { return index0_; }
  /// Whether the values differ from those of the last call.
  bool changed(const Items& values);

 private:
  std::optional<Value> pull();
  const std::optional<Value>& peek();
  std::int64_t count();
  std::optional<Value> position(std::string_view name);
  std::optional<Value> method(std::string_view name);

  Items items_;
  std::function<bool(const Value&)> keeps_;
  std::size_t taken_ = 0;
  std::int64_t index0_ = -1;
  std::optional<Value> before_, current_, after_;
  bool has_peeked_ = false;
  std::optional<Items> last_values_;
};

}  // namespace partwise::internal::jinja
