#include "serve/decision_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/json.h"
#include "serve/question.h"
#include "serve/question_reading.h"
#include "serve/request_members.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kToolItems[] = {"function_call", "function_call_output", "custom_tool_call",
                                           "custom_tool_call_output"};

template <class Words>
bool is_one_of(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != std::end(words);
}

std::string json_data(const OrderedJsonPart& data) {
  if (!data.value().is_structured()) data.fail_as_no("JSON object or list");
  return text_of(data.value());
}

std::string read_part(const OrderedJsonPart& part) {
  const std::string type = part["type"].text();
  if (type == "input_text" || type == "output_text") {
    check_request_members(part, {"type", "text", "prompt_cache_breakpoint"});
    return part["text"].text();
  }
  if (type == "refusal") {
    check_request_members(part, {"type", "refusal"});
    return part["refusal"].text();
  }
  if (type == "input_json") {
    check_request_members(part, {"type", "data"});
    return json_data(part["data"]);
  }
  part["type"].fail(fmt::format("this server cannot read '{}': parts are input_text and input_json", type));
}

std::string read_message(const OrderedJsonPart& message) {
  check_request_members(message, {"role", "type", "content", "phase"});
  const OrderedJsonPart role = message["role"];
  constexpr std::string_view kRoles[] = {"user", "developer", "system", "assistant"};
  if (!is_one_of(kRoles, role.text())) role.fail("roles are user, developer, system and assistant");
  return read_parts(message["content"]);
}

/// Who says it, and what.
std::pair<std::string, std::string> read_item(const OrderedJsonPart& item) {
  const std::string type = item.has("type") ? item["type"].text() : "message";
  if (is_one_of(kToolItems, type)) return {type, text_of(item.value())};
  if (type != "message") item["type"].fail("this is neither a message nor a call of a tool, nor what came of one");
  return {item["role"].text(), read_message(item)};
}

}  // namespace

std::string read_parts(const OrderedJsonPart& content) {
  if (content.value().is_string()) return content.text();
  const std::vector<OrderedJsonPart> parts = content.elements();
  if (parts.empty()) content.fail("there is no part");
  std::string text;
  for (const OrderedJsonPart& part : parts) text += (text.empty() ? "" : "\n") + read_part(part);
  return text;
}

std::string read_input(const OrderedJsonPart& input) {
  if (input.value().is_string()) return input.text();
  const std::vector<OrderedJsonPart> items = input.elements();
  if (items.empty()) input.fail("there is no message");
  std::string text;
  for (const OrderedJsonPart& item : items) {
    const auto [who, said] = read_item(item);
    if (items.size() == 1 && who == "user") return said;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n\n", who, said);
  }
  return text;
}

}  // namespace partwise::internal
