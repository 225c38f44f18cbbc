#include "formats/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "formats/foreign.h"

namespace partwise::internal {

namespace {

constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr std::size_t kAlignment = 64;
constexpr const char* kDamaged = "the file is damaged or incomplete: get it again";

constexpr DType kTypes[] = {DType::f32,     DType::f16,     DType::bf16,    DType::f64,    DType::i8,  DType::i16,
                            DType::i32,     DType::i64,     DType::u8,      DType::u16,    DType::u32, DType::u64,
                            DType::boolean, DType::f8_e4m3, DType::f8_e5m2, DType::f8_e8m0};

std::optional<DType> dtype_named(std::string_view name) {
  const auto* type =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](DType t) { return dtype_info(t).name == name; });
  return type == std::end(kTypes) ? std::nullopt : std::optional(*type);
}

/// Checks the header. Each error begins with the file and, if it is about a tensor, the tensor.
class HeaderReader {
 public:
  explicit HeaderReader(const MappedFile& file) : file_(file), data_(file.bytes()) {}

  Json read_header();
  TensorView read_tensor(const std::string& name, const Json& entry) const;
  std::map<std::string, std::string> read_metadata(const Json& entry) const;
  void check_coverage(const std::map<std::string, TensorView>& tensors) const;

 private:
  [[noreturn]] void fail(const std::string& message, const char* hint = kDamaged) const {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", file_.path().string(), message), hint);
  }
  [[noreturn]] void fail_tensor(const std::string& name, const std::string& message,
                                const char* hint = kDamaged) const {
    fail(fmt::format("tensor '{}': {}", name, message), hint);
  }
  /// What the file is instead, if that can be told.
  [[noreturn]] void fail_as_other(const std::string& message) const {
    const auto other = recognise_content(file_.bytes());
    if (other && other->kind() != kSafetensors) other->refuse(file_.path());
    fail(message);
  }
  Json parse(std::string_view text) const;
  DType read_dtype(const std::string& name, const Json& entry) const;
  [[noreturn]] void fail_cut_short(const std::string& name, std::int64_t end) const;
  std::vector<std::int64_t> read_integers(const std::string& name, const Json& entry, const char* field) const;

  const MappedFile& file_;
  std::span<const std::byte> data_;  // after the header, once that was read
};

Json HeaderReader::read_header() {
  const std::span<const std::byte> bytes = file_.bytes();
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length)
    fail_as_other(fmt::format("{} are too few for a safetensors file", format_bytes(bytes.size())));
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kMaxHeader || length > bytes.size() - sizeof length) {
    fail_as_other(fmt::format("not a safetensors file, or cut short: its header would be {} bytes long", length));
  }
  if (length == 0) fail_as_other("not a safetensors file: its header is empty, which is no JSON");
  data_ = bytes.subspan(sizeof length + length);
  return parse({reinterpret_cast<const char*>(bytes.data()) + sizeof length, static_cast<std::size_t>(length)});
}

Json HeaderReader::parse(std::string_view text) const {
  Json header = parse_json(text, file_.path().string());
  if (!header.is_object()) fail("the header is not a JSON object");
  // Only parsing again, with a listener, finds repeated names.
  std::set<std::string> names;
  std::ignore = Json::parse(text, [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth == 1 && event == Json::parse_event_t::key && !names.insert(parsed.get<std::string>()).second) {
      fail_tensor(parsed.get<std::string>(), "it is there twice");
    }
    return true;
  });
  return header;
}

DType HeaderReader::read_dtype(const std::string& name, const Json& entry) const {
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string())
    fail_tensor(name, "it has no dtype");
  const std::string type = entry["dtype"];
  const std::optional<DType> dtype = dtype_named(type);
  if (dtype) return *dtype;
  fail_tensor(name, fmt::format("the type {} cannot be read", type),
              "weights are F32, F16, BF16 or F64: take a folder of the model in one of these types, or a GGUF file");
}

std::vector<std::int64_t> HeaderReader::read_integers(const std::string& name, const Json& entry,
                                                      const char* field) const {
  const auto is_count = [](const Json& n) { return n.is_number_unsigned() && n.get<std::uint64_t>() <= INT64_MAX; };
  const auto list = entry.find(field);
  if (list == entry.end() || !list->is_array() || !std::all_of(list->begin(), list->end(), is_count)) {
    fail_tensor(name, fmt::format("its {} is not a list of whole numbers", field));
  }
  return list->get<std::vector<std::int64_t>>();
}

