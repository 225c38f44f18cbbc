#include "base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "base/error.h"

namespace partwise::internal {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  check_internal(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1, "OpenSSL offers SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
  check_internal(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "SHA-256 takes bytes");
}

void Sha256::update(std::string_view text) { update(std::as_bytes(std::span(text))); }

void Sha256::update_item(std::string_view text) {
  update(fmt::format("{}:", text.size()));
  update(text);
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest;
  check_internal(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) == 1, "SHA-256 finishes once");
  std::string digits;
  for (unsigned char byte : digest) digits += fmt::format("{:02x}", byte);
  return digits;
}

}  // namespace partwise::internal
