// What a piece of a vocabulary is for: SentencePiece's numbers, which GGUF has taken over.
#pragma once

#include <cstdint>
#include <optional>

namespace partwise {

enum class PieceType : std::int64_t { normal = 1, unknown, control, user_defined, unused, byte };

/// Nothing for a number that is none.
constexpr std::optional<PieceType> piece_type(std::int64_t number) {
  if (number < std::int64_t(PieceType::normal) || number > std::int64_t(PieceType::byte)) return std::nullopt;
  return static_cast<PieceType>(number);
}

}  // namespace partwise
