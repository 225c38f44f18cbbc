// Refusals of files that are not models say what the file is and what to do.
#include "formats/foreign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "formats/checkpoint.h"
#include "formats/checkpoints.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using test::error_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Error opening(const fs::path& path) {
  return error_of([&] { open_checkpoint(path); });
}

const std::string kPointer =
    "version https://git-lfs.github.com/spec/v1\noid "
    "sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e"
    "2393\nsize 12345\n";

struct Content {
  std::string bytes;
  const char* said;
};

// The first bytes come from the documents of the formats.
TEST(Foreign, ContentIsRecognised) {
  const Content cases[] = {
      {"", "empty"},
      {kPointer, "pointer of Git LFS"},
      {"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web page"},
      {"\n\n  <html lang=\"en\">", "web page"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "server's answer"},
      {R"({"error":"Repository not found"})", "JSON, not weights: {\"error\":\"Repository not found\"}"},
      {"Entry not found", "text, not weights: Entry not found"},
      {"Access to model org/name is restricted.\nLog in.",
       "text, not weights: Access to model org/name is restricted. ..."},
      {"tjgg\3\0\0\0"s, "GGJT"},
      {"fmgg\1\0\0\0"s, "GGMF"},
      {"lmgg\0\175\0\0"s, "GGML"},
      {"algg\1\0\0\0"s, "GGLA"},
      {"PK\3\4\0\0\10\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\20\0\22\0archive/data.pklFB"s, "PyTorch"},
      {"PK\3\4\24\0\0\0\10\0weights/a.txt"s, "zip archive"},
      {"\x80\2\x8a\nl\xfc\x9c"
       "F\xf9 j\xa8P\x19.\x80\2M\xe9\3."s,
       "PyTorch"},
      {"\x89HDF\r\n\x1a\n"s, "HDF5"},
      {"\x1f\x8b\x08\0\0\0\0\0"s, "gzip"},
      {"(\xb5/\xfd\4\0\0\0"s, "zstd"},
      {"\x7f"
       "ELF\2\1\1\0"s,
       "program"},
      {std::string(64, '\0'), "zeros"},
      {"PAR1\x15\4\x15\0"s, "Parquet"},
      {std::string("\x40\0\0\0\0\0\0\0{\"a\":", 13), "safetensors"},
  };
  for (const Content& one : cases) {
    const auto found = recognise_content(std::as_bytes(std::span(one.bytes)));
    ASSERT_TRUE(found) << one.said;
    EXPECT_THAT(found->what, HasSubstr(one.said));
    EXPECT_FALSE(found->advice.hint.empty()) << one.said;
  }
}

TEST(Foreign, KindsSayNothingOfWhatWasWanted) {
  const auto kind_of = [](const std::string& bytes) {
    return recognise_content(std::as_bytes(std::span(bytes))).value().kind();
  };
  EXPECT_EQ(kind_of("GGUF\3\0\0\0"s), "a model (GGUF)");
  EXPECT_EQ(kind_of("<html>"), "a web page");
  EXPECT_EQ(kind_of("{\"a\": 1}"), "JSON");
  EXPECT_EQ(kind_of("models: [a, b]"), "text");
  EXPECT_EQ(kind_of(""), "an empty file");
  EXPECT_EQ(kind_of(std::string("\x40\0\0\0\0\0\0\0{\"a\":", 13)), kSafetensors);
}

TEST(Foreign, ARunIsNoModel) {
  const test::TempDir dir;
  test::write_vectors(dir / "run.safetensors", {{"heads", {1}}, {"mlps", {1}}, {"logits", {1}}});
  EXPECT_THAT(opening(dir / "run.safetensors").what(), HasSubstr("this is a run file of partwise, not a model"));
  test::write_vectors(dir / "other.safetensors", {{"heads", {1}}, {"mlps", {1}}});
  EXPECT_THAT(opening(dir / "other.safetensors").what(), HasSubstr("a safetensors file"));
}

