#include "support/mutations.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace partwise::internal::test {

namespace {

bool is_refused(const std::string& damaged, const std::function<void(const std::string&)>& parse) {
  try {
    parse(damaged);
    return false;
  } catch (const Error& error) {
    EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
    return true;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "not an Error: " << other.what();
    return true;
  }
}

}  // namespace

int parse_mutations(const std::string& valid, const std::function<void(const std::string&)>& parse) {
  int n_refused = 0;
  for (std::size_t length = 0; length < valid.size(); ++length) n_refused += is_refused(valid.substr(0, length), parse);
  for (std::size_t at = 0; at < valid.size(); ++at) {
    for (int change : {0x01, 0x80, 0xff}) {
      std::string damaged = valid;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      n_refused += is_refused(damaged, parse);
    }
  }
  for (std::size_t at = 0; at + 8 <= valid.size(); ++at) {
    for (std::uint64_t number : {~0ull, 1ull << 63, (1ull << 63) - 1, 1ull << 61, 1ull << 32, 0ull}) {
      std::string damaged = valid;
      std::memcpy(damaged.data() + at, &number, sizeof number);
      n_refused += is_refused(damaged, parse);
    }
  }
  return n_refused;
}

}  // namespace partwise::internal::test
