// Warnings: reasons why a result may not mean what it seems to, found before the model runs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/advice.h"
#include "base/json_fwd.h"
#include "decompose/contributions.h"

namespace partwise::internal {

/// A trap that prompts have fallen into (docs/warnings.md lists them all).
struct Warning {
  std::string code;                   // "double-bos": stable, for scripts
  std::string message;                // what was seen, with numbers and the first place, and what it does to the result
  std::string hint;                   // what to do; like an error's, it names no option
  std::vector<Remedy> remedies = {};  // the same as data; they are not stored

  bool operator==(const Warning&) const = default;
};

/// One kind of trap. `seen` describes what it finds in a subject; "" if it finds nothing.
template <class Subject>
struct Trap {
  std::string_view code;
  Advice advice;
  std::string (*seen)(const Subject&);

  Warning warning(std::string message) const {
    return {std::string(code), std::move(message), advice.hint, advice.remedies};
  }
};

/// Appends the warnings of those `traps` that find something in `subject`.
template <class Subject>
void spring(std::span<const Trap<Subject>> traps, const Subject& subject, std::vector<Warning>& warnings) {
  for (const Trap<Subject>& trap : traps)
    if (std::string message = trap.seen(subject); !message.empty())
      warnings.push_back(trap.warning(std::move(message)));
}

/// A warning of each trap, without its message.
template <class Subject>
std::vector<Warning> kinds_of(std::span<const Trap<Subject>> traps) {
  std::vector<Warning> kinds;
  for (const Trap<Subject>& trap : traps) kinds.push_back(trap.warning(""));
  return kinds;
}

/// The codes of all kinds of traps, each once, sorted.
std::vector<std::string> warning_codes();

/// A list of {"code", "message", "hint"}.
OrderedJson warnings_json(const std::vector<Warning>& warnings);

/// The warnings of such a list. Remedies are those of the trap with the same code and hint. Errors: those of Json.
std::vector<Warning> warnings_from_json(const Json& list);

template <>
struct FactText<std::vector<Warning>> {
  static std::string write(const std::vector<Warning>& warnings);
  static std::vector<Warning> read(const std::string& text, std::string_view key);
};
namespace facts {
inline constexpr Fact<std::vector<Warning>> kWarnings{"warnings"};  // not known if there are none
}  // namespace facts

/// The warnings of a run. For a run that was made before there were warnings: what it counted of repeated test rows.
/// Empty if they cannot be read, since a run from elsewhere may use the key for something else. A warning that was
/// written when hints still named options has no remedies.
std::vector<Warning> warnings_of(const Run& run);

}  // namespace partwise::internal