TEST(Foreign, NumbersAreNotTakenForAnything) {
  for (const std::string& bytes : {"\1\2\3\4\5\6\7\10"s, "\xff\xfe\xfd\xfc"s, "\0\0\0\1"s})
    EXPECT_FALSE(recognise_content(std::as_bytes(std::span(bytes)))) << testing::PrintToString(bytes);
}

TEST(Foreign, AFileThatIsNoModelIsRefusedByWhatItIs) {
  const Content by_name[] = {
      {"model.gguf.part", "unfinished"},      {"model.Q8_0.gguf.incomplete", "unfinished"},
      {"a.crdownload", "unfinished"},         {"model.gguf-split-a", "piece"},
      {"model.gguf.part1of2", "piece"},       {"model.onnx", "ONNX"},
      {"flax_model.msgpack", "Flax"},         {"weights.pth", "PyTorch"},
      {"tokenizer.json", "tokenizer's file"}, {"model.ckpt", "checkpoint"},
  };
  const test::TempDir dir;
  for (const Content& one : by_name) {
    test::write_file(dir / one.bytes, "\1\2\3\4\5\6\7\10\11");
    const Error error = opening(dir / one.bytes);
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << one.bytes;
    EXPECT_THAT(error.what(), AllOf(HasSubstr((dir / one.bytes).string()), HasSubstr(one.said)));
    EXPECT_FALSE(error.hint().empty()) << one.bytes;
  }
  test::write_file(dir / "model.gguf", kPointer);
  EXPECT_THAT(opening(dir / "model.gguf").what(), HasSubstr("Git LFS"));
  EXPECT_THAT(opening(dir / "model.gguf").hint(), HasSubstr("git lfs pull"));
}

TEST(Foreign, FilesOfAFolderThatAreNotThemselves) {
  const test::TempDir dir;
  test::write_config(dir.path());
  for (const std::string& content : {kPointer, "<!doctype html><html>"s, std::string(4096, '\0'), ""s}) {
    test::write_file(dir / "model.safetensors", content);
    const Error error = opening(dir.path());
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("model.safetensors: "), Not(HasSubstr("bytes long")))) << content;
  }
  test::write_vectors(dir / "model.safetensors", {{"a", {1}}});
  test::write_file(dir / "config.json", kPointer);
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("config.json: a pointer of Git LFS"));
  test::write_file(dir / "config.json", "{\"model_type\": ");
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("not valid JSON"));
}

struct FolderOf {
  std::vector<std::string> files;
  const char *said, *advised;
  ErrorCode code = ErrorCode::bad_data;
};

