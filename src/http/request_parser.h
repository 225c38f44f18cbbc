// Requests from bytes, as they come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/incoming.h"

namespace partwise::internal::http {

/// Reads one request.
class RequestParser {
 public:
  RequestParser(std::uint32_t most_header_bytes, std::uint64_t most_body_bytes);
  ~RequestParser();

  /// Reads the beginning of `bytes`, at most to the end of the header, or of the request. Returns how many bytes it
  /// read; the others are to be given again, together with what comes next.
  std::size_t take(std::string_view bytes);

  bool has_begun() const;   // a byte of the request has come
  bool has_header() const;  // the header is complete
  bool is_done() const;     // the request is complete
  std::size_t n_body_bytes() const;
  /// Why the bytes are no request that is accepted. Nothing more can be read then.
  const std::optional<Refusal>& refusal() const { return refusal_; }

  /// What the header says; as far as it was read, if there is a refusal. Without the body. Call it once.
  Incoming take_header();
  /// Call it once, if the request is complete.
  std::string take_body();

 private:
  class Parser;
  std::size_t n_empty_lines(std::string_view bytes) const;
  std::size_t put(std::string_view bytes);

  std::uint32_t most_header_bytes_;
  std::uint64_t most_body_bytes_;
  std::size_t n_frame_bytes_ = 0;  // of the header, then of what stands before a chunk
  std::unique_ptr<Parser> parser_;
  std::optional<Refusal> refusal_;
};

}  // namespace partwise::internal::http
