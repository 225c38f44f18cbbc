#include "support/paths.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace partwise::internal::test {

namespace fs = std::filesystem;

namespace {

std::optional<fs::path> existing(const fs::path& path) {
  if (path.empty() || !fs::exists(path)) return std::nullopt;
  return path;
}

std::string env(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// The folder into which scripts/fetch-model downloads models.
std::optional<fs::path> in_cache(const char* name) {
  const fs::path cache =
      env("XDG_CACHE_HOME").empty() ? fs::path(env("HOME")) / ".cache" : fs::path(env("XDG_CACHE_HOME"));
  return existing(cache / "partwise" / name);
}

}  // namespace

std::optional<fs::path> shared_dir() {
  if (!env("PARTWISE_SHARED").empty()) return existing(env("PARTWISE_SHARED"));
  return existing(source_dir().parent_path() / "shared");
}

std::optional<fs::path> demo_model() {
  if (const fs::path named = env("PARTWISE_DEMO_MODEL"); !named.empty()) {
    if (!fs::exists(named)) throw std::runtime_error("PARTWISE_DEMO_MODEL names no file: " + named.string());
    return named;
  }
  return in_cache("SmolLM2-135M-Instruct.Q4_1.gguf");
}

std::optional<fs::path> gemma_model() { return in_cache("gemma-3-270m-q4_k_m.gguf"); }

TempDir::TempDir() {
  std::string name = (fs::temp_directory_path() / "partwise-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write_file(const fs::path& path, const std::string& content) {
  fs::remove(path);  // replacing a file's content makes some file systems wait for the disk
  std::ofstream out(path, std::ios::binary);
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

fs::path source_dir() { return PARTWISE_SOURCE_DIR; }
fs::path build_dir() { return PARTWISE_BINARY_DIR; }

}  // namespace partwise::internal::test
