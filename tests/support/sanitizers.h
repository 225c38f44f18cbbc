// Whether the tests were compiled with a sanitizer.
#pragma once

namespace partwise::internal::test {

/// Sanitizers use memory of their own, so that what a process holds says nothing.
constexpr bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
  return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
  return false;
#endif
}

}  // namespace partwise::internal::test
