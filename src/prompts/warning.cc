#include "prompts/warning.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/error.h"
#include "base/json.h"
#include "base/json_reason.h"
#include "prompts/prompt_traps.h"
#include "prompts/row_traps.h"

namespace partwise::internal {

namespace {

/// The warning of a run from before warnings were stored: it only has a count of repeated test rows.
std::vector<Warning> repeats_of(const Run& run) {
  const std::string count = run.info.text(facts::kRepeatedTestRows);
  std::int64_t n = 0;
  std::from_chars(count.data(), count.data() + count.size(), n);
  if (n <= 0) return {};
  return {repeated_rows_warning(n, std::ssize(test_rows(run)), "")};
}

std::vector<Warning> all_kinds() {
  std::vector<Warning> all;
  for (const auto& list : {kinds_of(answer_traps()), kinds_of(text_traps()), prompt_trap_kinds()})
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

std::vector<Remedy> remedies_of(const std::string& code, const std::string& hint) {
  const auto is_it = [&](const Warning& kind) { return kind.code == code && kind.hint == hint; };
  const std::vector<Warning> kinds = all_kinds();
  const auto kind = std::ranges::find_if(kinds, is_it);
  return kind == kinds.end() ? std::vector<Remedy>() : kind->remedies;
}

}  // namespace

std::vector<std::string> warning_codes() {
  std::set<std::string> codes;
  for (const Warning& kind : all_kinds()) codes.insert(kind.code);
  return {codes.begin(), codes.end()};
}

OrderedJson warnings_json(const std::vector<Warning>& warnings) {
  OrderedJson list = OrderedJson::array();
  for (const Warning& w : warnings) list.push_back({{"code", w.code}, {"message", w.message}, {"hint", w.hint}});
  return list;
}

std::vector<Warning> warnings_from_json(const Json& list) {
  std::vector<Warning> warnings;
  for (const Json& item : list) {
    Warning& warning = warnings.emplace_back(Warning{item.at("code"), item.at("message"), item.at("hint")});
    warning.remedies = remedies_of(warning.code, warning.hint);
  }
  return warnings;
}

std::string FactText<std::vector<Warning>>::write(const std::vector<Warning>& warnings) {
  return warnings_json(warnings).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::vector<Warning> FactText<std::vector<Warning>>::read(const std::string& text, std::string_view key) {
  try {
    return warnings_from_json(parse_json(text, key));
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::bad_data, fmt::format("the run's metadata: {}: {}", key, json_reason(error.what())));
  }
}

std::vector<Warning> warnings_of(const Run& run) {
  if (!run.info.has(facts::kWarnings.key)) return repeats_of(run);
  try {
    return *run.info.find(facts::kWarnings);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace partwise::internal
