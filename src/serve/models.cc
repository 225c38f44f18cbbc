#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/json.h"
#include "base/version.h"
#include "prompts/task.h"
#include "serve/body.h"
#include "serve/question_reading.h"
#include "serve/request_rows.h"
#include "serve/routes.h"
#include "serve/wording.h"

extern "C" const char partwise_embedded_openapi[];
extern "C" const unsigned long partwise_embedded_openapi_size;

namespace partwise::internal {

namespace {

std::string_view openapi() { return {partwise_embedded_openapi, partwise_embedded_openapi_size}; }

/// As llama.cpp numbers kinds of vocabularies: 1 SentencePiece, 2 byte-level BPE, 0 none.
int vocabulary_type(const Tokenizer* tokenizer) {
  if (!tokenizer) return 0;
  return tokenizer->description().starts_with("byte-level") ? 2 : 1;
}

std::size_t bytes_of_weights(const Model& model) {
  std::size_t n = 0;
  for (const auto& [name, tensor] : model.checkpoint().tensors()) n += tensor.bytes.size();
  return n;
}

OrderedJson meta_of(const LoadedModel& loaded) {
  const ModelConfig& config = loaded.config();
  return {{"vocab_type", vocabulary_type(loaded.tokenizer())},
          {"n_vocab", config.d_vocab},
          {"n_ctx_train", config.n_ctx},
          {"n_embd", config.d_model},
          {"n_params", loaded.model().n_parameters()},
          {"size", bytes_of_weights(loaded.model())}};
}

std::string describe(const ReaderFile& reader) {
  const std::string task = reader.info.text(facts::kTask);
  return fmt::format("reader of the kind {}{}, answers {}", reader.reader->kind(),
                     task.empty() ? "" : ", fitted on the task " + task, fmt::join(reader.label_words, ", "));
}

/// The list of models in the two forms that clients read: OpenAI's and llama-server's in "data", and that of clients
/// of decision models in "models".
class ModelList {
 public:
  explicit ModelList(const Service& service)
      : created_(service.started()),
        date_(fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(service.started())))) {}

  void add(const std::string& name, const std::string& description, const OrderedJson& meta) {
    data_.push_back({{"id", name},
                     {"object", "model"},
                     {"created", created_},
                     {"owned_by", "partwise"},
                     {"architecture",
                      {{"input_modalities", OrderedJson::array({"text"})},
                       {"output_modalities", OrderedJson::array({"decisions"})}}},
                     {"meta", meta}});
    models_.push_back({{"name", name}, {"description", description}, {"release_date", date_}});
  }

  OrderedJson json() && { return {{"object", "list"}, {"data", std::move(data_)}, {"models", std::move(models_)}}; }

 private:
  std::int64_t created_;
  std::string date_;
  OrderedJson data_ = OrderedJson::array(), models_ = OrderedJson::array();
};

OrderedJson readers_of(Service& service) {
  OrderedJson readers = OrderedJson::array();
  for (const auto& [name, file] : service.readers().all())
    readers.push_back({{"name", name},
                       {"reader", file->reader->kind()},
                       {"task", file->info.text(facts::kTask)},
                       {"label_words", file->label_words}});
  return readers;
}

/// "POST /v1/systemone"
OrderedJson routes() {
  OrderedJson routes = OrderedJson::array();
  const OrderedJson paths = OrderedJson::parse(openapi()).at("paths");
  for (const auto& [path, operations] : paths.items())
    for (const auto& [method, operation] : operations.items()) {
      std::string word = method;
      for (char& letter : word) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      routes.push_back(word + " " + path);
    }
  return routes;
}

/// Kinds of readers that can be fitted on rows that a request holds.
OrderedJson fittable_kinds() {
  OrderedJson kinds = OrderedJson::array({nullptr});
  for (const ReaderKind& kind : reader_kinds())
    if (kind.learns_from != LearnsFrom::test_inputs && kind.learns_from != LearnsFrom::test_labels)
      kinds.push_back(kind.name);
  return kinds;
}

/// The names that mean the model: they are no reader's.
OrderedJson own_names(const ServiceOptions& options) {
  OrderedJson names = options.aliases;
  names.push_back(options.model_name);
  return names;
}

/// What depends on the model, or is listed elsewhere.
void fill_in(OrderedJson& schemas, const Service& service) {
  const ModelConfig& config = service.loaded().config();
  const Tokenizer* tokenizer = service.loaded().tokenizer();
  const std::int64_t last_id = (tokenizer ? std::min(tokenizer->vocab_size(), config.d_vocab) : config.d_vocab) - 1;
  schemas["Ids"]["items"]["maximum"] = last_id;
  schemas["DetokenizeRequest"]["properties"]["tokens"]["items"]["maximum"] = last_id;
  schemas["CompletionRequest"]["properties"]["max_tokens"]["maximum"] = config.n_ctx;
  schemas["FitRequest"]["properties"]["reader"]["enum"] = fittable_kinds();
  schemas["FitRequest"]["properties"]["task"]["anyOf"][0]["enum"] = builtin_task_names();
  const OrderedJson own = own_names(service.options());
  schemas["PoolingRequest"]["properties"]["model"]["not"]["enum"] = own;
  schemas["ClassifyRequest"]["anyOf"][0]["properties"]["model"]["not"]["enum"] = own;
  if (!service.options().chat) schemas["TokenizeRequest"]["oneOf"].erase(2);  // messages need a template
}

/// What body and questions may hold at most.
OrderedJson limits(const ModelConfig& config) {
  return {{"questions", kMostQuestions},
          {"options", kMostOptions},
          {"levels", kMostLevels},
          {"prompt_tokens", config.n_ctx},
          {"texts", kMostTexts}};
}

}  // namespace

http::Response answer_models(Service& service) {
  ModelList list(service);
  const ServiceOptions& options = service.options();
  const OrderedJson meta = meta_of(service.loaded());
  const std::string what = fmt::format("a model of the architecture {}", service.loaded().config().arch);
  list.add(options.model_name, what, meta);
  for (const std::string& alias : options.aliases)
    list.add(alias, fmt::format("another name of {}", options.model_name), meta);
  for (const auto& [name, reader] : service.readers().all()) list.add(name, describe(*reader), OrderedJson());
  return json_response(std::move(list).json());
}

http::Response answer_capabilities(Service& service) {
  const LoadedModel& loaded = service.loaded();
  const ModelConfig& config = loaded.config();
  const Backend& backend = service.session().engine().backend();
  return json_response({{"version", version()},
                        {"model", service.options().model_name},
                        {"fingerprint", loaded.fingerprint()},
                        {"architecture", config.arch},
                        {"n_layers", config.n_layers},
                        {"n_heads", config.n_heads},
                        {"n_ctx", config.n_ctx},
                        {"n_vocab", config.d_vocab},
                        {"precision", name(backend.precision())},
                        {"threads", backend.n_threads()},
                        {"chat", service.options().chat != nullptr},
                        {"prompt_version", kPromptVersion},
                        {"questions", {"choice", "score", "noul", "predicate"}},
                        {"limits", limits(config)},
                        {"readers", readers_of(service)},
                        {"routes", routes()}});
}

http::Response answer_openapi(const Service& service) {
  OrderedJson description = OrderedJson::parse(openapi());
  fill_in(description["components"]["schemas"], service);
  return json_response(description);
}

}  // namespace partwise::internal
