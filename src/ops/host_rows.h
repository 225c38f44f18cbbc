// The address of rows, for back ends whose memory is the host's, and for their tests.
#pragma once

#include "ops/matrix.h"
#include "ops/rows.h"

namespace partwise::internal {

struct HostRows {
  template <class T>
  static BasicMatrix<T> matrix(BasicRows<T> x) {
    return {x.data_, x.rows, x.cols, x.stride_};
  }
  template <class T>
  static BasicRows<T> rows(BasicMatrix<T> x) {
    return {x.data, x.rows, x.cols, x.stride};
  }
};
inline Matrix on_host(Rows x) { return HostRows::matrix(x); }
inline ConstMatrix on_host(ConstRows x) { return HostRows::matrix(x); }
inline Rows as_rows(Matrix x) { return HostRows::rows(x); }
inline ConstRows as_rows(ConstMatrix x) { return HostRows::rows(x); }

}  // namespace partwise::internal
