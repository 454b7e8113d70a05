// Every folder below tests/cases that holds a case.yaml, as a test of that name.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "report/table.h"
#include "report/text.h"
#include "tests/cases/agreement.h"
#include "tests/cases/case_file.h"

namespace whomay::cases {
namespace {

namespace fs = std::filesystem;

std::string Text(const absl::Status& status) {
  const auto message = status.message();
  return {message.data(), message.size()};
}

// Answers are asked for again and again, for instance `what` of one principal.
template <typename Answer>
class Memo {
 public:
  template <typename Ask>
  const Answer& Get(const std::string& key, const Ask& ask) {
    const auto found = answers_.find(key);
    if (found != answers_.end()) {
      return found->second;
    }
    absl::StatusOr<Answer> answer = ask();
    EXPECT_TRUE(answer.ok()) << key << ": " << Text(answer.status());
    return answers_.emplace(key, answer.ok() ? *std::move(answer) : Answer()).first->second;
  }

 private:
  std::map<std::string, Answer> answers_;
};

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

class Asker {
 public:
  Asker(const Case& test, const Variant& variant, const Analysis& analysis)
      : case_(test), variant_(variant.name), snapshot_(analysis.snapshot(variant.world)) {}

  void Ask(const Question& question) {
    if (!question.variants.empty() && std::find(question.variants.begin(), question.variants.end(),
                                                variant_) == question.variants.end()) {
      return;
    }
    question_ = &question;
    if (question.kind == "can") {
      AskCan();
    } else if (question.kind == "who") {
      AskWho();
    } else if (question.kind == "whoami") {
      AskWhoami();
    } else {
      AskReach();
    }
  }

 private:
  std::string Where(std::string_view asked) const {
    std::string out = case_.file + ':' + std::to_string(question_->line) + ": ";
    out += variant_.empty() ? "" : '[' + variant_ + "] ";
    out += question_->kind + ' ';
    out += asked;
    return out;
  }

  // Answers depend on the options too; they are told apart by the question that has them.
  std::string Key(std::string_view text) const {
    const QuestionOptions& o = question_->options;
    const bool plain = o.context.empty() && o.groups.empty() && !o.direct && !o.escalate &&
                       !o.any && o.cluster.empty() && o.role_ref.empty() && o.subresource.empty();
    return (plain ? "" : std::to_string(question_->line) + ": ") + std::string(text);
  }

  const std::string& Spelled(const std::string& principal) const {
    const auto alias = case_.aliases.find(principal);
    return alias == case_.aliases.end() ? principal : alias->second;
  }

  void AskCan() {
    for (const Expected& expected : question_->expected) {
      for (const std::string& permission : expected.items) {
        const auto words = Words(permission);
        const auto answer = snapshot_.Can(question_->subject, words, question_->options);
        const std::string where = Where(question_->subject + ' ' + permission);
        ASSERT_TRUE(answer.ok()) << where << ": " << Text(answer.status());
        EXPECT_TRUE(Accepted(expected, answer->decision))
            << where << "\nwanted " << Wanted(expected) << "\n"
            << report::Table(*answer, {});
        if (!question_->reason.empty() &&
            (answer->decision == Decision::kDenied || answer->decision == Decision::kUnknown)) {
          EXPECT_EQ(answer->reason, question_->reason) << where;
        }
        Agree(*answer, words, where);
      }
    }
  }

  void Agree(const CanAnswer& can, const std::vector<std::string>& words,
             const std::string& where) {
    const QuestionOptions& options = question_->options;
    const WhoAnswer& who =
        who_.Get(Key(Joined(words)), [&] { return snapshot_.Who(words, options); });
    const WhatAnswer& what = what_.Get(Key(question_->subject),
                                       [&] { return snapshot_.What(question_->subject, options); });
    const WhoamiAnswer& whoami = whoami_.Get(
        Key(question_->subject), [&] { return snapshot_.Whoami(question_->subject, options); });
    for (const std::string& difference : Disagreements({can, who, what, whoami})) {
      ADD_FAILURE() << where << "\n" << difference << "\n" << report::Table(can, {});
    }
  }

  void AskWho() {
    const auto words = Words(question_->subject);
    const WhoAnswer& answer =
        who_.Get(Key(Joined(words)), [&] { return snapshot_.Who(words, question_->options); });
    std::map<std::string, Decision> rows;
    for (const Grantee& grantee : answer.grantees) {
      Decision& row = rows[Spelled(grantee.principal)];
      row = std::max(row, grantee.decision);
      const auto can = snapshot_.Can(grantee.principal, words, question_->options);
      // Collectives are not all principals that can be asked about.
      if (can.ok() && grantee.kind != "hole" && grantee.kind != "everyone") {
        EXPECT_EQ(Name(can->decision), std::string(Name(grantee.decision)))
            << Where(question_->subject) << "\ncan " << grantee.principal
            << " differs from its row";
      }
    }
    CheckRows(rows, [&] { return report::Table(answer, {.expand = true}); });
  }

  void AskReach() {
    const auto answer = snapshot_.Reach(question_->subject, question_->options);
    ASSERT_TRUE(answer.ok()) << Where(question_->subject) << ": " << Text(answer.status());
    std::map<std::string, Decision> rows;
    for (const ReachAnswer::Identity& identity : answer->identities) {
      Decision& row = rows[Spelled(identity.principal)];
      row = std::max(row, identity.decision);
    }
    CheckRows(rows, [&] { return report::Table(*answer, {}); });
  }

