// Macros as values, which templates call.
#pragma once

#include <memory>
#include <optional>

#include "jinja/object.h"
#include "jinja/run.h"
#include "jinja/statements.h"

namespace partwise::internal::jinja {

class MacroValue : public Object {
 public:
  /// `body` is of the template, which outlives the value.
  MacroValue(const MacroBody& body, const std::shared_ptr<Frame>& frame) : body_(body), frame_(frame) {}

  std::string_view type_name() const override { return "Macro"; }
  void show(Shower& shower) const override;
  std::optional<Value> attribute(std::string_view name) override;
  bool is_callable() const override { return true; }
  Value call(Run& run, const Arguments& arguments) override;

 private:
  void bind_arguments(Run& run, Frame& frame, const Arguments& arguments) const;
  void bind_rest(Frame& frame, const Arguments& arguments, std::vector<std::pair<std::string, Value>> named) const;
  void fill_defaults(Run& run, Frame& frame) const;

  const MacroBody& body_;
  std::weak_ptr<Frame> frame_;  // where it was defined; frames hold macros, so macros do not hold frames
};

}  // namespace partwise::internal::jinja
