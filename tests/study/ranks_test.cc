#include "study/ranks.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "support/errors.h"

namespace partwise::internal {
namespace {

/// The ranks if these variables are set, and no other variable of a launcher.
Ranks ranks_with(const std::map<std::string, std::string>& variables) {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "SLURM_PROCID",
                           "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"})
    unsetenv(name);
  for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
  return launched_ranks();
}

TEST(Ranks, AreWhatTheLauncherSays) {
  EXPECT_EQ(ranks_with({}).size, 1);
  EXPECT_EQ(ranks_with({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "3"}}).rank, 2);
  EXPECT_EQ(ranks_with({{"PMI_RANK", "0"}, {"PMI_SIZE", "8"}}).size, 8);
  EXPECT_EQ(ranks_with({{"SLURM_PROCID", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}}).rank, 1);
}

TEST(Ranks, OfAScriptInASlurmJobAreOneProcess) {
  EXPECT_EQ(ranks_with({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}).size, 1);
}

TEST(Ranks, Nonsense) {
  EXPECT_EQ(test::error_of([] { ranks_with({{"PMI_RANK", "x"}, {"PMI_SIZE", "2"}}); }).code(), ErrorCode::usage);
  EXPECT_EQ(test::error_of([] { ranks_with({{"PMI_RANK", "2"}, {"PMI_SIZE", "2"}}); }).code(), ErrorCode::usage);
  ranks_with({});
}

}  // namespace
}  // namespace partwise::internal
