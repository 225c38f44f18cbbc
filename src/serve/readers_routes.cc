// POST, GET and DELETE /v1/readers
#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "http/query.h"
#include "serve/body.h"
#include "serve/reader_request.h"
#include "serve/routes.h"

namespace partwise::internal {

namespace {

OrderedJson reader_json(const std::string& name, const ReaderFile& file) {
  return {{"name", name},
          {"reader", file.reader->kind()},
          {"task", file.info.text(facts::kTask)},
          {"label_words", file.label_words},
          {"n_examples", file.report.n_examples},
          {"train_accuracy", file.report.train_accuracy}};
}

std::string name_in_query(std::string_view query) {
  if (const auto name = http::query_value(query, "name")) return *name;
  throw Error(ErrorCode::bad_data, "the query does not name a reader", "DELETE /v1/readers?name=NAME");
}

}  // namespace

http::Response answer_fit_reader(Service& service, const http::Request& request, std::stop_token gone) {
  const OrderedJson json = json_body(request);
  const ReaderRequest asked = reader_request(service, whole(json));
  auto [file, warnings] = fit_requested(service, asked, gone);
  OrderedJson answer = reader_json(asked.name, file);
  answer["warnings"] = warnings;
  service.readers().add_and_keep(asked.name, std::move(file));
  return json_response(answer);
}

http::Response answer_readers(Service& service) {
  OrderedJson data = OrderedJson::array();
  for (const auto& [name, reader] : service.readers().all()) data.push_back(reader_json(name, *reader));
  return json_response({{"object", "list"}, {"data", std::move(data)}});
}

http::Response answer_remove_reader(Service& service, const http::Request& request, std::stop_token) {
  const std::string name = name_in_query(request.query);
  if (!service.readers().remove(name))
    throw Error(ErrorCode::missing_input, fmt::format("there is no reader '{}' here", name),
                "GET /v1/readers lists those that there are");
  return json_response({{"name", name}, {"deleted", true}});
}

}  // namespace partwise::internal