void HeaderReader::fail_cut_short(const std::string& name, std::int64_t end) const {
  const auto header = static_cast<std::uint64_t>(file_.bytes().size() - data_.size());
  fail_tensor(name,
              fmt::format("the file is cut short: it has {}, and this tensor ends at {}",
                          format_bytes(file_.bytes().size()), format_bytes(header + static_cast<std::uint64_t>(end))),
              "its download is not finished or was broken off: get the file again");
}

TensorView HeaderReader::read_tensor(const std::string& name, const Json& entry) const {
  TensorView tensor;
  tensor.dtype = read_dtype(name, entry);
  tensor.shape = read_integers(name, entry, "shape");
  const std::vector<std::int64_t> place = read_integers(name, entry, "data_offsets");
  const auto size = static_cast<std::int64_t>(data_.size());
  if (place.size() == 2 && place[0] <= place[1] && place[1] > size) fail_cut_short(name, place[1]);
  if (place.size() != 2 || place[0] > place[1]) {
    fail_tensor(name, fmt::format("its data_offsets {} do not lie in the {} bytes of data", to_string(place), size));
  }
  const std::int64_t n_bytes = place[1] - place[0];
  if (byte_count(tensor.dtype, tensor.shape) != n_bytes) {
    fail_tensor(name, fmt::format("{} bytes do not make shape {} of {}", n_bytes, to_string(tensor.shape),
                                  dtype_info(tensor.dtype).name));
  }
  tensor.bytes = data_.subspan(static_cast<std::size_t>(place[0]), static_cast<std::size_t>(n_bytes));
  return tensor;
}

std::map<std::string, std::string> HeaderReader::read_metadata(const Json& entry) const {
  const auto is_string = [](const Json& value) { return value.is_string(); };
  if (!entry.is_object() || !std::all_of(entry.begin(), entry.end(), is_string)) {
    fail("__metadata__ is not an object of strings");
  }
  return entry.get<std::map<std::string, std::string>>();
}

/// Checks that tensors lie one after the other and cover all of the data.
void HeaderReader::check_coverage(const std::map<std::string, TensorView>& tensors) const {
  std::vector<std::pair<const std::byte*, const std::pair<const std::string, TensorView>*>> by_place;
  for (const auto& named : tensors) {
    if (!named.second.bytes.empty()) by_place.emplace_back(named.second.bytes.data(), &named);
  }
  std::sort(by_place.begin(), by_place.end());
  const std::byte* end = data_.data();
  for (const auto& [start, named] : by_place) {
    if (start < end) fail_tensor(named->first, "it overlaps with another one");
    if (start > end) fail_tensor(named->first, "the bytes before it belong to no tensor");
    end = start + named->second.bytes.size();
  }
  if (end != data_.data() + data_.size()) fail("the bytes at its end belong to no tensor");
}

Json header_of(const std::vector<std::pair<std::string, TensorView>>& tensors,
               const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t at = 0;
  for (const auto& [name, tensor] : tensors) {
    const DTypeInfo& info = dtype_info(tensor.dtype);
    check_internal(dtype_named(info.name).has_value(), "safetensors holds plain numbers");
    check_internal(byte_count(tensor.dtype, tensor.shape) == static_cast<std::int64_t>(tensor.bytes.size()),
                   "a tensor's bytes fit its shape");
    check_internal(name != "__metadata__" && !header.contains(name), "tensors have names of their own");
    const std::size_t end = at + tensor.bytes.size();
    header[name] = {{"dtype", info.name}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  return header;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path) {
  HeaderReader reader(file_);
  const Json header = reader.read_header();
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      metadata_ = reader.read_metadata(entry);
    } else {
      tensors_.emplace(name, reader.read_tensor(name, entry));
    }
  }
  reader.check_coverage(tensors_);
}

void write_safetensors(OutputFile& out, const std::vector<std::pair<std::string, TensorView>>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  std::string header = header_of(tensors, metadata).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::uint64_t length = header.size();
  length += (kAlignment - (sizeof length + length) % kAlignment) % kAlignment;
  header.resize(length, ' ');
  out.write(std::as_bytes(std::span(&length, 1)));
  out.write(header);
  for (const auto& [name, tensor] : tensors) out.write(tensor.bytes);
}

}  // namespace partwise::internal
