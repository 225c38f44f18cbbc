// The type of a piece of a vocabulary. The numbers are SentencePiece's, and GGUF uses them as well.
#pragma once

#include <cstdint>
#include <optional>

namespace partwise::internal {

enum class PieceType : std::int64_t { normal = 1, unknown, control, user_defined, unused, byte };

/// nullopt for a number that is not a type.
constexpr std::optional<PieceType> piece_type(std::int64_t number) {
  if (number < std::int64_t(PieceType::normal) || number > std::int64_t(PieceType::byte)) return std::nullopt;
  return static_cast<PieceType>(number);
}

}  // namespace partwise::internal
