#include "cli/option_list.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

namespace partwise::internal {

namespace {

/// "" if `word` is a seed, otherwise a message that says what is wrong.
std::string check_seed(const std::string& word) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seed);
  if (error == std::errc() && end == word.data() + word.size()) return "";
  return fmt::format("'{}' is no whole number from 0 to 2^64 - 1", word);
}

}  // namespace

Option& Option::type_name(const std::string& name) {
  option_->type_name(name);
  return *this;
}

Option& Option::required(bool is_required) {
  option_->required(is_required);
  return *this;
}

Option& Option::range(std::int64_t low, std::int64_t high) {
  option_->check(CLI::Range(low, high));
  return *this;
}

Option& Option::seed() {
  option_->check(CLI::Validator(check_seed, ""));
  return *this;
}

Option& Option::one_value() {
  option_->allow_extra_args(false);
  return *this;
}

Option& Option::comma_list() {
  option_->delimiter(',');
  return one_value();
}

Option& Option::needs(const Option& other) {
  option_->needs(other.option_);
  return *this;
}

Option& Option::excludes(const Option& other) {
  option_->excludes(other.option_);
  return *this;
}

template <class T>
Option OptionList::option(const std::string& names, T& target, const std::string& description) {
  return Option(app_.add_option(names, target, description));
}

template Option OptionList::option(const std::string&, std::string&, const std::string&);
template Option OptionList::option(const std::string&, std::filesystem::path&, const std::string&);
template Option OptionList::option(const std::string&, std::vector<std::string>&, const std::string&);
template Option OptionList::option(const std::string&, std::vector<std::int32_t>&, const std::string&);
template Option OptionList::option(const std::string&, int&, const std::string&);
template Option OptionList::option(const std::string&, std::int64_t&, const std::string&);
template Option OptionList::option(const std::string&, double&, const std::string&);
template Option OptionList::option(const std::string&, std::uint64_t&, const std::string&);
template Option OptionList::option(const std::string&, std::optional<std::int64_t>&, const std::string&);
template Option OptionList::option(const std::string&, std::optional<std::uint64_t>&, const std::string&);

Option OptionList::flag(const std::string& names, bool& target, const std::string& description) {
  return Option(app_.add_flag(names, target, description));
}

Option OptionList::parsed(const std::string& names, std::function<void(const std::string&)> take,
                          const std::string& description) {
  return Option(app_.add_option_function<std::string>(names, take, description));
}

Option OptionList::parsed_list(const std::string& names, std::function<void(const std::vector<std::string>&)> take,
                               const std::string& description) {
  return Option(app_.add_option_function<std::vector<std::string>>(names, take, description));
}

}  // namespace partwise::internal
