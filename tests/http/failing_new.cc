#include "http/failing_new.h"

#include <cstdlib>
#include <new>

namespace partwise::internal::test {

thread_local bool new_fails = false;

}  // namespace partwise::internal::test

void* operator new(std::size_t n_bytes) {
  void* memory = partwise::internal::test::new_fails ? nullptr : std::malloc(n_bytes == 0 ? 1 : n_bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
