#include "cli/remedy.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace partwise::internal {

namespace {

struct Spelling {
  Setting setting;
  std::string_view option, value;  // `value` is the placeholder for the user's own value; "" for a switch
};

constexpr Spelling kSpellings[] = {{Setting::ablate, "--ablate", "PARTS"},
                                   {Setting::ablate_with, "--ablate-with", "WORD"},
                                   {Setting::allow_unknown, "--allow-unknown", "NAME"},
                                   {Setting::bos, "--bos", "WORD"},
                                   {Setting::by_source, "--by-source", ""},
                                   {Setting::by_token, "--by-token", ""},
                                   {Setting::chat, "--chat", ""},
                                   {Setting::chat_template, "--chat-template", "FILE"},
                                   {Setting::content_free, "--content-free", ""},
                                   {Setting::data_root, "--data-root", "FOLDER"},
                                   {Setting::drop_repeated, "--drop-repeated", ""},
                                   {Setting::experts, "--experts", ""},
                                   {Setting::json_rows, "--jsonl", ""},
                                   {Setting::label_column, "--label", "COLUMN"},
                                   {Setting::labelled, "--labelled", "K"},
                                   {Setting::limit, "--limit", "N"},
                                   {Setting::memory, "--memory", "SIZE"},
                                   {Setting::model, "--model", "MODEL"},
                                   {Setting::output, "--output", "FOLDER"},
                                   {Setting::reader, "--reader", "READER"},
                                   {Setting::run, "--run", "RUN"},
                                   {Setting::score, "--score", "WORD"},
                                   {Setting::seed, "--seed", "N"},
                                   {Setting::sets, "--sets", "N"},
                                   {Setting::shots, "--shots", "N"},
                                   {Setting::special_in_rows, "--special-in-rows", "WORD"},
                                   {Setting::store, "--store", "WORDS"},
                                   {Setting::task, "--task", "NAME"},
                                   {Setting::test_file, "--test", "TEST"},
                                   {Setting::text_template, "--text", "TEMPLATE"},
                                   {Setting::too_long, "--too-long", "WORD"},
                                   {Setting::train_file, "--data", "TRAIN"}};

constexpr std::pair<Step, std::string_view> kCommands[] = {
    {Step::classify, "classify"}, {Step::decompose, "decompose"}, {Step::eval, "eval"},        {Step::fit, "fit"},
    {Step::inspect, "inspect"},   {Step::prompt, "prompt"},       {Step::tokenize, "tokenize"}};

const Spelling& spelling_of(Setting setting) {
  const auto found = std::ranges::find(kSpellings, setting, &Spelling::setting);
  check_internal(found != std::end(kSpellings), "every setting has an option");
  return *found;
}

std::string command_of(Step step) {
  const auto found = std::ranges::find(kCommands, step, &std::pair<Step, std::string_view>::first);
  check_internal(found != std::end(kCommands), "every step has a command");
  return fmt::format("partwise {}", found->second);
}

/// "2M" for "2000000" bytes.
std::string size_word(const std::string& bytes) {
  constexpr std::string_view kMega = "000000";
  return bytes.ends_with(kMega) ? bytes.substr(0, bytes.size() - kMega.size()) + "M" : bytes;
}

std::string value_of(const Remedy& remedy) {
  if (remedy.value.empty()) return std::string(spelling_of(*remedy.setting).value);
  return shell_word(remedy.setting == Setting::memory ? size_word(remedy.value) : remedy.value);
}

std::string option_of(const Remedy& remedy) {
  const std::string value = value_of(remedy);
  return fmt::format("{}{}{}", spelling_of(*remedy.setting).option, value.empty() ? "" : " ", value);
}

bool is_allowed_name(const Remedy& remedy) { return remedy.setting == Setting::allow_unknown; }

}  // namespace

std::string spelled(const Remedy& remedy) {
  if (!remedy.step) return option_of(remedy);
  const std::string command = command_of(*remedy.step);
  return remedy.setting ? fmt::format("{} {}", command, option_of(remedy)) : command;
}

std::string with_remedies(const std::string& sentence, const std::vector<Remedy>& remedies) {
  if (remedies.empty()) return sentence;
  std::string list;
  for (const Remedy& remedy : remedies) {
    if (!list.empty()) list += is_allowed_name(remedy) ? " " : ", ";  // names to allow belong together
    list += spelled(remedy);
  }
  return fmt::format("{} ({})", sentence, list);
}

std::string hint_line(const Error& error) { return with_remedies(error.hint(), error.remedies()); }

}  // namespace partwise::internal
