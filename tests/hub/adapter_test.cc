// Refusals in the hub cache: an adapter, and a repository without weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/checkpoints.h"
#include "hub/hub.h"
#include "hub/hub_cache.h"

namespace partwise::internal {
namespace {

using test::kLora;
using test::opening;
using testing::HasSubstr;

TEST(Adapter, OfTheHubCacheIsFoundAndNotWrittenBeside) {
  const test::HubCache cache;
  const test::Variable variable("HF_HUB_CACHE", cache.path().c_str());
  cache.add_reference("org--lora", "main", test::commit(1));
  cache.add_file("org--lora", 1, "adapter_config.json", kLora);
  cache.add_file("org--lora", 1, "adapter_model.bin");
  const HubName name = *parse_hub_name("org/lora");
  const Error error = opening(find_hub_files(name, find_hub_snapshot(name), HubFiles::model));
  EXPECT_THAT(error.what(), HasSubstr("LoRA adapter of 'org/base'"));
  EXPECT_THAT(error.hint(), testing::EndsWith(" lora-merged"));
}

TEST(Adapter, WhatAHubRepositoryHoldsInsteadOfWeightsIsTold) {
  const test::HubCache cache;
  const test::Variable variable("HF_HUB_CACHE", cache.path().c_str());
  cache.add_reference("org--model", "main", test::commit(1));
  cache.add_file("org--model", 1, "config.json", "{}");
  cache.add_file("org--model", 1, "onnx/model.onnx");
  const HubName name = *parse_hub_name("org/model");
  EXPECT_THAT(opening(find_hub_files(name, find_hub_snapshot(name), HubFiles::model)).what(), HasSubstr("ONNX"));
}

}  // namespace
}  // namespace partwise::internal
