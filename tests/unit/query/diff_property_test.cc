// diff is the difference of two `who`s: for generated worlds, before and after, and for every
// permission of a list, a principal is in `gained` (lost, changed) iff the two answers say so.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/glob.h"
#include "base/strings.h"
#include "diff_world.h"
#include "gtest/gtest.h"
#include "whomay/analyzer.h"

namespace whomay {
namespace {

Analysis Read(const DiffWorldText& world) {
  AnalyzerOptions options;
  options.builtin_rbac = false;  // its many discovery rights are the same in both
  Analyzer analyzer(options);
  for (const auto& [name, text] : world.Inputs()) {
    EXPECT_TRUE(analyzer.AddText(name, text).ok());
  }
  absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  return *std::move(analysis);
}

std::vector<Permission> Questions() {
  std::vector<Permission> all;
  const auto add = [&](std::string verb, std::string group, std::string resource,
                       std::string subresource, std::string ns, std::string name) {
    Permission one;
    one.verb = std::move(verb);
    one.group = std::move(group);
    one.resource = std::move(resource);
    one.subresource = std::move(subresource);
    one.name_space = std::move(ns);
    one.name = std::move(name);
    all.push_back(std::move(one));
  };
  for (const char* ns : {"x", "y", ""}) {
    for (const char* verb : {"get", "create", "delete"}) {
      add(verb, "", "pods", "", ns, "");
      add(verb, "apps", "deployments", "", ns, "");
      add(verb, "apps", "deployments", "scale", ns, "");
    }
    add("list", "", "secrets", "", ns, "");
    add("get", "", "secrets", "", ns, "web");
    add("get", "apps", "deployments", "", ns, "db");
    add("create", "", "pods", "exec", ns, "");
    add("patch", "batch", "jobs", "", ns, "");
  }
  for (const char* url : {"/metrics", "/healthz/ping", "/other"}) {
    Permission& one = all.emplace_back();
    one.verb = "get";
    one.url = url;
  }
  const auto aws = [&](std::string action, std::string resource) {
    Permission& one = all.emplace_back();
    one.plane = Permission::Plane::kAws;
    one.action = std::move(action);
    one.resource_arn = std::move(resource);
  };
  for (const char* object : {"x/k", "x/j", "y/k", "y/j", "u1/j"}) {
    aws("s3:GetObject", std::string("arn:aws:s3:::") + object);
    aws("s3:PutObject", std::string("arn:aws:s3:::") + object);
  }
  aws("s3:ListBucket", "arn:aws:s3:::x");
  aws("s3:ListBucket", "arn:aws:s3:::z");
  aws("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q");
  aws("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:t");
  aws("ec2:DescribeInstances", "*");
  aws("iam:PassRole", "arn:aws:iam::111122223333:role/r1");
  for (const char* role : {"r0", "r1", "r2"}) {
    aws("sts:AssumeRole", DiffArn("role", role));
  }
  return all;
}

std::vector<std::string> WordsOf(const Permission& permission) {
  if (permission.plane == Permission::Plane::kAws) {
    return {permission.action, *permission.resource_arn};
  }
  if (!permission.url.empty()) {
    return {permission.verb, permission.url};
  }
  std::string resource = permission.resource;
  resource += permission.group.empty() ? "" : '.' + permission.group;
  resource += permission.subresource.empty() ? "" : '/' + permission.subresource;
  std::vector<std::string> words = {permission.verb, resource};
  if (!permission.name.empty()) {
    words.push_back(permission.name);
  }
  if (!permission.name_space.empty()) {
    words.insert(words.end(), {"-n", permission.name_space});
  }
  return words;
}

bool GlobCovers(const std::string& pattern, const std::string& text) {
  return Glob(pattern).Match(text);
}

// A region as DiffAnswer::Change describes it.
bool Covers(const Permission& region, const Permission& asked) {
  if (region.plane != asked.plane) {
    return false;
  }
  const auto word = [](const std::string& owner, const std::string& wanted) {
    return owner == "*" || owner == wanted;
  };
  if (region.plane == Permission::Plane::kAws) {
    return GlobCovers(AsciiLower(region.action), AsciiLower(asked.action)) &&
           GlobCovers(*region.resource_arn, *asked.resource_arn);
  }
  if (!word(region.verb, asked.verb) || region.url.empty() != asked.url.empty()) {
    return false;
  }
  if (!region.url.empty()) {
    return region.url == asked.url ||
           (region.url.ends_with('*') &&
            asked.url.starts_with(region.url.substr(0, region.url.find('*'))));
  }
  const bool resource =
      (region.resource == "*" && region.subresource.empty()) ||
      (region.subresource == asked.subresource && word(region.resource, asked.resource));
  return resource && word(region.group, asked.group) &&
         (region.name_space.empty() || region.name_space == asked.name_space) &&
         (region.name.empty() || region.name == asked.name);
}

bool Covers(const DiffAnswer::Change& row, const Permission& asked) {
  if (!Covers(row.permission, asked)) {
    return false;
  }
  for (const Permission& except : row.except) {
    if (Covers(except, asked)) {
      return false;
    }
  }
  return true;
}

struct Said {
  Decision decision = Decision::kDenied;
  std::string reason;
  std::set<std::string> conditions;
  bool operator==(const Said& other) const {
    return decision == other.decision &&
           (decision != Decision::kConditional || conditions == other.conditions);
  }
};

std::string Text(const Said& said) {
  std::string text = Name(said.decision);
  for (const std::string& condition : said.conditions) {
    text += " if " + condition;
  }
  return text;
}

template <typename Answer>
Said ToSaid(const Answer& answer) {
  Said said{answer.decision, answer.reason, {}};
  for (const Condition& condition : answer.conditions) {
    said.conditions.insert(condition.text);
  }
  return said;
}

class Oracle {
 public:
  explicit Oracle(const Snapshot& snapshot) : snapshot_(snapshot) {
    const absl::StatusOr<ListAnswer> all = snapshot.List("principals", {});
    EXPECT_TRUE(all.ok()) << all.status();
    for (const ListAnswer::Item& item : all->items) {
      known_.insert(item.name);
    }
  }