  void AskWhoami() {
    const WhoamiAnswer& answer = whoami_.Get(Key(question_->subject), [&] {
      return snapshot_.Whoami(question_->subject, question_->options);
    });
    std::map<std::string, Decision> rows;
    for (const WhoamiAnswer::Aws& role : answer.aws) {
      Decision& row = rows[Spelled(role.principal)];
      row = std::max(row, role.decision);
    }
    CheckRows(rows, [&] { return report::Table(answer, {}); });
    if (!question_->has_identities) {
      return;
    }
    const std::string where = Where(question_->subject) + '\n' + report::Table(answer, {});
    ASSERT_EQ(answer.kubernetes.size(), question_->identities.size()) << where;
    for (size_t i = 0; i < answer.kubernetes.size(); ++i) {
      CheckIdentity(answer.kubernetes[i], question_->identities[i], where);
    }
  }

  static void CheckIdentity(const WhoamiAnswer::Kubernetes& have, const ExpectedIdentity& want,
                            const std::string& where) {
    const std::map<std::string, std::string> fields = {{"cluster", have.cluster},
                                                       {"authenticated", have.authenticated},
                                                       {"username", have.username},
                                                       {"via", have.via},
                                                       {"reason", have.reason}};
    for (const auto& [key, value] : want.fields) {
      const auto field = fields.find(key);
      ASSERT_NE(field, fields.end()) << where << key << " is no key of an identity";
      EXPECT_TRUE(OneOf(value, field->second)) << where << key << " is not " << value;
    }
    if (want.has_groups) {
      EXPECT_EQ(have.groups, want.groups) << where;
    }
  }

  // "yes or unknown" accepts both.
  static bool OneOf(std::string_view alternatives, std::string_view value) {
    constexpr std::string_view kOr = " or ";
    for (size_t at = alternatives.find(kOr); at != std::string_view::npos;
         at = alternatives.find(kOr)) {
      if (alternatives.substr(0, at) == value) {
        return true;
      }
      alternatives.remove_prefix(at + kOr.size());
    }
    return alternatives == value;
  }

  template <typename Shown>
  void CheckRows(const std::map<std::string, Decision>& rows, const Shown& shown) {
    for (const Expected& expected : question_->expected) {
      for (const std::string& principal : expected.items) {
        const auto row = rows.find(Spelled(principal));
        const Decision have = row == rows.end() ? Decision::kDenied : row->second;
        EXPECT_TRUE(Accepted(expected, have))
            << Where(question_->subject) << "\n"
            << principal << ": wanted " << Wanted(expected) << ", got " << Name(have) << "\n"
            << shown();
      }
    }
  }

  static bool Accepted(const Expected& expected, Decision decision) {
    return std::find(expected.accepted.begin(), expected.accepted.end(), decision) !=
           expected.accepted.end();
  }
  static std::string Wanted(const Expected& expected) {
    std::string out;
    for (const Decision decision : expected.accepted) {
      out += (out.empty() ? "" : " or ") + std::string(Name(decision));
    }
    return out;
  }

  const Case& case_;
  const std::string& variant_;
  const Snapshot& snapshot_;
  const Question* question_ = nullptr;
  Memo<WhoAnswer> who_;
  Memo<WhatAnswer> what_;
  Memo<WhoamiAnswer> whoami_;
};

class CaseTest : public testing::Test {
 public:
  explicit CaseTest(std::string file) : file_(std::move(file)) {}

  void TestBody() override {
    const Case test = ReadCase(file_, WHOMAY_SOURCE_DIR);
    for (const std::string& error : test.errors) {
      ADD_FAILURE() << error;
    }
    for (const Variant& variant : test.variants) {
      RunVariant(test, variant);
    }
  }

 private:
  static void RunVariant(const Case& test, const Variant& variant) {
    Analyzer analyzer(test.options);
    for (const Input& input : variant.inputs) {
      const absl::Status added = analyzer.AddPath(input.path, input.cluster);
      ASSERT_TRUE(added.ok()) << Text(added);
    }
    const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
    ASSERT_TRUE(analysis.ok()) << test.file << ": " << Text(analysis.status());
    std::string said;
    for (const Diagnostic& diagnostic : analysis->diagnostics()) {
      said += report::Text(diagnostic, false, false);
    }
    EXPECT_EQ(analysis->complete(), test.complete) << test.file << ' ' << variant.name << '\n'
                                                   << said;
    for (const std::string& code : test.diagnostics) {
      EXPECT_NE(said.find('[' + code + ']'), std::string::npos)
          << test.file << ": no diagnostic " << code << " among\n"
          << said;
    }
    Asker asker(test, variant, *analysis);
    for (const Question& question : test.questions) {
      asker.Ask(question);
    }
  }

  std::string file_;
};

// "shop/change" -> the test Cases.shop_change.
std::string TestName(const fs::path& folder) {
  std::string name = folder.generic_string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '-' || c == '.'; }, '_');
  return name;
}

void RegisterCases() {
  const fs::path root = fs::path(WHOMAY_SOURCE_DIR) / "tests" / "cases";
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() == "case.yaml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::string name = TestName(file.parent_path().lexically_relative(root));
    testing::RegisterTest(
        "Cases", name.c_str(), nullptr, nullptr, file.c_str(), 1,
        [path = file.string()]() -> testing::Test* { return new CaseTest(path); });
  }
}

}  // namespace
}  // namespace whomay::cases

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  whomay::cases::RegisterCases();
  return RUN_ALL_TESTS();
}
