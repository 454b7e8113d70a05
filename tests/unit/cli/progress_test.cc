#include "cli/progress.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace whomay::cli {
namespace {

using std::chrono::milliseconds;

TEST(ProgressLine, ComesAfterAWhileAndIsWipedOut) {
  std::ostringstream err;
  {
    ProgressLine line(err, true, milliseconds(1));
    line.callback()(30'000'000, 120'000'000);
    std::this_thread::sleep_for(milliseconds(300));
  }
  EXPECT_NE(err.str().find("\rwhomay: reading"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("30 of 120 MB"), std::string::npos) << err.str();
  EXPECT_TRUE(err.str().ends_with("\r\x1b[K"));
  EXPECT_EQ(err.str().find('\n'), std::string::npos);
}

TEST(ProgressLine, SaysNothingWhereReadingIsQuickOrNobodyWatches) {
  std::ostringstream err;
  {
    ProgressLine quick(err, true, std::chrono::hours(1));
    quick.callback()(1, 2);
  }
  {
    ProgressLine unseen(err, false, milliseconds(0));
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace whomay::cli
