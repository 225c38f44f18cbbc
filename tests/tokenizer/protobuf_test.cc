#include "tokenizer/protobuf.h"

#include <gtest/gtest.h>

#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using namespace std::string_literals;

std::string complaint(const std::string& bytes) {
  return bad_data_of([&] {
    ProtobufReader reader(bytes);
    while (reader.next()) {
    }
  });
}

TEST(Protobuf, ReadsTheExamplesOfItsDocumentation) {  // 1: 150, 2: "testing"
  ProtobufReader reader("\x08\x96\x01\x12\x07testing");
  const auto number = reader.next(), text = reader.next();
  EXPECT_EQ(number->number, 1u);
  EXPECT_EQ(number->as_integer(), 150);
  EXPECT_EQ(text->number, 2u);
  EXPECT_EQ(text->as_bytes(), "testing");
  EXPECT_FALSE(reader.next());
}

TEST(Protobuf, NumbersOfEveryWidth) {
  const std::string bytes =
      "\x0d\x00\x00\x20\xc0\x11\x01\x00\x00\x00\x00\x00\x00\x80\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s;
  ProtobufReader reader(bytes);
  EXPECT_EQ(reader.next()->as_float(), -2.5f);
  EXPECT_EQ(reader.next()->value, 0x8000000000000001u);
  EXPECT_EQ(reader.next()->as_integer(), -1);
}

TEST(Protobuf, WhatIsNoMessageIsRefused) {
  EXPECT_NE(complaint("\x08").find("ends in the middle"), std::string::npos);
  EXPECT_NE(complaint("\x08\x96").find("ends in the middle"), std::string::npos);
  EXPECT_NE(complaint("\x12\x07test").find("ends in the middle"), std::string::npos);
  EXPECT_NE(complaint("\x0d\x01\x02").find("ends in the middle"), std::string::npos);
  EXPECT_NE(complaint("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").find("ends in the middle"), std::string::npos);
  EXPECT_NE(complaint("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").find("ten bytes"), std::string::npos);
  EXPECT_NE(complaint("\x02\x01"s).find("field 0"), std::string::npos);
  for (const char* wire_type : {"\x0b", "\x0c", "\x0e", "\x0f"})
    EXPECT_NE(complaint(wire_type).find("wire type"), std::string::npos);
}

TEST(Protobuf, AFieldOfAnotherTypeIsRefused) {
  ProtobufReader reader("\x08\x01\x12\x01x");
  const auto number = reader.next(), text = reader.next();
  bad_data_of([&] { number->as_bytes(); });
  bad_data_of([&] { number->as_float(); });
  bad_data_of([&] { text->as_integer(); });
  bad_data_of([&] { text->as_flag(); });
}

}  // namespace
}  // namespace partwise::internal
