// The processes of one command, where several machines share it.
#pragma once

namespace partwise {

struct Ranks {
  int rank = 0, size = 1;
};

}  // namespace partwise
