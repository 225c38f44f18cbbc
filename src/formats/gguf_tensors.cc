#include "formats/gguf_tensors.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "base/round.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

constexpr std::uint32_t kMaxDims = 4;

struct TypeNumber {
  std::uint32_t number;
  std::string_view name;
  std::optional<DType> dtype;  // nullopt if we cannot read it
};

constexpr TypeNumber kTypes[] = {
    {0, "F32", DType::f32},
    {1, "F16", DType::f16},
    {2, "Q4_0", DType::q4_0},
    {3, "Q4_1", DType::q4_1},
    {6, "Q5_0", DType::q5_0},
    {7, "Q5_1", DType::q5_1},
    {8, "Q8_0", DType::q8_0},
    {9, "Q8_1", {}},
    {10, "Q2_K", DType::q2_k},
    {11, "Q3_K", DType::q3_k},
    {12, "Q4_K", DType::q4_k},
    {13, "Q5_K", DType::q5_k},
    {14, "Q6_K", DType::q6_k},
    {15, "Q8_K", {}},
    {16, "IQ2_XXS", {}},
    {17, "IQ2_XS", {}},
    {18, "IQ3_XXS", {}},
    {19, "IQ1_S", {}},
    {20, "IQ4_NL", DType::iq4_nl},
    {21, "IQ3_S", {}},
    {22, "IQ2_S", {}},
    {23, "IQ4_XS", DType::iq4_xs},
    {24, "I8", DType::i8},
    {25, "I16", DType::i16},
    {26, "I32", DType::i32},
    {27, "I64", DType::i64},
    {28, "F64", DType::f64},
    {29, "IQ1_M", {}},
    {30, "BF16", DType::bf16},
    {31, "Q4_0_4_4", {}},
    {32, "Q4_0_4_8", {}},
    {33, "Q4_0_8_8", {}},
    {34, "TQ1_0", {}},
    {35, "TQ2_0", {}},
    {36, "IQ4_NL_4_4", {}},
    {37, "IQ4_NL_4_8", {}},
    {38, "IQ4_NL_8_8", {}},
    {39, "MXFP4", DType::mxfp4},
};

struct Entry {
  std::string name;
  Shape shape;
  DType dtype;
  std::uint64_t offset;  // from the start of the data
  std::uint64_t n_bytes;
};

DType dtype_of(const GgufCursor& cursor, const std::string& name, std::uint32_t number) {
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes), [&](auto& t) { return t.number == number; });
  if (type != std::end(kTypes) && type->dtype) return *type->dtype;
  const std::string which = type == std::end(kTypes) ? "that is unknown" : fmt::format("({})", type->name);
  cursor.fail(
      fmt::format("tensor '{}' is of type {} {}, which cannot be read", name, number, which),
      "use a file of the model in another type: F32, F16, BF16, MXFP4, IQ4_NL, IQ4_XS, Q8_0, Q4_0 to Q5_1, or Q2_K to "
      "Q6_K");
}

/// The file lists the innermost axis first.
Shape take_shape(GgufCursor& cursor, const std::string& name) {
  const auto n_dims = cursor.take<std::uint32_t>("the tensor table");
  if (n_dims > kMaxDims) cursor.fail(fmt::format("tensor '{}' has {} axes, more than {}", name, n_dims, kMaxDims));
  Shape shape(n_dims);
  for (auto axis = shape.rbegin(); axis != shape.rend(); ++axis) {
    const auto length = cursor.take<std::uint64_t>("the tensor table");
    if (length > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      cursor.fail(fmt::format("tensor '{}' has an axis of {} elements", name, length));
    }
    *axis = static_cast<std::int64_t>(length);
  }
  return shape;
}

std::uint64_t check_shape(const GgufCursor& cursor, const std::string& name, const Shape& shape, DType dtype) {
  if (const auto bytes = byte_count(dtype, shape)) return static_cast<std::uint64_t>(*bytes);
  cursor.fail(fmt::format("tensor '{}' cannot have the shape {} in type {}, whose blocks are of {}", name,
                          to_string(shape), dtype_info(dtype).name, dtype_info(dtype).block_size));
}

Entry take_entry(GgufCursor& cursor) {
  Entry entry;
  entry.name = cursor.take_string("the tensor table");
  if (find_invalid_utf8(entry.name) != std::string::npos) cursor.fail("a tensor's name is not valid UTF-8");
  entry.shape = take_shape(cursor, entry.name);
  entry.dtype = dtype_of(cursor, entry.name, cursor.take<std::uint32_t>("the tensor table"));
  entry.offset = cursor.take<std::uint64_t>("the tensor table");
  entry.n_bytes = check_shape(cursor, entry.name, entry.shape, entry.dtype);
  return entry;
}

void check_place(const GgufCursor& cursor, const Entry& entry, std::uint64_t data_size, std::uint64_t alignment) {
  if (entry.offset % alignment != 0) {
    cursor.fail(fmt::format("tensor '{}' starts at {}, which is not a multiple of the alignment {}", entry.name,
                            entry.offset, alignment));
  }
  if (entry.offset > data_size || entry.n_bytes > data_size - entry.offset) {
    cursor.fail(fmt::format("the file is cut short: tensor '{}' asks for {} bytes at {} of the data, which has only {}",
                            entry.name, entry.n_bytes, entry.offset, data_size),
                "its download is not finished or was broken off: get the file again");
  }
}

/// Sorts the entries by their places, and compares neighbours.
void check_overlaps(const GgufCursor& cursor, std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
  const Entry* last = nullptr;  // the last one that holds any bytes
  for (const Entry& entry : entries) {
    if (entry.n_bytes == 0) continue;
    if (last && entry.offset < last->offset + last->n_bytes) {
      cursor.fail(fmt::format("tensors '{}' and '{}' overlap", last->name, entry.name));
    }
    last = &entry;
  }
}

}  // namespace

std::map<std::string, TensorView> read_gguf_tensors(GgufCursor& cursor, std::span<const std::byte> file,
                                                    std::uint64_t count, std::uint64_t alignment) {
  constexpr std::uint64_t least_entry = 8 + 4 + 4 + 8;  // length of the name, axes, type, offset
  cursor.check_count(count, least_entry, "tensors");
  std::vector<Entry> entries;
  for (std::uint64_t i = 0; i < count; ++i) entries.push_back(take_entry(cursor));

  const std::uint64_t start = round_up<std::uint64_t>(cursor.position(), alignment);
  const std::span<const std::byte> data = file.subspan(std::min<std::uint64_t>(start, file.size()));
  for (const Entry& entry : entries) check_place(cursor, entry, data.size(), alignment);
  check_overlaps(cursor, entries);

  std::map<std::string, TensorView> tensors;
  for (Entry& entry : entries) {
    const TensorView view{entry.dtype, entry.shape, data.subspan(entry.offset, entry.n_bytes)};
    if (!tensors.emplace(entry.name, view).second) cursor.fail(fmt::format("two tensors are named '{}'", entry.name));
  }
  return tensors;
}

}  // namespace partwise::internal
