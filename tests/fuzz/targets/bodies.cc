// Bodies of requests to the routes of the server, with a tiny model. The first byte chooses the route.
#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "fuzz/support.h"
#include "serve/body.h"
#include "serve/routes.h"
#include "support/paths.h"

namespace partwise::internal::fuzz {
namespace {

using Answer = http::Response (*)(Service&, const http::Request&, std::stop_token);

constexpr std::array<Answer, 8> kAnswers = {answer_systemone,        answer_decisions,   answer_classify,
                                            answer_pooling_classify, answer_completions, answer_tokenize,
                                            answer_detokenize,       answer_fit_reader};

Service& service() {
  static const LoadedModel loaded({(test::source_dir() / "tests/golden/tiny-llama").string(), {}, {}});
  static const Session session(loaded, {.threads = 1}, Passes::served);
  static Service service(session, {.model_name = "tiny"});
  return service;
}

/// What is answered is JSON, and what is not is a mistake of the client.
void use(Answer answer, std::string body) {
  try {
    const http::Response response = answer(service(), {.method = "POST", .body = std::move(body)}, {});
    check(response.status == 200 && OrderedJson::accept(response.body), "an answer is JSON");
  } catch (const Error& error) {
    check(failure_of(error).status < 500, "a wrong body is the client's mistake");
  }
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal::fuzz;
  if (size == 0) return 0;
  use(kAnswers[data[0] % kAnswers.size()], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
