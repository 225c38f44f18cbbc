// A back end whose rows nobody but its operations can read or write: a program that touches them crashes.
#pragma once

#include <memory>

#include "ops/backend.h"

namespace partwise::internal::test {

/// Computes as the plain reference does, on one thread. Rows begin as NaN and lie in pages that are open during an
/// operation only, as on a device that the host cannot address.
std::unique_ptr<Backend> make_guarded_backend(Precision precision = Precision::f32);

}  // namespace partwise::internal::test
