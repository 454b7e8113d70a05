// Plans and states of real systems: those of the acceptance questions and of the corpus.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <map>

#include "syntax/json.h"
#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

// Principals, attachments, entries and associations by address, without worlds.
std::map<std::string, std::string> Identities(const ReadResult& result) {
  std::map<std::string, std::string> found;
  for (const std::string& line : result.Lines()) {
    const size_t bar = line.find(" | ");
    const std::string text = line.substr(bar + 3);
    const std::string kind = text.substr(0, text.find(' '));
    if (kind == "user" || kind == "role" || kind == "attach" || kind == "entry" ||
        kind == "access-policy" || kind == "pod-identity" || kind == "oidc" || kind == "cluster") {
      const size_t trust = text.find(" trust ");
      found[line.substr(line.find(' ') + 1, bar - line.find(' ') - 1) + " " + kind] =
          text.substr(0, trust);
    }
  }
  return found;
}

// Does a text with holes fit a known one? Holes are shown as <...>.
bool Fits(std::string pattern, std::string text) {
  while (!pattern.empty()) {
    const size_t open = pattern.find('<');
    if (text.compare(0, std::min(open, pattern.size()), pattern, 0, open) != 0) {
      return false;
    }
    if (open == std::string::npos) {
      return text.size() == pattern.size();
    }
    text.erase(0, open);
    size_t close = pattern.find('>', open);
    pattern.erase(0, close + 1);
    const std::string next = pattern.substr(0, pattern.find('<'));
    const size_t at = next.empty() ? text.size() : text.find(next);
    if (at == std::string::npos) {
      return false;
    }
    text.erase(0, at);
  }
  return true;
}

TEST(Shared, PlansSayWhatStatesSay) {
  for (const char* stage : {"S0", "S1", "S2", "S3", "S4", "S5"}) {
    SCOPED_TRACE(stage);
    const std::string folder = std::string("acceptance/article/") + stage;
    const std::string plan_text = SharedFile(folder + "/plan.json");
    const std::string state_text = SharedFile(folder + "/state.json");
    if (plan_text.empty() || state_text.empty()) {
      return;
    }
    ReadResult plan, state;
    ReadText(plan_text, plan);
    ReadText(state_text, state);
    EXPECT_FALSE(plan.diagnostics.incomplete());
    const auto planned = Identities(plan), applied = Identities(state);
    EXPECT_EQ(planned.size(), applied.size());
    for (const auto& [key, text] : applied) {
      const auto at = planned.find(key);
      ASSERT_NE(at, planned.end()) << key;
      if (key.find(" cluster") == std::string::npos && key.find(" entry") == std::string::npos) {
        EXPECT_TRUE(Fits(at->second, text)) << at->second << "\n" << text;
      }
      // Nothing is open: everything is known, built, or a symbol.
      EXPECT_EQ(at->second.find("<?"), std::string::npos) << at->second;
    }
  }
}

TEST(Shared, RawStateAndPlanWithoutChangesSayWhatTheStateSays) {
  const std::string state_text = SharedFile("acceptance/article/S5/state.json");
  if (state_text.empty()) {
    return;
  }
  ReadResult state, raw, noop;
  ReadText(state_text, state);
  ReadText(SharedFile("acceptance/article/S5/terraform.tfstate"), raw);
  ReadText(SharedFile("acceptance/article/S5/noop.json"), noop);
  EXPECT_EQ(Identities(state), Identities(raw));
  EXPECT_EQ(Identities(state), Identities(noop));
  for (const std::string& line : noop.Lines()) {
    EXPECT_EQ(line.compare(0, 5, "both "), 0) << line;
  }
}

TEST(Shared, ShopsChangeIsTwoRecords) {
  const std::string text = SharedFile("examples/shop/change/plan.json");
  if (text.empty()) {
    return;
  }
  ReadResult result;
  ReadText(text, result);
  std::vector<std::string> changed;
  for (const std::string& line : result.Lines()) {
    if (line.compare(0, 5, "both ") != 0) {
      changed.push_back(line.substr(0, line.find(" | ")));
    }
  }
  EXPECT_THAT(changed, ::testing::UnorderedElementsAre("before module.checkout.aws_iam_role.this",
                                                       "after module.checkout.aws_iam_role.this",
                                                       "before aws_eks_access_entry.developer",
                                                       "after aws_eks_access_entry.developer"));
}

TEST(Shared, NoSecretIsKept) {
  const std::string text = SharedFile("acceptance/article/S5/state.json");
  if (text.empty()) {
    return;
  }
  ReadResult result;
  ReadText(text, result);
  for (size_t i = 0; i < result.facts.strings.size(); ++i) {
    const std::string_view kept = result.facts.strings.text(static_cast<Symbol>(i));
    for (const char* secret :
         {"wJalrXUtnFEMI", "EXAMPLE-TOKEN", "EXAMPLE-SES-SMTP-PASSWORD", "AKIA"}) {
      EXPECT_EQ(kept.find(secret), std::string_view::npos);
    }
  }
}

TEST(Shared, CorpusIsReadWhole) {
  const std::filesystem::path folder = SharedFolder() + "/corpus/terraform";
  if (!std::filesystem::exists(folder)) {
    std::cout << "SKIPPED: " << folder << " is not there\n";
    return;
  }
  int plans = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".json" && extension != ".tfstate" && extension != ".tfplan" &&
        extension != ".jsonl") {
      continue;
    }
    const std::string path = std::filesystem::relative(entry.path(), SharedFolder());
    ReadResult result;
    const std::clock_t begin = std::clock();
    const bool ours = ReadText(SharedFile(path), result);
    EXPECT_LT(std::clock() - begin, 20 * CLOCKS_PER_SEC) << path;  // of CPU
    plans += static_cast<int>(result.facts.inputs.size());
    // Nothing ends as nothing: what is not read is said.
    EXPECT_EQ(ours, !result.facts.inputs.empty() || !result.diagnostics.all().empty()) << path;
    const std::vector<std::string> lines =
        result.Lines();  // every text of every record is in place
  }
  EXPECT_GT(plans, 50);
}

// Cut and damaged plans end in a diagnostic or in fewer records, never in a crash.
TEST(Shared, DamagedPlans) {
  const std::string text = SharedFile("examples/shop/plan.json");
  if (text.empty()) {
    return;
  }
  for (size_t i = 1; i <= 20; ++i) {
    ReadResult cut;
    ReadText(text.substr(0, text.size() * i / 21), cut);
    EXPECT_TRUE(cut.diagnostics.incomplete());
    std::string damaged = text;
    for (size_t at = i * 37; at < damaged.size(); at += 4001) {
      damaged[at] = static_cast<char>("\"{}[],:0tx"[(at + i) % 10]);
    }
    ReadResult result;
    ReadText(damaged, result);
    result.Lines();
  }
}

}  // namespace
}  // namespace whomay::ingest
