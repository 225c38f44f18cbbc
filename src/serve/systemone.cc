// POST /v1/systemone: TypeSafe's System One form. Questions and answers are objects by the questions' ids.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "serve/body.h"
#include "serve/decide.h"
#include "serve/question_reading.h"
#include "serve/request_members.h"
#include "serve/routes.h"

namespace partwise::internal {

namespace {

/// A question, and the descriptions of its levels as they were given.
struct Read {
  std::string id;
  Question question;
  std::vector<OrderedJson> levels;
};

std::string description_of(const OrderedJsonPart& part) { return part.is_null() ? "" : structured_text(part); }

void read_choice(const OrderedJsonPart& criteria, Question& question) {
  for (const auto& [word, description] : criteria.members())
    question.options.push_back({word, description_of(description)});
  check_number(criteria, question.options.size(), 1, kMostOptions, "options");
}

void read_score(const OrderedJsonPart& criteria, Read& read) {
  const std::vector<OrderedJsonPart> levels = criteria.elements();
  check_number(criteria, levels.size(), kFewestLevels, kMostLevels, "levels");
  for (const OrderedJsonPart& level : levels) {
    read.question.options.push_back({std::to_string(read.levels.size()), structured_text(level)});
    read.levels.push_back(level.value());
  }
}

void read_noul(const OrderedJsonPart& criteria, Question& question) {
  question.options = {{"Yes", ""}, {"No", ""}};
  if (criteria.is_null()) return;
  for (const auto& [key, description] : criteria.members()) {
    if (key != "true" && key != "false") description.fail("the criteria of a noul are 'true' and 'false'");
    question.options[key == "true" ? 0 : 1].description = description_of(description);
  }
}

QuestionType type_of(const OrderedJsonPart& part) {
  const std::string word = part.text();
  if (word == "choice") return QuestionType::choice;
  if (word == "score") return QuestionType::score;
  if (word == "noul") return QuestionType::predicate;
  part.fail(fmt::format("there are no questions of the type '{}': types are choice, score and noul", word));
}

/// A noul may go without instructions, since its criteria say what is asked.
std::string instructions_of(const OrderedJsonPart& question, QuestionType type) {
  const OrderedJsonPart part = question["instructions"];
  return type == QuestionType::predicate && part.is_null() ? "" : structured_text(part);
}

bool asks(const Question& question) {
  const auto is_described = [](const Option& option) { return !option.description.empty(); };
  return question.type != QuestionType::predicate || !question.instructions.empty() ||
         std::ranges::any_of(question.options, is_described);
}

Read read_question(const std::string& id, const OrderedJsonPart& part) {
  if (id.empty()) part.fail("the id of a question is not empty");
  check_request_members(part, {"type", "instructions", "criteria"});
  const QuestionType type = type_of(part["type"]);
  Read read{id, {type, "questions." + id, instructions_of(part, type), {}}, {}};
  const OrderedJsonPart criteria = part["criteria"];
  if (type == QuestionType::choice) read_choice(criteria, read.question);
  if (type == QuestionType::score) read_score(criteria, read);
  if (type == QuestionType::predicate) read_noul(criteria, read.question);
  if (!asks(read.question)) part.fail("nothing is asked: neither 'instructions' nor 'criteria' say what");
  return read;
}

/// Other members are passed over, as all servers of this form do. These would change what is answered, or how.
void check_not_asked_for(const OrderedJsonPart& body) {
  for (const char* name : {"images", "files", "videos", "assets"}) {
    const OrderedJsonPart part = body[name];
    if (!part.is_null() && !part.value().empty()) part.fail("this server reads text alone");
  }
  for (const char* name : {"decision_template", "chat_template_kwargs"})
    if (body.has(name)) body[name].refuse("another wording of questions");
  refuse_stream(body);
}

Asked read_asked(const OrderedJsonPart& body, std::vector<Read>& read) {
  check_not_asked_for(body);
  Asked asked;
  if (body.has("instructions")) asked.instructions = structured_text(body["instructions"]);
  structured_text(body["state"]);
  asked.state = body["state"].value();
  asked.wanted = read_wanted(body);
  const auto questions = body["questions"].members();
  check_number(body["questions"], questions.size(), 1, kMostQuestions, "questions");
  for (const auto& [id, part] : questions) {
    read.push_back(read_question(id, part));
    asked.questions.push_back(read.back().question);
  }
  return asked;
}

OrderedJson choice_json(const Read& read, const Decision& decision) {
  OrderedJson answer = {{"type", "choice"}, {"choice", read.question.options[decision.answer()].word}};
  for (std::size_t i = 0; i < decision.probabilities.size(); ++i)
    answer["probabilities"][read.question.options[i].word] = decision.probabilities[i];
  answer["confidence"] = confidence_of_choice(decision.probabilities);
  return answer;
}

OrderedJson score_json(const Read& read, const Decision& decision) {
  OrderedJson answer = {{"type", "score"}, {"score", expected_level(decision.probabilities)}};
  for (std::size_t i = 0; i < read.levels.size(); ++i) answer["legend"][std::to_string(i)] = read.levels[i];
  for (std::size_t i = 0; i < read.levels.size(); ++i)
    answer["probabilities"][std::to_string(i)] = decision.probabilities[i];
  answer["confidence"] = confidence_of_score(decision.probabilities);
  return answer;
}

OrderedJson answer_json_of(const Read& read, const Decision& decision) {
  OrderedJson answer;
  if (read.question.type == QuestionType::choice) answer = choice_json(read, decision);
  if (read.question.type == QuestionType::score) answer = score_json(read, decision);
  if (read.question.type == QuestionType::predicate) answer = {{"type", "noul"}, {"noul", decision.probabilities[0]}};
  add_extensions(answer, decision);
  return answer;
}

}  // namespace

http::Response answer_systemone(Service& service, const http::Request& request, std::stop_token gone) {
  const OrderedJson json = json_body(request);
  const OrderedJsonPart body = whole(json);
  const std::string model = body.has("model") ? body["model"].text() : "";
  std::vector<Read> read;
  Asked asked = read_asked(body, read);
  asked.reader = service.reader_for(model);
  const std::vector<Decision> decisions = decide(service, asked, gone);
  OrderedJson answers = OrderedJson::object();
  for (std::size_t i = 0; i < read.size(); ++i) answers[read[i].id] = answer_json_of(read[i], decisions[i]);
  return json_response({{"model", service.name_of(model)},
                        {"answers", answers},
                        {"usage", {{"input_tokens", count_tokens(decisions)}, {"output_tokens", 0}}}});
}

}  // namespace partwise::internal
