// Declares the options of a command. This header hides CLI11, which takes seconds to compile.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace partwise::internal {

/// One option that was added to a list. The functions set more of its properties.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  /// The name of the value in --help: "FILE".
  Option& type_name(const std::string& name);
  Option& required(bool is_required = true);
  /// The value must be a number from `low` to `high`.
  Option& range(std::int64_t low, std::int64_t high);
  /// The value must be a whole number from 0 to 2^64 - 1.
  Option& seed();
  /// The option takes one value each time that it is given.
  Option& one_value();
  /// The option takes several values, with commas between them.
  Option& comma_list();
  /// The option may be given only together with `other` (needs), or only without it (excludes).
  Option& needs(const Option& other);
  Option& excludes(const Option& other);

 private:
  CLI::Option* option_;
};

class OptionList {
 public:
  explicit OptionList(CLI::App& app) : app_(app) {}

  /// Adds an option that writes its value to `target`. `names` is like "-o,--output". A name without dashes declares a
  /// positional argument. T must be one of the types that option_list.cc lists.
  template <class T>
  Option option(const std::string& names, T& target, const std::string& description);
  Option flag(const std::string& names, bool& target, const std::string& description);
  /// Adds an option that passes its value, or its values, to `take`. `take` may throw.
  Option parsed(const std::string& names, std::function<void(const std::string&)> take, const std::string& description);
  Option parsed_list(const std::string& names, std::function<void(const std::vector<std::string>&)> take,
                     const std::string& description);

 private:
  CLI::App& app_;
};

}  // namespace partwise::internal
