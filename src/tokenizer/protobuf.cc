#include "tokenizer/protobuf.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "base/error.h"

namespace partwise::internal {

namespace {

using Field = ProtobufReader::Field;

[[noreturn]] void fail(const std::string& what) { throw Error(ErrorCode::bad_data, what); }

}  // namespace

void Field::expect(Type wanted) const {
  if (type != wanted) fail(fmt::format("field {} has another type than it should", number));
}

std::string_view Field::as_bytes() const {
  expect(Type::bytes);
  return bytes;
}

std::int64_t Field::as_integer() const {
  expect(Type::varint);
  return static_cast<std::int64_t>(value);
}

float Field::as_float() const {
  expect(Type::fixed32);
  return std::bit_cast<float>(static_cast<std::uint32_t>(value));
}

std::string_view ProtobufReader::take(std::uint64_t n_bytes) {
  if (n_bytes > rest_.size()) fail("it ends in the middle of a field");
  const std::string_view taken = rest_.substr(0, n_bytes);
  rest_.remove_prefix(n_bytes);
  return taken;
}

/// Seven bits per byte, the lowest first; the last byte is below 0x80.
std::uint64_t ProtobufReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1)[0]);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  fail("a number takes more than ten bytes");
}

template <class Number>
std::uint64_t ProtobufReader::fixed() {
  Number number;
  std::memcpy(&number, take(sizeof number).data(), sizeof number);  // little-endian, as are our machines
  return number;
}

std::optional<Field> ProtobufReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::uint64_t key = varint(), number = key >> 3;
  if (number == 0 || number >= 1u << 29) fail(fmt::format("there is no field {}", number));
  Field field{Field::Type::varint, static_cast<std::uint32_t>(number), 0, {}};
  switch (key & 7) {
    case 0:
      field.value = varint();
      break;
    case 1:
      field.type = Field::Type::fixed64, field.value = fixed<std::uint64_t>();
      break;
    case 2:
      field.type = Field::Type::bytes, field.bytes = take(varint());
      break;
    case 5:
      field.type = Field::Type::fixed32, field.value = fixed<std::uint32_t>();
      break;
    default:  // groups, which are obsolete
      fail(fmt::format("field {} has wire type {}", number, key & 7));
  }
  return field;
}

}  // namespace partwise::internal
