#include "data/file_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view magic;
  std::size_t at;  // where the magic bytes stand
  const char* name;
  const char* hint;
  bool is_text = false;
};

constexpr const char* kPandas = "with pandas: pd.{}.to_json('rows.jsonl', orient='records', lines=True)";
constexpr const char* kSpreadsheet = "save the sheet as CSV (UTF-8)";
constexpr const char* kArchive = "unpack it, and name the file of rows in it";
constexpr const char* kDownload =
    "download the file itself (git lfs pull, or the address that ends in resolve/main/NAME)";

const Magic kKinds[] = {
    {"PAR1"sv, 0, "a Parquet file", "read_parquet('FILE')"},
    {"PARE"sv, 0, "an encrypted Parquet file", "read_parquet('FILE')"},
    {"ARROW1"sv, 0, "an Arrow (Feather) file", "read_feather('FILE')"},
    {"FEA1"sv, 0, "a Feather file", "read_feather('FILE')"},
    {"ORC"sv, 0, "an ORC file", "read_orc('FILE')"},
    {"\x89HDF\r\n\x1a\n"sv, 0, "an HDF5 file", "read_hdf('FILE')"},
    {"\xff\xff\xff\xff"sv, 0, "a stream of Arrow, as the datasets library keeps it",
     "with datasets: Dataset.from_file('FILE').to_json('rows.jsonl')"},
    {"Obj\x01"sv, 0, "an Avro file", "write its rows as JSONL"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, 0, "an Excel (.xls) or another old Office file", kSpreadsheet},
    {"SQLite format 3\0"sv, 0, "an SQLite data base", "sqlite3 -header -csv FILE 'select * from TABLE' > rows.csv"},
    {"DUCK"sv, 8, "a DuckDB data base", "write the table with: copy TABLE to 'rows.csv' (header)"},
    {"\x28\xb5\x2f\xfd"sv, 0, "a Zstandard file", "unpack it: zstd -d FILE"},
    {"\xfd\x37zXZ\0"sv, 0, "an xz file", "unpack it: xz -d FILE"},
    {"BZh"sv, 0, "a bzip2 file", "unpack it: bzip2 -d FILE"},
    {"\x04\x22\x4d\x18"sv, 0, "an LZ4 file", "unpack it: lz4 -d FILE"},
    {"7z\xbc\xaf\x27\x1c"sv, 0, "a 7-Zip archive", kArchive},
    {"Rar!\x1a\x07"sv, 0, "a RAR archive", kArchive},
    {"ustar"sv, 257, "a tar archive", kArchive},
    {"\x93NUMPY"sv, 0, "a NumPy array", "write its rows as JSONL or CSV"},
    {"$FL2"sv, 0, "an SPSS file", "read_spss('FILE')"},
    {"<stata_dta>"sv, 0, "a Stata file", "read_stata('FILE')"},
    {"RDX3\n"sv, 0, "an R data file", "write the table with write.csv(TABLE, 'rows.csv', row.names = FALSE)"},
    {"%PDF-"sv, 0, "a PDF", "rows of text are wanted: JSONL, CSV or TSV", true},
    {"version https://git-lfs.github.com/spec/"sv, 0, "a pointer of Git LFS in place of the file", kDownload, true},
    {"<!doctype html"sv, 0, "a web page (HTML)", kDownload, true},
    {"<html"sv, 0, "a web page (HTML)", kDownload, true},
    {"<?xml"sv, 0, "XML", "write its rows as JSONL, CSV or TSV", true},
};

bool same_letter(char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); }

/// Whether `bytes` hold the magic bytes of `kind`. Marks that begin with "<" match in any case, others byte for byte.
bool begins_with(std::string_view bytes, const Magic& kind) {
  if (bytes.size() < kind.at + kind.magic.size()) return false;
  const std::string_view there = bytes.substr(kind.at, kind.magic.size());
  return kind.magic[0] == '<' ? std::ranges::equal(there, kind.magic, same_letter) : there == kind.magic;
}

