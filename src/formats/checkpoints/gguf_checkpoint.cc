// A GGUF file, or all parts of a split one, as a checkpoint.
#include <fmt/format.h>

#include <fstream>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/foreign.h"
#include "formats/gguf.h"

namespace partwise::internal {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& message, const std::string& hint) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", path.string(), message), hint);
}

/// A count in the metadata; nullopt if the key is missing.
std::optional<std::int64_t> read_count(const GgufFile& file, std::string_view key) {
  const std::optional<Json> value = file.value(key);
  if (!value) return std::nullopt;
  if (!value->is_number_integer() || value->get<std::int64_t>() < 0 || value->get<std::int64_t>() > INT32_MAX) {
    fail(file.path(), fmt::format("'{}' is {}, which is not a count", key, value->dump()), "get the file again");
  }
  return value->get<std::int64_t>();
}

bool is_split(const GgufFile& file) { return read_count(file, "split.count").value_or(1) > 1; }

std::string part_suffix(std::int64_t number, std::int64_t count) {
  return fmt::format("-{:05}-of-{:05}.gguf", number, count);
}

/// "NAME-00002-of-00005.gguf": the path of another part beside a given part, whose own name must agree with its
/// metadata.
fs::path part_path(const GgufFile& any_part, std::int64_t number, std::int64_t count) {
  const std::string name = any_part.path().filename().string();
  const std::int64_t own_number = read_count(any_part, "split.no").value_or(0) + 1;
  const std::string own_suffix = part_suffix(own_number, count);
  if (!name.ends_with(own_suffix)) {
    fail(any_part.path(),
         fmt::format("it is part {} of {} of a model, but its name does not say so", own_number, count),
         fmt::format("name it NAME{}, and the others alike", own_suffix));
  }
  const std::string stem = name.substr(0, name.size() - own_suffix.size());
  return any_part.path().parent_path() / (stem + part_suffix(number, count));
}

GgufFile open_part(const GgufFile& any_part, std::int64_t number, std::int64_t count) {
  const fs::path path = part_path(any_part, number, count);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw Error(ErrorCode::missing_input,
                fmt::format("{} is part {} of the {} of this model and is not there", path.string(), number, count),
                "put all parts into one folder");
  }
  check_finished(path);
  GgufFile part(path);
  if (read_count(part, "split.count") != count || read_count(part, "split.no") != number - 1) {
    fail(path, fmt::format("its metadata does not say that it is part {} of {}", number, count),
         "get the parts of the model again");
  }
  return part;
}

std::vector<GgufFile> open_parts(const fs::path& path) {
  std::vector<GgufFile> parts;
  check_finished(path);
  parts.emplace_back(path);
  if (!is_split(parts.front())) return parts;
  const GgufFile named = std::move(parts.front());
  const std::int64_t count = *read_count(named, "split.count");
  parts.clear();
  for (std::int64_t number = 1; number <= count; ++number) parts.push_back(open_part(named, number, count));
  return parts;
}

class GgufCheckpoint : public Checkpoint {
 public:
  explicit GgufCheckpoint(const fs::path& path) : path_(path), parts_(open_parts(path)) {
    config_ = parts_.front().metadata();  // the other parts say only that they are parts
    for (const char* key : {"split.no", "split.count", "split.tensors.count"}) config_.erase(key);
    for (const GgufFile& part : parts_) add_tensors(part);
    const auto promised = read_count(parts_.front(), "split.tensors.count");
    if (promised && *promised != static_cast<std::int64_t>(tensors_.size())) {
      fail(path, fmt::format("there should be {} tensors in all parts, but there are {}", *promised, tensors_.size()),
           "get the parts of the model again");
    }
  }

  std::string_view format() const override { return "gguf"; }
  const Json& config() const override { return config_; }
  const std::map<std::string, TensorView>& tensors() const override { return tensors_; }
  const fs::path& path() const override { return path_; }

  std::vector<fs::path> files() const override {
    std::vector<fs::path> files;
    for (const GgufFile& part : parts_) files.push_back(part.path());
    return files;
  }

 private:
  void add_tensors(const GgufFile& part) {
    for (const auto& [name, tensor] : part.tensors()) {
      if (tensors_.emplace(name, tensor).second) continue;
      fail(part.path(), fmt::format("tensor '{}' is in another part, too", name), "get the parts of the model again");
    }
  }

  fs::path path_;
  std::vector<GgufFile> parts_;
  Json config_;
  std::map<std::string, TensorView> tensors_;
};

bool probe(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return false;
  char magic[4] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "GGUF";
}

std::unique_ptr<Checkpoint> open(const fs::path& path) { return std::make_unique<GgufCheckpoint>(path); }

}  // namespace

void register_gguf_checkpoint(std::vector<CheckpointFormat>& formats) { formats.push_back({"gguf", probe, open}); }

}  // namespace partwise::internal
