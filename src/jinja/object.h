// Values that do more than hold data: functions, macros, namespaces, loops.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jinja/value.h"

namespace partwise::internal::jinja {

class Run;
class Shower;

/// What a call passes.
struct Arguments {
  Items positional = {};
  std::vector<std::pair<std::string, Value>> named = {};
};

class Object {
 public:
  virtual ~Object() = default;

  /// Python's name of its type.
  virtual std::string_view type_name() const = 0;
  /// Prints it as repr() would. Errors: bad_data if Python would print an address.
  virtual void show(Shower& shower) const;
  /// nullopt if there is none. Errors: bad_data for attributes that we do not have and Python does.
  virtual std::optional<Value> attribute(std::string_view name);
  virtual bool is_callable() const { return false; }
  /// Errors: bad_data if it cannot be called, and those of what it does.
  virtual Value call(Run& run, const Arguments& arguments);
  virtual bool truth() const { return true; }
  /// len(); nullopt if it has none.
  virtual std::optional<std::int64_t> length() { return std::nullopt; }
};

/// A function of ours.
class Function : public Object {
 public:
  using Body = Value (*)(Run& run, const Value& self, const Arguments& arguments);

  /// `self` is what a method belongs to.
  Function(std::string_view name, Body body, Value self = {}) : name_(name), body_(body), self_(std::move(self)) {}

  std::string_view type_name() const override { return "builtin_function_or_method"; }
  bool is_callable() const override { return true; }
  Value call(Run& run, const Arguments& arguments) override { return body_(run, self_, arguments); }
  std::string_view name() const { return name_; }

 private:
  std::string_view name_;
  Body body_;
  Value self_;
};

/// namespace(): attributes that a template may change.
class Namespace : public Object {
 public:
  std::string_view type_name() const override { return "Namespace"; }
  void show(Shower& shower) const override;
  std::optional<Value> attribute(std::string_view name) override;
  /// Errors: bad_data for a name that begins with an underscore.
  void set(const std::string& name, Value value);
  void clear() { attributes_.clear(); }

 private:
  std::vector<std::pair<std::string, Value>> attributes_;
};

}  // namespace partwise::internal::jinja
