// Recognises a single file by its content and its name.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "formats/adapter.h"
#include "formats/foreign.h"
#include "formats/hub_name.h"
#include "formats/safetensors.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

struct NamedKind {
  const char *pattern, *what, *advice;
};

constexpr const char* kFinish = "wait for the download, or start it again";
constexpr const char* kPieces =
    "join the pieces in their order: cat NAME.gguf-split-* > NAME.gguf, or cat NAME.gguf.part* ...";
constexpr const char* kWholeFolder = "give the folder that it lies in";

/// Names tell what the content alone does not: an unfinished download, or one piece of a file, begins like any other
/// file.
constexpr NamedKind kBeforeContent[] = {
    {"*.part", "an unfinished download", kFinish},
    {"*.partial", "an unfinished download", kFinish},
    {"*.incomplete", "an unfinished download", kFinish},
    {"*.crdownload", "an unfinished download", kFinish},
    {"*.download", "an unfinished download", kFinish},
    {"*.aria2", "what aria2 notes of an unfinished download", kFinish},
    {"*-split-[a-z]", "one piece of a file that was cut", kPieces},
    {"*.part[0-9]*of[0-9]*", "one piece of a file that was cut", kPieces},
    {"tokenizer*.json", "a tokenizer's file, not a model", kWholeFolder},
    {"tokenizer.model", "a tokenizer's file, not a model", kWholeFolder},
    {"generation_config.json", "settings of a model, not the model", kWholeFolder},
};
constexpr NamedKind kAfterContent[] = {
    {"*.onnx", "an ONNX model", kTakeAnother},
    {"*.msgpack", "Flax weights", kTakeAnother},
    {"*.pb", "a TensorFlow model", kTakeAnother},
    {"*.ot", "weights for rust-bert", kTakeAnother},
    {"*.nemo", "a NeMo model", kTakeAnother},
    {"*.pte", "an ExecuTorch program", kTakeAnother},
    {"*.engine", "a TensorRT engine", kTakeAnother},
    {"*.bin", "weights of another program, or of a PyTorch model", kTakeAnother},
    {"*.pt", "a PyTorch file", kTakeAnother},
    {"*.pth", "a PyTorch file", kTakeAnother},
    {"*.ckpt", "a training checkpoint", kTakeAnother},
};

template <std::size_t n>
std::optional<Foreign> by_name(const NamedKind (&kinds)[n], const std::string& name) {
  const auto* kind = std::find_if(std::begin(kinds), std::end(kinds), [&](const NamedKind& k) {
    return fnmatch(k.pattern, name.c_str(), FNM_CASEFOLD) == 0;
  });
  return kind == std::end(kinds) ? std::nullopt : std::optional(Foreign{kind->what, kind->advice});
}

std::vector<std::byte> first_bytes(const fs::path& file) {
  std::vector<std::byte> bytes(512);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

bool is_regular(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored);
}

bool is_run(const fs::path& file) {
  try {
    return holds_run(SafetensorsFile(file));
  } catch (const Error&) {
    return false;
  }
}

const Foreign kRun{
    "this is a run file of partwise, not a model",
    {"give the model that the run was made of; readers are fitted on the run", {Remedy(Setting::run, "", Step::fit)}}};

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace

void Foreign::refuse(const fs::path& path) const {
  throw Error(code, fmt::format("{}: {}", path.string(), what), advice);
}

std::optional<Foreign> recognise_content(const fs::path& file) {
  return is_regular(file) ? recognise_content(first_bytes(file)) : std::nullopt;
}

std::optional<Foreign> recognise_file(const fs::path& file) {
  if (!is_regular(file)) return std::nullopt;
  const std::string name = file.filename().string();
  if (name.starts_with("adapter_") || name.starts_with("adapters.")) {
    if (auto adapter = recognise_adapter(folder_of(file))) return adapter;
  }
  if (auto kind = by_name(kBeforeContent, name)) return kind;
  auto content = recognise_content(file);
  if (content && content->kind() == kSafetensors && is_run(file)) return kRun;
  return content ? content : by_name(kAfterContent, name);
}

bool holds_run(const SafetensorsFile& file) {
  const auto has = [&](const char* name) { return file.tensors().contains(name); };
  return has("heads") && has("mlps") && has("logits");
}

void check_not_stand_in(const fs::path& file) {
  if (!is_regular(file)) return;
  if (const auto kind = recognise_stand_in(first_bytes(file))) kind->refuse(file);
}

Json read_json_of_model(const fs::path& file) {
  try {
    return read_json_file(file);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data) throw;
    const std::vector<std::byte> start = first_bytes(file);
    const auto kind = recognise_content(start);
    const bool json = !start.empty() && (start[0] == std::byte{'{'} || start[0] == std::byte{'['});
    if (kind && !json) kind->refuse(file);
    throw Error(error.code(), error.what(), "the file is damaged, or was changed by hand: get it again");
  }
}

void check_finished(const fs::path& file) {
  const fs::path note = file.string() + ".aria2";
  if (!is_there(note)) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the download is not finished: {} is beside it", file.string(), note.filename().string()),
              "let aria2 go on with it (aria2c --continue); if the file is known to be whole, remove that note");
}

std::string folder_for_result(const fs::path& folder, const std::string& suffix) {
  std::error_code ignored;
  if (const auto hub = hub_name_of_path(folder)) return hub->repo.substr(hub->repo.rfind('/') + 1) + suffix;
  std::string from = fs::absolute(folder, ignored).lexically_normal().string();
  while (from.size() > 1 && from.back() == '/') from.pop_back();
  return from + suffix;
}

std::string copy_tokenizer_command(const fs::path& folder, const std::string& to) {
  if (!is_there(folder / "tokenizer_config.json") && !is_there(folder / "tokenizer.json")) return "";
  return fmt::format(" && cp -n {}/*token* {}", shell_word(folder.string()), shell_word(to));
}

}  // namespace partwise::internal
