#include "iam/context.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace whomay::iam {
namespace {

using State = Context::State;

TEST(Context, StandsOnAnother) {
  Context base;
  base.set_rest(State::kOpen);
  base.Set("aws:PrincipalAccount", {"111122223333"});
  base.Set("aws:SourceIp", {"10.0.0.1"});
  base.SetPrefix("aws:ResourceTag/", State::kHole);
  base.SetPrefix("aws:RequestTag/", State::kChosen);
  base.SetPrefix("aws:RequestTag/team-", State::kKnown);
  Context context(std::make_shared<const Context>(std::move(base)));
  context.SetAbsent("aws:sourceip");
  context.Set("aws:ResourceTag/team", {"web"});
  context.SetPrefix("aws:ResourceTag/", State::kAbsent);
  context.SetPrefix("aws:RequestTag/t", State::kAbsent);

  const struct {
    std::string_view key;
    State state;
  } cases[] = {
      {"aws:PrincipalAccount", State::kKnown},    // only below
      {"aws:SourceIp", State::kAbsent},           // set again
      {"aws:ResourceTag/team", State::kKnown},    // only above
      {"aws:ResourceTag/other", State::kAbsent},  // the prefix too
      {"aws:RequestTag/x", State::kChosen},
      {"aws:RequestTag/two", State::kAbsent},    // the longer prefix
      {"aws:RequestTag/team-a", State::kKnown},  // which stands below here
      {"aws:CurrentTime", State::kOpen},         // the rest, as below
  };
  for (const auto& [key, state] : cases) {
    EXPECT_EQ(context.Find(key).state, state) << key;
  }
}

}  // namespace
}  // namespace whomay::iam
