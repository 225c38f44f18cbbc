#include "apps/options.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/suggest.h"

namespace partwise {

namespace fs = std::filesystem;

namespace {

constexpr double kLeastMemory = 1e6, kMostMemory = 1e15;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path cache_folder() {
  const std::string cache = variable("XDG_CACHE_HOME");
  return cache.empty() ? fs::path(variable("HOME")) / ".cache" : fs::path(cache);
}

/// What a unit stands for: "" and "b", "k" and "kb" (powers of 1000), "kib" (of 1024), ...; 0 where it is none.
double unit_bytes(std::string unit) {
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.empty()) return 1;
  const std::size_t power = std::string_view("kmgt").find(unit[0]) + 1;
  const bool of_1024 = unit.size() == 2 && unit[1] == 'i';
  return power == 0 || (unit.size() > 1 && !of_1024) ? 0 : std::pow(of_1024 ? 1024 : 1000, power);
}

/// "512M", "1.5G", "2GiB"
std::int64_t parse_size(const std::string& option, const std::string& text) {
  double bytes = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  bytes *= unit_bytes(unit);
  if (error == std::errc() && bytes >= kLeastMemory && bytes <= kMostMemory) return static_cast<std::int64_t>(bytes);
  throw Error(ErrorCode::usage, fmt::format("{} cannot be '{}'", option, text), "a size like 512M or 2G, at least 1M");
}

}  // namespace

void add_json_option(CLI::App& app, bool& json) { app.add_flag("--json", json, "print JSON"); }

void refuse_choice(const std::string& option, const std::string& word, const std::vector<std::string>& choices) {
  throw Error(ErrorCode::usage, fmt::format("{} cannot be '{}'", option, word), suggestion_hint(word, choices));
}

void ComputeOptions::add_to(CLI::App& app) {
  app.add_option("--threads", threads, "threads; 0 takes all cores that the process may use (default)")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.add_option_function<std::string>(
         "--memory", [this](const std::string& text) { memory_bytes = parse_size("--memory", text); },
         "memory for activations, like 512M or 2G (default 1G); less of it means more, smaller groups of prompts and "
         "the "
         "same results")
      ->type_name("SIZE");
}

void ModelSource::add_to(CLI::App& app) {
  app.add_option("--model", path, "model: a Hugging Face folder or a GGUF file")->type_name("PATH")->required();
  add_allow_unknown(app);
}

void ModelSource::add_allow_unknown(CLI::App& app) {
  app.add_option("--allow-unknown", allow_unknown,
                 "let this configuration key or tensor pass although it is not known; the result records it (may be "
                 "given several times)")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

Model ModelSource::load() const { return Model::load(path, {{allow_unknown.begin(), allow_unknown.end()}}); }

std::unique_ptr<Tokenizer> ModelSource::tokenizer() const {
  return has_tokenizer(path) ? load_tokenizer(path) : nullptr;
}

fs::path demo_model_path() {
  const std::string given = variable("PARTWISE_DEMO_MODEL");
  return given.empty() ? cache_folder() / "partwise" / "SmolLM2-135M-Instruct.Q4_1.gguf" : fs::path(given);
}

fs::path model_or_demo(const fs::path& given) {
  if (!given.empty()) return given;
  const fs::path path = demo_model_path();
  if (fs::exists(path)) return path;
  throw Error(ErrorCode::missing_input, fmt::format("the demo's model is not at {}", path.string()),
              "`make demo` fetches it; or name one with --model PATH");
}

}  // namespace partwise