FileKind kind_of(const Magic& magic) {
  const std::string_view hint = magic.hint;
  return {magic.name, hint.starts_with("read_") ? fmt::format(fmt::runtime(kPandas), hint) : std::string(hint)};
}

/// Recognises zip archives. Names of entries in the first 4096 bytes, or the file's extension, tell which kind it is.
std::optional<FileKind> recognise_zip(std::string_view bytes, std::string_view source) {
  if (!bytes.starts_with("PK\x03\x04") && !bytes.starts_with("PK\x05\x06")) return std::nullopt;
  const std::string_view head = bytes.substr(0, 4096);
  const auto holds = [&](std::string_view name) { return head.find(name) != std::string_view::npos; };
  if (source.ends_with(".xlsx") || holds("[Content_Types].xml") || holds("xl/"))
    return FileKind{"an Excel file (.xlsx)", kSpreadsheet};
  if (source.ends_with(".ods") || holds("opendocument.spreadsheet"))
    return FileKind{"an OpenDocument sheet (.ods)", kSpreadsheet};
  if (holds(".npy")) return FileKind{"a NumPy archive (.npz)", "write its rows as JSONL or CSV"};
  if (holds("data.pkl")) return FileKind{"a PyTorch file", "write its rows as JSONL or CSV"};
  return FileKind{"a zip archive", "unpack it (unzip FILE), and name the file of rows in it"};
}

const FileKind kRun{"a run file of partwise", {"a run is read as one", {{Setting::run, "", Step::fit}}}};
const FileKind kSafetensors{"a safetensors file", {"a file of rows is wanted here, not a model", {Setting::model}}};

/// Recognises safetensors: eight bytes of length, then a header of JSON, which names the tensors.
std::optional<FileKind> recognise_safetensors(std::string_view bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length || bytes.substr(sizeof length, 2) != "{\"") return std::nullopt;
  std::memcpy(&length, bytes.data(), sizeof length);
  constexpr std::uint64_t kMostHeader = 100'000'000;
  if (length > kMostHeader) return std::nullopt;
  const std::string_view header = bytes.substr(sizeof length, length);
  const auto names = [&](std::string_view tensor) { return header.find(tensor) != std::string_view::npos; };
  return names("\"heads\":") && names("\"mlps\":") && names("\"logits\":") ? kRun : kSafetensors;
}

/// Whether this is Python's pickle, protocols 2 to 5. A pickle ends in a full stop.
bool is_pickle(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5 && bytes.back() == '.';
}

/// Whether `bytes` are text after all: a table's header may begin with the letters that mark a kind.
bool is_text(std::string_view bytes) {
  return find_invalid_utf8(bytes) == std::string_view::npos &&
         std::ranges::none_of(bytes, [](unsigned char c) { return c < '\t'; });
}

/// Without a byte order mark and white space at the start.
std::string_view trim_start(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

}  // namespace

std::optional<FileKind> recognise_kind(std::string_view bytes, std::string_view source) {
  if (auto kind = recognise_zip(bytes, source)) return kind;
  if (auto kind = recognise_safetensors(bytes)) return kind;
  if (is_pickle(bytes)) return kind_of({{}, 0, "a Python pickle", "read_pickle('FILE')"});
  if (bytes.starts_with("GGUF") && !is_text(bytes))
    return FileKind{"a model (GGUF)", {"a file of rows is wanted here, not a model", {Setting::model}}};
  for (const Magic& magic : kKinds)
    if (begins_with(magic.is_text ? trim_start(bytes) : bytes, magic) && (magic.is_text || !is_text(bytes)))
      return kind_of(magic);
  return std::nullopt;
}

void refuse_other_kinds(std::string_view bytes, std::string_view source) {
  if (const auto kind = recognise_kind(bytes, source))
    throw Error(ErrorCode::bad_data, fmt::format("{}: this is {}, not rows of text", source, kind->name), kind->advice);
}

}  // namespace partwise::internal
