#include "serve/question_reading.h"

#include <fmt/format.h>

#include "base/json.h"
#include "serve/wording.h"
#include "session/answer_json.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kMostParts = 1000;

std::size_t read_n_parts(const OrderedJsonPart& part) {
  if (part.is_null()) return Wanted().n_parts;
  if (part.value().is_boolean()) return part.flag() ? Wanted().n_parts : 0;
  return static_cast<std::size_t>(part.integer(0, kMostParts));
}

OrderedJson sources_json(const std::vector<std::pair<std::string, double>>& sources) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, lead] : sources) json[name] = lead;
  return json;
}

OrderedJson prompt_json(const ShownPrompt& prompt) {
  return {{"version", kPromptVersion}, {"chat", prompt.is_chat}, {"text", prompt.text}, {"labels", prompt.labels}};
}

}  // namespace

std::string structured_text(const OrderedJsonPart& part) {
  const OrderedJson& value = part.value();
  if (!value.is_string() && !value.is_structured()) part.fail_as_no("text, object or list");
  return text_of(value);
}

Wanted read_wanted(const OrderedJsonPart& body) {
  Wanted wanted;
  wanted.n_parts = read_n_parts(body["x_explanation"]);
  if (body.has("x_label_mass")) wanted.label_mass = body["x_label_mass"].flag();
  wanted.sources = body["x_sources"].flag_or(false);
  wanted.prompt = body["x_prompt"].flag_or(false);
  return wanted;
}

void check_number(const OrderedJsonPart& part, std::size_t n, std::size_t least, std::size_t most,
                  std::string_view what) {
  if (n < least || n > most) part.fail(fmt::format("{} {} are given, {} to {} are possible", n, what, least, most));
}

void add_extensions(OrderedJson& answer, const Decision& decision) {
  if (decision.why) add_explanation(answer["x_explanation"], *decision.why);
  if (decision.label_mass) answer["x_label_mass"] = *decision.label_mass;
  if (decision.certificate) answer["x_certificate"] = *decision.certificate;
  if (!decision.sources.empty()) answer["x_sources"] = sources_json(decision.sources);
  if (decision.prompt) answer["x_prompt"] = prompt_json(*decision.prompt);
}

std::int64_t count_tokens(const std::vector<Decision>& decisions) {
  std::int64_t n = 0;
  for (const Decision& decision : decisions) n += decision.n_tokens;
  return n;
}

}  // namespace partwise::internal
