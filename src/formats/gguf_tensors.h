// The tensor part of a GGUF file: a table of names, shapes, types and places, and the data after it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "formats/gguf_cursor.h"
#include "tensor/tensor_view.h"

namespace partwise::internal {

/// Reads `count` entries of the table, which starts at the cursor, and finds their data in `file`. The data start at
/// the next multiple of `alignment` after the table. Errors: bad_data, naming the tensor, for unknown types, repeated
/// names, and data that are unaligned, overlap or lie outside of the file.
std::map<std::string, TensorView> read_gguf_tensors(GgufCursor& cursor, std::span<const std::byte> file,
                                                    std::uint64_t count, std::uint64_t alignment);

}  // namespace partwise::internal
