#include "report/figures/axes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The plot is 100 wide, starting at 50, and 80 high, starting at 18.
constexpr Frame kFrame = {.width = 170, .height = 142, .left = 50, .right = 20};

TEST(Axes, PutTheEndsOfTheScalesOnTheEdgesOfThePlot) {
  const Axes axes(kFrame, {2, 4}, {0.5, 0.9});
  EXPECT_EQ(axes.point(2, 0.5), "50 98");
  EXPECT_EQ(axes.point(4, 0.9), "150 18");
  EXPECT_EQ(axes.point(3, 0.7), "100 58");
}

TEST(Axes, KeepAnInsetFreeOnBothSides) {
  Frame frame = kFrame;
  frame.inset = 10;
  const Axes axes(frame, {0, 1}, {0, 1});
  EXPECT_DOUBLE_EQ(axes.x(0), 60);
  EXPECT_DOUBLE_EQ(axes.x(1), 140);
  EXPECT_DOUBLE_EQ(axes.left(), 50);  // the frame's own edge
}

TEST(Axes, DrawEveryTenthFromTheLowestToTheHighest) {
  Svg svg(kFrame.width, kFrame.height, "figure");
  Axes(kFrame, {0, 1}, {0.5, 0.7}).draw_tenths(svg);
  EXPECT_THAT(svg.finish(), AllOf(HasSubstr("<line class=\"grid\" x1=\"50\" y1=\"98\" x2=\"150\" y2=\"98\"/>\n"
                                            "<text class=\"end small muted\" x=\"42\" y=\"102\">50</text>\n"),
                                  HasSubstr("y1=\"58\""), HasSubstr(">60</text>"), HasSubstr("y1=\"18\""),
                                  HasSubstr(">70</text>"), Not(HasSubstr(">40</text>")), Not(HasSubstr(">80</text>"))));
}

TEST(EvenTenths, LeaveTheMarginFreeAndNoShareOutside) {
  const Range range = even_tenths({0.41, 0.78}, 0.3);
  EXPECT_DOUBLE_EQ(range.low, 0.3);  // 0.4 would leave only a tenth of a tenth free
  EXPECT_DOUBLE_EQ(range.high, 0.9);
  const Range all = even_tenths({0, 1}, 0.3);
  EXPECT_EQ(all.low, 0);
  EXPECT_EQ(all.high, 1);
}

}  // namespace
}  // namespace partwise::internal
