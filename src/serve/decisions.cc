// POST /v1/decisions: OpenAI's form. Questions and answers are lists.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "serve/body.h"
#include "serve/decide.h"
#include "serve/decision_input.h"
#include "serve/question_reading.h"
#include "serve/request_members.h"
#include "serve/routes.h"
#include "serve/token_pieces.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kLongestIdentifier = 128;
constexpr std::size_t kFewestChoices = 2;

/// A question, its name, and the values or labels of its options as they were given.
struct Read {
  OrderedJson name;
  Question question;
  std::vector<OrderedJson> values;
};

std::string description_of(const OrderedJsonPart& option) {
  return option.value().contains("description") ? option["description"].text() : "";
}

void read_choices(const OrderedJsonPart& choices, Read& read) {
  const std::vector<OrderedJsonPart> options = choices.elements();
  check_number(choices, options.size(), kFewestChoices, kMostOptions, "choices");
  for (const OrderedJsonPart& option : options) {
    check_request_members(option, {"value", "description"});
    const OrderedJsonPart value = option["value"];
    if (!value.value().is_string() && !value.value().is_boolean()) value.fail_as_no("text, true or false");
    if (std::ranges::find(read.values, value.value()) != read.values.end()) value.fail("this value is given twice");
    read.values.push_back(value.value());
    read.question.options.push_back({text_of(value.value()), description_of(option)});
  }
}

/// A level is shown as "0: Calm - no sign of anger".
void read_levels(const OrderedJsonPart& levels, Read& read) {
  const std::vector<OrderedJsonPart> all = levels.elements();
  check_number(levels, all.size(), kFewestLevels, kMostLevels, "levels");
  for (const OrderedJsonPart& level : all) {
    check_request_members(level, {"label", "description"});
    const std::string label = level["label"].text(), description = description_of(level);
    read.question.options.push_back(
        {std::to_string(read.values.size()), description.empty() ? label : fmt::format("{} - {}", label, description)});
    read.values.push_back(label);
  }
}

void refuse_other_forms(const OrderedJsonPart& question) {
  if (question.has("question"))
    question["question"].fail("this is SGLang's form of a question; here the text is 'instructions'");
}

Read read_question(const OrderedJsonPart& part) {
  refuse_other_forms(part);
  const std::string type = part["type"].text();
  Read read{nullptr, {QuestionType::predicate, part.path(), read_parts(part["instructions"]), {}}, {}};
  if (part.value().contains("name")) read.name = part["name"].text();
  if (type == "predicate") {
    check_request_members(part, {"type", "instructions", "name"});
    read.question.options = {{"Yes", ""}, {"No", ""}};
  } else if (type == "choice") {
    check_request_members(part, {"type", "instructions", "name", "choices"});
    read.question.type = QuestionType::choice;
    read_choices(part["choices"], read);
  } else if (type == "score") {
    check_request_members(part, {"type", "instructions", "name", "levels"});
    read.question.type = QuestionType::score;
    read_levels(part["levels"], read);
  } else {
    part["type"].fail(
        fmt::format("there are no questions of the type '{}': types are predicate, choice and score", type));
  }
  return read;
}

void check_body(const OrderedJsonPart& body) {
  check_request_members(body, {"model", "input", "questions", "stream", "prompt_cache_key", "prompt_cache_options"});
  refuse_stream(body);
  if (body.has("safety_identifier") && count_characters(body["safety_identifier"].text()) > kLongestIdentifier)
    body["safety_identifier"].fail(fmt::format("this has more than {} characters", kLongestIdentifier));
}

Asked read_asked(const OrderedJsonPart& body, std::vector<Read>& read) {
  check_body(body);
  Asked asked;
  asked.state = read_input(body["input"]);
  asked.wanted = read_wanted(body);
  const std::vector<OrderedJsonPart> questions = body["questions"].elements();
  check_number(body["questions"], questions.size(), 1, kMostQuestions, "questions");
  for (const OrderedJsonPart& part : questions) {
    read.push_back(read_question(part));
    asked.questions.push_back(read.back().question);
  }
  return asked;
}

OrderedJson choice_json(const Read& read, const Decision& decision) {
  OrderedJson probabilities = OrderedJson::array();
  for (std::size_t i = 0; i < read.values.size(); ++i)
    probabilities.push_back({{"value", read.values[i]}, {"probability", decision.probabilities[i]}});
  return {{"type", "choice"},
          {"name", read.name},
          {"choice", read.values[decision.answer()]},
          {"probabilities", probabilities},
          {"confidence", confidence_of_choice(decision.probabilities)}};
}

OrderedJson score_json(const Read& read, const Decision& decision) {
  OrderedJson probabilities = OrderedJson::array();
  for (std::size_t i = 0; i < read.values.size(); ++i)
    probabilities.push_back({{"value", i}, {"label", read.values[i]}, {"probability", decision.probabilities[i]}});
  return {{"type", "score"},
          {"name", read.name},
          {"score", expected_level(decision.probabilities)},
          {"probabilities", probabilities},
          {"confidence", confidence_of_score(decision.probabilities)}};
}

OrderedJson answer_json_of(const Read& read, const Decision& decision) {
  OrderedJson answer;
  if (read.question.type == QuestionType::choice) answer = choice_json(read, decision);
  if (read.question.type == QuestionType::score) answer = score_json(read, decision);
  if (read.question.type == QuestionType::predicate)
    answer = {{"type", "predicate"}, {"name", read.name}, {"probability", decision.probabilities[0]}};
  add_extensions(answer, decision);
  return answer;
}

/// What later requests could take from a cache is not told: an answer does not depend on what was asked before.
OrderedJson usage_json(std::int64_t n_tokens) {
  return {{"input_tokens", n_tokens},
          {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
          {"output_tokens", 0},
          {"output_tokens_details", {{"reasoning_tokens", 0}}},
          {"total_tokens", n_tokens}};
}

}  // namespace

http::Response answer_decisions(Service& service, const http::Request& request, std::stop_token gone) {
  const OrderedJson json = json_body(request);
  const OrderedJsonPart body = whole(json);
  const std::string model = body["model"].text();
  std::vector<Read> read;
  Asked asked = read_asked(body, read);
  asked.reader = service.reader_for(model);
  const std::vector<Decision> decisions = decide(service, asked, gone);
  OrderedJson answers = OrderedJson::array();
  for (std::size_t i = 0; i < read.size(); ++i) answers.push_back(answer_json_of(read[i], decisions[i]));
  return json_response(
      {{"model", service.name_of(model)}, {"answers", answers}, {"usage", usage_json(count_tokens(decisions))}});
}

}  // namespace partwise::internal
