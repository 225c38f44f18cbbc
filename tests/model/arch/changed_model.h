// Golden models whose configuration is changed.
#pragma once

#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "model/model.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal::test {

/// The configuration of tests/golden/NAME with `changes` made to its file `file`. A key whose change is null is left
/// out.
inline ModelConfig changed(const std::string& name, const Json& changes, const char* file = "config.json") {
  const TempDir dir;
  const std::filesystem::path golden = source_dir() / "tests" / "golden" / name;
  Json config = read_json_file(golden / file);
  config.merge_patch(changes);
  link_model(golden, config.dump(), dir / "model");
  return Model::load(dir / "model").config();
}

inline std::string refusal(const std::string& name, const Json& changes, const char* file = "config.json") {
  return error_of([&] { changed(name, changes, file); }).what();
}

}  // namespace partwise::internal::test