TEST(Foreign, FoldersOfOtherPrograms) {
  const FolderOf cases[] = {
      {{"model_index.json", "unet/x.safetensors"}, "diffusers", "language model"},
      {{"params.json", "consolidated.00.pth"}, "Meta's own format", "convert_llama_weights_to_hf"},
      {{"params.json", "consolidated.safetensors"}, "Mistral's own format", "config.json"},
      {{"config.json", "onnx/model.onnx"}, "ONNX", "GGUF"},
      {{"config.json", "model.onnx"}, "ONNX", "GGUF"},
      {{"config.json", "tf_model.h5"}, "TensorFlow", "GGUF"},
      {{"saved_model.pb"}, "TensorFlow", "GGUF"},
      {{"config.json", "flax_model.msgpack"}, "Flax", "GGUF"},
      {{"openvino_model.xml", "openvino_model.bin", "config.json"}, "OpenVINO", "GGUF"},
      {{"mlc-chat-config.json", "params_shard_0.bin"}, "MLC", "GGUF"},
      {{"config.json", "weights.npz"}, "MLX", "safetensors"},
      {{"zero_to_fp32.py", "global_step10/x.pt"}, "DeepSpeed", "zero_to_fp32"},
      {{"config.json", "model.pt", "optimizer.pt"}, "pickle format (model.pt)", "safetensors"},
      {{"config.json", "pytorch_model.bin", "model.onnx"}, "pytorch_model.bin", "save_pretrained"},
      {{"config.json", "model.safetensors.part"},
       "not finished: model.safetensors.part",
       "again",
       ErrorCode::missing_input},
      {{"config.json", ".cache/huggingface/download/x.incomplete"}, "not finished", "again", ErrorCode::missing_input},
      {{"config.json", "weights.safetensors"}, "there are weights.safetensors", "name it", ErrorCode::missing_input},
      {{"config.json", "model-00001-of-00002.safetensors"},
       "are missing: model-00002-of-00002.safetensors",
       "download them",
       ErrorCode::missing_input},
      {{"config.json", "model-00002-of-00003.safetensors"},
       "are missing: model-00001-of-00003.safetensors, model-00003-of-00003.safetensors",
       "download them",
       ErrorCode::missing_input},
      {{"config.json", "weights-00001-of-00002.safetensors"},
       "there are weights-00001-of-00002",
       "index",
       ErrorCode::missing_input},
      {{"checkpoint-9/config.json", "checkpoint-9/model.safetensors", "checkpoint-10/config.json",
        "checkpoint-10/model.safetensors"},
       "checkpoint-9, checkpoint-10",
       "checkpoint-10",
       ErrorCode::missing_input},
      {{"snapshots/x", "blobs/x", "refs/main"}, "hub cache", "ORG/NAME", ErrorCode::missing_input},
      {{"config.json", "tokenizer.json"}, "no weights", "download", ErrorCode::missing_input},
      {{"tokenizer.json"}, "no config.json", "a model folder holds", ErrorCode::missing_input},
  };
  for (const FolderOf& one : cases) {
    const test::TempDir dir;
    for (const std::string& file : one.files) {
      fs::create_directories((dir / file).parent_path());
      test::write_file(dir / file, file.ends_with("config.json") ? R"({"model_type": "llama"})" : "x");
    }
    const Error error = opening(dir.path());
    EXPECT_EQ(error.code(), one.code) << one.said;
    EXPECT_THAT(error.what(), AllOf(HasSubstr(dir.path().string()), HasSubstr(one.said)));
    EXPECT_THAT(error.hint(), HasSubstr(one.advised)) << one.said;
  }
}

TEST(Foreign, ShardsThatAreAllThereNeedNoIndex) {
  const test::TempDir dir;
  test::write_config(dir.path());
  test::write_vectors(dir / "model-00001-of-00002.safetensors", {{"a", {1}}});
  EXPECT_EQ(opening(dir.path()).code(), ErrorCode::missing_input);
  test::write_vectors(dir / "model-00002-of-00002.safetensors", {{"b", {2}}});
  EXPECT_EQ(open_checkpoint(dir.path())->tensors().size(), 2u);
  EXPECT_EQ(open_checkpoint(dir / "model-00002-of-00002.safetensors")->tensors().size(), 2u);  // names its folder
}

TEST(Foreign, AFileThatAria2HasNotFinishedIsRefusedThoughItHasItsSize) {
  const test::TempDir dir;
  test::write_config(dir.path());
  test::write_vectors(dir / "model.safetensors", {{"a", {1}}});
  test::write_file(dir / "model.safetensors.aria2", "x");
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("not finished"));
  fs::remove(dir / "model.safetensors.aria2");
  EXPECT_NO_THROW(open_checkpoint(dir.path()));
}

TEST(Foreign, ATruncatedHeaderIsNoOtherKindOfFile) {
  const test::TempDir dir;
  test::write_config(dir.path());
  test::write_vectors(dir / "model.safetensors", {{"a", {1, 2, 3}}});
  fs::resize_file(dir / "model.safetensors", 30);
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("cut short"));
}

TEST(Foreign, ATruncatedFileSaysSo) {
  const test::TempDir dir;
  test::write_config(dir.path());
  test::write_vectors(dir / "model.safetensors", {{"a", {1, 2, 3}}, {"b", {4}}});
  fs::resize_file(dir / "model.safetensors", fs::file_size(dir / "model.safetensors") - 8);
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("cut short"));
}

}  // namespace
}  // namespace partwise::internal
