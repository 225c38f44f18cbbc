// POST /classify, as vLLM answers it for sequence classifiers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>
#include <memory>
#include <utility>

#include "base/json.h"
#include "serve/body.h"
#include "serve/request_members.h"
#include "serve/request_rows.h"
#include "serve/routes.h"
#include "session/answer.h"

namespace partwise::internal {

namespace {

/// Errors: missing_input for a name that nobody has, bad_data for the model's own.
std::shared_ptr<const ReaderFile> reader_named(Service& service, const std::string& name) {
  if (auto reader = service.reader_for(name)) return reader;
  const std::vector<std::string> names = service.readers().names();
  throw Error(ErrorCode::bad_data,
              fmt::format("'model': '{}' is no fitted reader, and this route answers with those", name),
              names.empty() ? "POST /v1/readers fits one; /v1/classify also takes a task"
                            : fmt::format("the readers here are {}", fmt::join(names, ", ")));
}

/// Errors: bad_data for token ids and objects.
void check_is_text(const OrderedJsonPart& input) {
  const auto check = [](const OrderedJsonPart& item) {
    if (item.value().is_number() || item.value().is_array()) item.refuse("a list of token ids");
    if (!item.value().is_string()) item.fail_as_no("string");
  };
  if (!input.value().is_array()) return check(input);
  for (const OrderedJsonPart& item : input.elements()) check(item);
}

OrderedJson class_json(const ReaderFile& reader, const Contributions& parts, std::size_t index) {
  const Answer answer = answer_of(reader, parts, 0);
  return {{"index", index},
          {"label", reader.label_words[answer.label]},
          {"probs", answer.probabilities},
          {"num_classes", reader.label_words.size()}};
}

OrderedJson classes_json(const ReaderFile& reader, const std::vector<TextRow>& rows,
                         const std::vector<PassResult>& results) {
  OrderedJson data = OrderedJson::array();
  for (const TextRow& row : rows) {
    if (row.error) throw *row.error;
    data.push_back(class_json(reader, results[row.example].parts, data.size()));
  }
  return data;
}

}  // namespace

http::Response answer_pooling_classify(Service& service, const http::Request& request, std::stop_token gone) {
  const OrderedJson json = json_body(request);
  const OrderedJsonPart body = whole(json);
  check_request_members(body, {"model", "input", "request_id", "priority", "cache_salt"});
  const std::string model = body["model"].text();
  const std::shared_ptr<const ReaderFile> reader = reader_named(service, model);
  check_is_text(body["input"]);
  std::vector<TextRow> rows = request_rows(*reader, body["input"], service.loaded());
  const std::vector<PassResult> results = read_rows(service, *reader, rows, std::move(gone));
  const std::int64_t n_tokens = count_tokens(rows);
  return json_response({{"id", "classify-" + request.id},
                        {"object", "list"},
                        {"created", std::time(nullptr)},
                        {"model", model},
                        {"data", classes_json(*reader, rows, results)},
                        {"usage",
                         {{"prompt_tokens", n_tokens},
                          {"total_tokens", n_tokens},
                          {"completion_tokens", 0},
                          {"prompt_tokens_details", nullptr}}}});
}

}  // namespace partwise::internal
