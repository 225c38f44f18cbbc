// POST /v1/classify
#include <memory>
#include <span>
#include <utility>

#include "base/json.h"
#include "readers/explain.h"
#include "serve/body.h"
#include "serve/reasoned_answers.h"
#include "serve/request_members.h"
#include "serve/request_rows.h"
#include "serve/request_task.h"
#include "serve/routes.h"
#include "session/answer_json.h"

namespace partwise::internal {

namespace {

/// The fitted reader that the request names, or the whole model with the request's task.
std::shared_ptr<const ReaderFile> reader_of_request(const Service& service, const OrderedJsonPart& body,
                                                    const std::string& model) {
  std::shared_ptr<const ReaderFile> reader = service.reader_for(model);
  if (reader && body.has("task")) body["task"].fail("the reader that 'model' names has a task of its own");
  if (reader) return reader;
  if (!body.has("task")) body["task"].fail("this is missing, and 'model' names no fitted reader");
  return std::make_shared<const ReaderFile>(whole_model_reader(service, request_task(body["task"])));
}

/// "input", or "texts", which means the same.
OrderedJsonPart input_of(const OrderedJsonPart& body) {
  if (body.has("input") && body.has("texts")) body["texts"].fail("'input' is given, too: they mean the same");
  return body[body.has("texts") ? "texts" : "input"];
}

OrderedJson plain_answers(Service& service, const ReaderFile& reader, std::span<TextRow> rows, std::stop_token gone) {
  const std::vector<PassResult> results = read_rows(service, reader, rows, std::move(gone));
  OrderedJson answers = OrderedJson::array();
  for (const TextRow& row : rows)
    answers.push_back(row.error ? error_json(row, row.error->hint())
                                : answer_json(reader, row, results[row.example].parts, 0));
  return answers;
}

}  // namespace

http::Response answer_classify(Service& service, const http::Request& request, std::stop_token gone) {
  const OrderedJson json = json_body(request);
  const OrderedJsonPart body = whole(json);
  check_request_members(body, {"model", "input", "texts", "task", "words"});
  const std::string model = body.has("model") ? body["model"].text() : "";
  const std::shared_ptr<const ReaderFile> reader = reader_of_request(service, body, model);
  const bool has_reasons = body["words"].flag_or(false) && what_is_explained(*reader->reader) != Explains::nothing;
  std::vector<TextRow> rows = request_rows(*reader, input_of(body), service.loaded());
  OrderedJson answers = has_reasons ? reasoned_answers(service, reader, rows, std::move(gone))
                                    : plain_answers(service, *reader, rows, std::move(gone));
  return json_response({{"model", body.has("task") ? service.options().model_name : model},
                        {"answers", std::move(answers)},
                        {"usage", {{"input_tokens", count_tokens(rows)}, {"output_tokens", 0}}}});
}

}  // namespace partwise::internal
