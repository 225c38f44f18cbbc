#include "http/keys.h"

#include <openssl/crypto.h>

#include "base/sha256.h"

namespace partwise::internal::http {

namespace {

std::string digest_of(std::string_view key) {
  Sha256 hash;
  hash.update(key);
  return hash.finish();
}

}  // namespace

Keys::Keys(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) digests_.push_back(digest_of(key));
}

bool Keys::fits(std::string_view key) const {
  const std::string digest = digest_of(key);
  bool is_one = false;
  for (const std::string& known : digests_)
    is_one |= CRYPTO_memcmp(digest.data(), known.data(), known.size()) == 0;  // all of them, whichever fits
  return is_one && !key.empty();
}

}  // namespace partwise::internal::http