  void Ask(const Permission& permission) {
    words_ = WordsOf(permission);
    said_.clear();
    const absl::StatusOr<WhoAnswer> answer = snapshot_.Who(words_, {});
    ASSERT_TRUE(answer.ok()) << answer.status();
    for (const Grantee& grantee : answer->grantees) {
      said_[grantee.principal] = ToSaid(grantee);
    }
  }
  const std::map<std::string, Said>& said() const { return said_; }
  bool knows(const std::string& principal) const {
    return said_.contains(principal) || known_.contains(principal);
  }

  // Principals that this world does not name are asked about by their names.
  Said Of(const std::string& principal) const {
    const auto found = said_.find(principal);
    if (found != said_.end()) {
      return found->second;
    }
    if (known_.contains(principal)) {
      return {};
    }
    const absl::StatusOr<CanAnswer> can = snapshot_.Can(principal, words_, {});
    return can.ok() ? ToSaid(*can) : Said();
  }

 private:
  const Snapshot& snapshot_;
  std::set<std::string> known_;
  std::vector<std::string> words_;
  std::map<std::string, Said> said_;
};

std::string Text(const DiffAnswer::Change& row) {
  std::string text =
      row.permission.ToString() + " (" + Name(row.before) + " to " + Name(row.after) + ")";
  for (const Permission& except : row.except) {
    text += "\n      except " + except.ToString();
  }
  return text;
}

// Rows of the list that cover what is asked.
std::vector<const DiffAnswer::Change*> RowsOf(const std::vector<DiffAnswer::Change>& rows,
                                              const std::string& principal,
                                              const Permission& asked) {
  std::vector<const DiffAnswer::Change*> found;
  for (const DiffAnswer::Change& row : rows) {
    if (row.principal == principal && Covers(row, asked)) {
      found.push_back(&row);
    }
  }
  return found;
}

Decision Strongest(const std::vector<const DiffAnswer::Change*>& rows) {
  Decision strongest = Decision::kDenied;
  for (const DiffAnswer::Change* row : rows) {
    strongest = std::max(strongest, row->decision);
  }
  return strongest;
}

// "" if the three lists say of the principal what the two answers do.
std::string Wrong(const DiffAnswer& diff, const std::string& principal, const Permission& asked,
                  const Said& before, const Said& after) {
  const auto gained = RowsOf(diff.gained, principal, asked);
  const auto lost = RowsOf(diff.lost, principal, asked);
  const auto changed = RowsOf(diff.changed, principal, asked);
  const bool was = before.decision != Decision::kDenied, is = after.decision != Decision::kDenied;
  std::string wrong;
  if (gained.empty() != !(is && !was)) {
    wrong = gained.empty() ? "gained, and not said" : "said to be gained";
  } else if (lost.empty() != !(was && !is)) {
    wrong = lost.empty() ? "lost, and not said" : "said to be lost";
  } else if (changed.empty() != !(was && is && !(before == after))) {
    wrong = changed.empty() ? "changed, and not said" : "said to be changed";
  } else if (!gained.empty() && Strongest(gained) != after.decision) {
    wrong = "gained otherwise";
  } else if (!lost.empty() && Strongest(lost) != before.decision) {
    wrong = "lost otherwise";
  } else if (!changed.empty() &&
             std::none_of(changed.begin(), changed.end(), [&](const DiffAnswer::Change* row) {
               return row->before == before.decision && row->after == after.decision;
             })) {
    wrong = "changed otherwise";
  }
  if (wrong.empty()) {
    return wrong;
  }
  wrong = principal + " " + asked.ToString() + ": " + wrong + "; who says " + Text(before) +
          " before, " + Text(after) + " after";
  for (const auto* rows : {&diff.gained, &diff.lost, &diff.changed}) {
    for (const DiffAnswer::Change& row : *rows) {
      if (row.principal == principal && Covers(row.permission, asked)) {
        wrong += "\n    " + Text(row);
      }
    }
  }
  return wrong;
}

size_t Compare(const DiffWorldText& before, const DiffWorldText& after) {
  const Analysis was = Read(before), is = Read(after);
  const Snapshot& old = was.snapshot(World::kAfter);
  const Snapshot& now = is.snapshot(World::kAfter);
  const absl::StatusOr<DiffAnswer> diff = Diff(old, now, {});
  EXPECT_TRUE(diff.ok()) << diff.status();
  Oracle of_before(old), of_after(now);
  size_t differences = 0;
  for (const Permission& asked : Questions()) {
    of_before.Ask(asked);
    of_after.Ask(asked);
    std::set<std::string> principals;
    for (const Oracle* oracle : {&of_before, &of_after}) {
      for (const auto& [principal, said] : oracle->said()) {
        principals.insert(principal);
      }
    }
    for (const auto* rows : {&diff->gained, &diff->lost, &diff->changed}) {
      for (const DiffAnswer::Change& row : *rows) {
        principals.insert(row.principal);
      }
    }
    for (const std::string& principal : principals) {
      const Said first = of_before.Of(principal), second = of_after.Of(principal);
      const bool absent = !of_before.knows(principal) || !of_after.knows(principal);
      if (absent &&
          (first.reason == "policies-not-given" || second.reason == "policies-not-given")) {
        continue;  // nobody is told news by that
      }
      differences += first == second ? 0 : 1;
      const std::string wrong = Wrong(*diff, principal, asked, first, second);
      EXPECT_TRUE(wrong.empty()) << wrong;
    }
  }
  return differences;
}

// What the change consists of, for messages.
std::string Differences(const DiffWorldText& before, const DiffWorldText& after) {
  std::string text;
  const auto add = [&](const char* what, const DiffWorldText::Map& was,
                       const DiffWorldText::Map& is) {
    for (const auto* map : {&was, &is}) {
      for (const auto& [key, value] : *map) {
        const DiffWorldText::Map& other = map == &was ? is : was;
        const auto found = other.find(key);
        if (found == other.end() || found->second != value) {
          text += Concat({"\n", map == &was ? "- " : "+ ", what, " ", key, " ", value});
        }
      }
    }
  };
  add("user", before.users, after.users);
  add("role", before.roles, after.roles);
  add("group", before.groups, after.groups);
  add("boundary", before.boundaries, after.boundaries);
  add("trust", before.trusts, after.trusts);
  add("entry", before.entries, after.entries);
  add("association", before.associations, after.associations);
  add("mapRoles", before.map_roles, after.map_roles);
  add("mapUsers", before.map_users, after.map_users);
  add("pod", before.pods, after.pods);
  add("object", before.objects, after.objects);
  return text;
}

uint32_t Seeds(uint32_t usual) {
  const char* wanted = std::getenv("WHOMAY_SEEDS");
  return wanted == nullptr ? usual : static_cast<uint32_t>(std::atoi(wanted));
}

TEST(DiffProperty, IsTheDifferenceOfTwoWhos) {
  size_t differences = 0;
  for (uint32_t seed = 1; seed <= Seeds(6); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    DiffWorlds worlds(seed);
    const DiffWorldText before = worlds.Make();
    const DiffWorldText after = worlds.Change(before);
    SCOPED_TRACE(Differences(before, after));
    differences += Compare(before, after);
  }
  EXPECT_GT(differences, 30u);
}

TEST(DiffProperty, NobodyGainsByARename) {
  for (uint32_t seed = 1; seed <= Seeds(6); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const DiffWorldText before = DiffWorlds(seed).Make();
    const DiffWorldText after = DiffWorlds::Renamed(before);
    ASSERT_NE(before.objects, after.objects);
    const Analysis was = Read(before), is = Read(after);
    const absl::StatusOr<DiffAnswer> diff =
        Diff(was.snapshot(World::kAfter), is.snapshot(World::kAfter), {});
    ASSERT_TRUE(diff.ok()) << diff.status();
    EXPECT_TRUE(diff->gained.empty() && diff->lost.empty() && diff->changed.empty());
  }
}

std::string Load(const std::string& path) {
  std::ifstream in(std::string(WHOMAY_SOURCE_DIR) + '/' + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Read twice, it is the same.
TEST(DiffProperty, NobodyGainsByNothing) {
  for (const char* file : {"plan.json", "change/plan.json"}) {
    std::vector<Analysis> twice;
    for (int i = 0; i < 2; ++i) {
      Analyzer analyzer;
      for (const std::string& name : {std::string(file), std::string("manifests/rbac.yaml"),
                                      std::string("manifests/deployments.yaml")}) {
        ASSERT_TRUE(analyzer.AddText(name, Load("examples/shop/" + name)).ok());
      }
      absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
      ASSERT_TRUE(analysis.ok()) << analysis.status();
      twice.push_back(*std::move(analysis));
    }
    const absl::StatusOr<DiffAnswer> diff =
        Diff(twice[0].snapshot(World::kAfter), twice[1].snapshot(World::kAfter), {});
    ASSERT_TRUE(diff.ok()) << diff.status();
    EXPECT_TRUE(diff->gained.empty() && diff->lost.empty() && diff->changed.empty()) << file;
  }
}

// A role that is made anew under its old name is no more whom the trust policies mean that name it.
TEST(DiffProperty, ATrustThatAReplacedRoleBreaksIsLost) {
  Analyzer analyzer;
  ASSERT_TRUE(
      analyzer.AddText("plan.json", Load("tests/cases/aws-trust-of-a-replaced-role/plan.json"))
          .ok());
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  ASSERT_TRUE(analysis.ok()) << analysis.status();
  const absl::StatusOr<DiffAnswer> diff =
      Diff(analysis->snapshot(World::kBefore), analysis->snapshot(World::kAfter), {});
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_TRUE(diff->gained.empty());
  bool found = false;
  for (const DiffAnswer::Change& row : diff->lost) {
    EXPECT_EQ(row.permission.resource_arn, DiffArn("role", "named")) << row.permission.ToString();
    found = found ||
            (row.principal == DiffArn("role", "job") && row.permission.action == "sts:AssumeRole");
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace whomay
