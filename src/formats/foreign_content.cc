// Recognises a file by its first bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

#include "base/utf8.h"
#include "formats/foreign.h"

namespace partwise::internal {

namespace {

using namespace std::string_view_literals;

constexpr const char* kPyTorch =
    "convert it to safetensors: load it with the program that wrote it (transformers: from_pretrained, then "
    "save_pretrained), or take a folder with safetensors";
constexpr const char* kOldGgml =
    "take the model as GGUF, or convert the file with llama.cpp's convert_llama_ggml_to_gguf.py";
constexpr const char* kUnpack = "unpack it, and give what comes out of it";
constexpr const char* kOther = "take a folder of the model with safetensors, or a GGUF file of it";

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  const char *what, *advice;
};

/// The first bytes of formats. Those of llama.cpp's older formats are little-endian words.
constexpr Magic kMagics[] = {
    {0, "tjgg"sv, "a GGML file (GGJT), which llama.cpp wrote before GGUF", kOldGgml},
    {0, "fmgg"sv, "a GGML file (GGMF), which llama.cpp wrote before GGUF", kOldGgml},
    {0, "lmgg"sv, "a GGML file without a version, which llama.cpp wrote before GGUF", kOldGgml},
    {0, "algg"sv, "a LoRA adapter of llama.cpp in its older format (GGLA), not a model",
     "merge the adapter into its base model before that is converted to GGUF, and give what this makes"},
    {0, "nsgg"sv, "a saved session of llama.cpp, not a model", "give the model's GGUF file"},
    {0, "GGUF"sv, "a model (GGUF)", "give it by itself, with a name that ends in .gguf"},
    {0, "\x89HDF"sv, "an HDF5 file (TensorFlow or Keras)", kOther},
    {0, "\x93NUMPY"sv, "a NumPy array", kOther},
    {0, "%PDF"sv, "a PDF, not weights", "give a model"},
    {0,
     "\x7f"
     "ELF"sv,
     "a program, not weights", "give a model; of a llamafile, the GGUF file that `unzip` takes out of it"},
    {0, "MZ"sv, "a program, not weights", "give a model; of a llamafile, the GGUF file that `unzip` takes out of it"},
    {0, "\x1f\x8b"sv, "a gzip archive", kUnpack},
    {0, "\x28\xb5\x2f\xfd"sv, "a zstd archive", kUnpack},
    {0,
     "\xfd"
     "7zXZ"sv,
     "an xz archive", kUnpack},
    {0, "BZh"sv, "a bzip2 archive", kUnpack},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive", kUnpack},
    {0, "Rar!"sv, "a RAR archive", kUnpack},
    {257, "ustar"sv, "a tar archive", kUnpack},
    {4, "TFL3"sv, "a TensorFlow Lite model", kOther},
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view trimmed(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  return from == std::string_view::npos ? "" : text.substr(from);
}

bool starts_like(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char w, char t) {
           return w == std::tolower(static_cast<unsigned char>(t));
         });
}

/// The first line of a text, for a message.
std::string first_line(std::string_view text) {
  constexpr std::size_t longest = 100;
  const std::string_view line = text.substr(0, std::min({text.find_first_of("\r\n"), text.size(), longest}));
  return replace_invalid_utf8(line) + (line.size() < text.size() ? " ..." : "");
}

