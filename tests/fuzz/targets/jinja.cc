// A chat template and, as a second file, the JSON object of its variables.
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz/support.h"
#include "jinja/template.h"

namespace partwise::internal::fuzz {
namespace {

constexpr jinja::Limits kSmall = {.steps = 50'000, .bytes = 8 << 20, .depth = 200};

jinja::Variables variables_of(const std::string& json) {
  jinja::Variables variables;
  const OrderedJson object = parse_ordered_json_object(json, "variables");
  for (const auto& [name, value] : object.items()) set(variables, name, jinja::value_of_json(value));
  return variables;
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const std::vector<std::string> files = fuzz::split_files(data, size);
  if (files.empty()) return 0;
  fuzz::fine_or_refused([&] {
    const jinja::Template parsed(files[0], "template");
    jinja::Variables variables;
    fuzz::fine_or_refused([&] { variables = fuzz::variables_of(files.size() > 1 ? files[1] : "{}"); });
    const std::string text = parsed.render(
        variables, [] { return std::tm{}; }, fuzz::kSmall);
    fuzz::check(find_invalid_utf8(text) == std::string_view::npos, "a template's text is UTF-8");
  });
  return 0;
}
