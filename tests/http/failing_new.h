// `new` of this program, which a test can make fail.
#pragma once

namespace partwise::internal::test {

/// While it is true, this thread's `new` throws std::bad_alloc.
extern thread_local bool new_fails;

}  // namespace partwise::internal::test
