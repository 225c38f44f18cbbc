// The wire format of Protocol Buffers, as far as reading known messages needs it:
// https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace partwise::internal {

/// The fields of one message, one after the other.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : rest_(message) {}

  struct Field {
    enum class Type { varint, fixed64, bytes, fixed32 } type;
    std::uint32_t number;
    std::uint64_t value;     // for numbers
    std::string_view bytes;  // a string or a nested message; a view into the reader's message

    // The value in the type that the field is declared with. Errors: bad_data if it has another type on the wire.
    std::string_view as_bytes() const;
    std::int64_t as_integer() const;
    bool as_flag() const { return as_integer() != 0; }
    float as_float() const;

   private:
    friend class ProtobufReader;
    void expect(Type wanted) const;
  };

  /// The next field; nullopt at the end. Errors: bad_data if this is not a message.
  std::optional<Field> next();

 private:
  std::uint64_t varint();
  std::string_view take(std::uint64_t n_bytes);
  template <class Number>
  std::uint64_t fixed();

  std::string_view rest_;
};

}  // namespace partwise::internal