/// Whether the bytes are text. The last character may be cut off.
bool is_text(std::string_view start) {
  const auto control = [](unsigned char c) { return c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r'); };
  constexpr std::size_t longest_character = 4;
  const std::size_t invalid = find_invalid_utf8(start);
  return std::none_of(start.begin(), start.end(), control) &&
         (invalid == std::string_view::npos || invalid + longest_character > start.size());
}

constexpr const char* kAgain = "download the file itself, on the hub from an address with /resolve/ in it";

bool is_all_zeros(std::string_view start) {
  return start.find_first_not_of('\0') == std::string_view::npos && start.size() >= 16;
}

std::optional<Foreign> recognise_pointer_or_page(std::string_view text) {
  if (text.starts_with("version https://git-lfs") || text.starts_with("version https://hawser"))
    return Foreign{"a pointer of Git LFS, not the file itself",
                   "run `git lfs pull` in the repository that it comes from, or download the file itself"};
  for (const char* page : {"<!doctype html", "<html", "<head"})
    if (starts_like(text, page)) return Foreign{"a web page, not the file itself", kAgain};
  for (const char* answer : {"<?xml", "<error"})
    if (starts_like(text, answer)) return Foreign{"XML or a server's answer, not the file itself", kAgain};
  return std::nullopt;
}

std::optional<Foreign> recognise_text(std::string_view start) {
  const std::string_view text = trimmed(start);
  if (auto found = recognise_pointer_or_page(text)) return found;
  if (text.empty() || !is_text(start)) return std::nullopt;
  const bool json = text[0] == '{' || text[0] == '[';
  return Foreign{
      fmt::format("{}, not weights: {}", json ? "JSON" : "text", first_line(text)),
      fmt::format("give a GGUF file, or a folder with config.json and model.safetensors; if this was downloaded "
                  "as weights, {}",
                  kAgain)};
}

bool is_safetensors(std::string_view start) {
  std::uint64_t length = 0;
  if (start.size() < sizeof length + 2) return false;
  std::memcpy(&length, start.data(), sizeof length);
  constexpr std::uint64_t most = 100'000'000;
  return length > 1 && length <= most && start.substr(sizeof length, 2) == "{\"";
}

/// torch.save writes a zip archive, whose first file is NAME/data.pkl, and wrote bare pickles before.
std::optional<Foreign> recognise_pickle(std::string_view start) {
  const Foreign pickle{"a PyTorch file (a pickle), which is not read", kPyTorch};
  if (start.starts_with("PK\x03\x04"sv)) {
    constexpr std::size_t first_name = 200;
    const bool of_torch = start.substr(0, first_name).find("/data.pkl") != std::string_view::npos;
    return of_torch ? pickle : Foreign{"a zip archive", kUnpack};
  }
  const bool protocol = start.size() > 2 && start[0] == '\x80' && start[1] >= 2 && start[1] <= 5;
  return protocol && start[2] != '\0' ? std::optional(pickle) : std::nullopt;
}

const Foreign kParquet{"a Parquet table, not weights", {"give a model; a table is data", {Setting::train_file}}};
const Foreign kEmpty{"an empty file", "download it again"};
const Foreign kZeros{"nothing but zeros at its start, as in a download that was not finished", "download it again"};

std::string_view start_of(std::span<const std::byte> bytes) {
  constexpr std::size_t looked_at = 512;
  return text_of(bytes.first(std::min(bytes.size(), looked_at)));
}

}  // namespace

std::optional<Foreign> recognise_stand_in(std::span<const std::byte> bytes) {
  if (bytes.empty()) return kEmpty;
  const std::string_view start = start_of(bytes);
  return is_all_zeros(start) ? std::optional(kZeros) : recognise_pointer_or_page(trimmed(start));
}

std::optional<Foreign> recognise_content(std::span<const std::byte> bytes) {
  if (bytes.empty()) return kEmpty;
  const std::string_view start = start_of(bytes);
  if (start.starts_with("PAR1")) return kParquet;
  for (const Magic& magic : kMagics) {
    if (start.size() > magic.offset && start.substr(magic.offset).starts_with(magic.bytes))
      return Foreign{magic.what, magic.advice};
  }
  if (is_all_zeros(start)) return kZeros;
  if (is_safetensors(start)) {
    return Foreign{kSafetensors, "give the model's folder, with config.json and model.safetensors in it"};
  }
  if (auto pickle = recognise_pickle(start)) return pickle;
  return recognise_text(start);
}

}  // namespace partwise::internal
