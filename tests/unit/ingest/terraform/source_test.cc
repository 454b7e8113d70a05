// Terraform's code beside a plan: its files (folders, links, override files, JSON syntax, saved
// plans) and what they fill. Expressions have tests of their own (source_evaluate_test.cc).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "ingest/terraform/source_files.h"
#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

// A folder of its own, gone with the test.
class Folder {
 public:
  Folder() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    static int number = 0;
    path_ = fs::path(::testing::TempDir()) /
            (std::string("whomay_source_") + test->name() + std::to_string(++number));
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }

  Folder& Write(const std::string& name, const std::string& text) {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return *this;
  }
  Folder& Link(const std::string& name, const fs::path& target) {
    fs::create_directories((path_ / name).parent_path());
    fs::create_symlink(target, path_ / name);
    return *this;
  }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void ReadWith(const std::string& plan, const fs::path& root, ReadResult& result) {
  TerraformOptions options;
  options.source = [root](source::SourceSet& sources, source::Diagnostics& diagnostics) {
    return terraform::SourceFolder(root.string(), sources, diagnostics);
  };
  ReadText(plan, result, options);
}

// A role whose policy is one jsonencode() that the plan does not know.
const std::string kBucket =
    Create("aws_s3_bucket.b", "aws_s3_bucket", R"({"tags":{}})", R"({"arn":true,"bucket":true})");
std::string InlinePlan() {
  return Plan(kBucket + "," +
                  Create("aws_iam_role_policy.p", "aws_iam_role_policy",
                         R"({"name":"p","role":"r"})", R"({"policy":true})"),
              R"({"resources":[{"address":"aws_iam_role_policy.p","type":"aws_iam_role_policy",)"
              R"("name":"p","mode":"managed","expressions":{"policy":{"references":)"
              R"(["aws_s3_bucket.b.arn","aws_s3_bucket.b"]}}}]})");
}

constexpr char kPolicy[] =
    "resource \"aws_iam_role_policy\" \"p\" {\n"
    "  name = \"p\"\n  role = \"r\"\n"
    "  policy = jsonencode({Statement = [{Effect = \"Allow\", Action = local.actions,\n"
    "    Resource = aws_s3_bucket.b.arn}]})\n}\n";

std::string PolicyWith(const std::string& actions) {
  return "after: inline p on <account of the provider>/r {Allow do [" + actions +
         "] on [arn:aws:s3:::<aws_s3_bucket.b.bucket>]}";
}

std::vector<std::string> InlineWith(const Folder& folder, const std::string& root,
                                    ReadResult& result) {
  ReadWith(InlinePlan(), folder / root, result);
  return result.Of("aws_iam_role_policy.p");
}

TEST(Source, FillsWhatThePlanLeavesOpen) {
  Folder folder;
  folder.Write("main.tf", kPolicy).Write("locals.tf", "locals { actions = [\"s3:GetObject\"] }");
  ReadResult result;
  EXPECT_THAT(InlineWith(folder, "", result), ElementsAre(PolicyWith("s3:GetObject")));
  EXPECT_TRUE(result.Has("terraform.from-source"));
}

TEST(Source, OverrideFilesCountMore) {
  const struct {
    const char* what;
    std::vector<std::pair<const char*, const char*>> files;
    const char* actions;
  } cases[] = {
      {"override.tf", {{"override.tf", "locals { actions = [\"s3:b\"] }"}}, "s3:b"},
      {"…_override.tf", {{"a_override.tf", "locals { actions = [\"s3:b\"] }"}}, "s3:b"},
      {"of several the later by name",
       {{"a_override.tf", "locals { actions = [\"s3:b\"] }"},
        {"b_override.tf", "locals { actions = [\"s3:c\"] }"}},
       "s3:c"},
      {"in JSON",
       {{"override.tf.json", R"({"locals":{"actions":["s3:b"]}})"},
        {"z_override.tf.json", R"({"locals":{"actions":["s3:d"]}})"}},
       "s3:d"},
      {"one argument of a block",
       {{"override.tf",
         "resource \"aws_iam_role_policy\" \"p\" {\n"
         "policy = jsonencode({Statement = [{Effect = \"Allow\", Action = \"s3:e\", Resource = "
         "aws_s3_bucket.b.arn}]})\n}"}},
       "s3:e"},
      {"no override by its name", {{"override_not.tf", "locals { other = 1 }"}}, "s3:a"},
      {"what editors leave", {{".#main.tf", "}"}, {"main.tf~", "}"}, {"#main.tf", "}"}}, "s3:a"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    Folder folder;
    folder.Write("main.tf", kPolicy).Write("zz.tf", "locals { actions = [\"s3:a\"] }");
    for (const auto& [name, text] : one.files) {
      folder.Write(name, text);
    }
    ReadResult result;
    EXPECT_THAT(InlineWith(folder, "", result), ElementsAre(PolicyWith(one.actions)));
    EXPECT_FALSE(result.diagnostics.incomplete());
  }
}

TEST(Source, JsonSyntaxSaysTheSame) {
  Folder folder;
  folder.Write("main.tf.json", R"({
    "//": "a comment",
    "variable": {"on": {"type": "bool", "default": true}, "raw": {"default": "${not.a.template}"}},
    "locals": [{"actions": "${var.on ? [\"s3:GetObject\"] : []}"}],
    "resource": [{"aws_iam_role_policy": {"p": [{
      "name": "p", "role": "r", "depends_on": ["aws_s3_bucket.b"],
      "policy": "${jsonencode({Statement = [{Effect = \"Allow\", Action = local.actions, Resource = aws_s3_bucket.b.arn}]})}"
    }]}}]
  })");
  ReadResult result;
  EXPECT_THAT(InlineWith(folder, "", result), ElementsAre(PolicyWith("s3:GetObject")));
  for (const source::Diagnostic& one : result.diagnostics.all()) {
    EXPECT_EQ(one.code, "terraform.from-source") << one.message;
  }
}

// Blocks and `dynamic` blocks of both syntaxes, as the elements of a plan's lists.
TEST(Source, BlocksOfBothSyntaxes) {
  const std::string plan = Plan(
      Create(
          "data.aws_iam_policy_document.d", "aws_iam_policy_document",
          R"({"statement":[{"actions":["sts:AssumeRole"],"effect":"Allow","principals":[)"
          R"({"type":"Service","identifiers":["ec2.amazonaws.com"]},)"
          R"({"type":"AWS","identifiers":[null]}]},{"actions":["sts:TagSession"],)"
          R"("effect":"Allow","principals":[{"type":"AWS","identifiers":[null]}]}]})",
          R"({"json":true,"statement":[{"actions":[false],"principals":[{"identifiers":[false]},)"
          R"({"identifiers":[true]}]},{"actions":[false],"principals":[{"identifiers":[true]}]}]})") +
          "," +
          Create("aws_iam_role.r", "aws_iam_role", R"({"name":"r"})",
                 R"({"arn":true,"assume_role_policy":true})") +
          "," + Create("aws_iam_user.u", "aws_iam_user", R"({"name":"u"})", R"({"arn":true})") +
          "," + Create("aws_iam_user.v", "aws_iam_user", R"({"name":"v"})", R"({"arn":true})"),
      R"({"resources":[{"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role",)"
      R"("name":"r","expressions":{"assume_role_policy":{"references":)"
      R"(["data.aws_iam_policy_document.d.json","data.aws_iam_policy_document.d"]}}},)"
      R"({"address":"data.aws_iam_policy_document.d","mode":"data","type":)"
      R"("aws_iam_policy_document","name":"d","expressions":{}}]})");
  const char* const native = R"(
    locals { who = { TagSession = aws_iam_user.v.arn } }
    data "aws_iam_policy_document" "d" {
      statement {
        actions = ["sts:AssumeRole"]
        principals {
          type        = "AWS"
          identifiers = [aws_iam_user.u.arn]
        }
        principals {
          type        = "Service"
          identifiers = ["ec2.amazonaws.com"]
        }
      }
      dynamic "statement" {
        for_each = local.who
        content {
          actions = ["sts:${statement.key}"]
          principals {
            type        = "AWS"
            identifiers = [statement.value]
          }
        }
      }
    })";
  const char* const json = R"({
    "locals": {"who": {"TagSession": "${aws_iam_user.v.arn}"}},
    "data": {"aws_iam_policy_document": {"d": {
      "statement": [{
        "actions": ["sts:AssumeRole"],
        "principals": [
          {"type": "AWS", "identifiers": ["${aws_iam_user.u.arn}"]},
          {"type": "Service", "identifiers": ["ec2.amazonaws.com"]}]}],
      "dynamic": {"statement": {
        "for_each": "${local.who}",
        "content": {
          "actions": ["sts:${statement.key}"],
          "principals": {"type": "AWS", "identifiers": ["${statement.value}"]}}}}
    }}}})";
  for (const auto& [name, code] : {std::pair("main.tf", native), {"main.tf.json", json}}) {
    SCOPED_TRACE(name);
    Folder folder;
    folder.Write(name, code);
    ReadResult result;
    ReadWith(plan, folder.path(), result);
    EXPECT_THAT(
        result.Of("aws_iam_role.r"),
        ElementsAre(AllOf(HasSubstr("by service:ec2.amazonaws.com aws:arn:aws:iam::<account of the "
                                    "provider>:user/u do "
                                    "[sts:AssumeRole]"),
                          HasSubstr("by aws:arn:aws:iam::<account of the provider>:user/v do "
                                    "[sts:TagSession]"))));
  }
}

// An unknown list of inline policies has as many as the code says.
TEST(Source, InlinePoliciesOfARoleAsAWhole) {
  const std::string plan =
      Plan(Create("aws_iam_role.r", "aws_iam_role", R"({"name":"r","assume_role_policy":"{}"})",
                  R"({"arn":true,"inline_policy":true})") +
               "," + kBucket,
           R"({"resources":[{"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role",)"
           R"("name":"r","expressions":{"inline_policy":[{"name":{"constant_value":"a"},"policy":)"
           R"({"references":["aws_s3_bucket.b.arn","aws_s3_bucket.b"]}}]}}]})");
  const char* const native = R"(
    resource "aws_iam_role" "r" {
      name = "r"
      dynamic "inline_policy" {
        for_each = { a = "s3:GetObject", b = "s3:PutObject" }
        content {
          name   = inline_policy.key
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = inline_policy.value, Resource = aws_s3_bucket.b.arn }] })
        }
      }
    })";
  const char* const json = R"({"resource":{"aws_iam_role":{"r":{"name":"r","inline_policy":{
      "name":"a","policy":"${jsonencode({Statement=[{Effect=\"Allow\",Action=\"s3:GetObject\",Resource=aws_s3_bucket.b.arn}]})}"}}}}})";
  const auto line = [](const char* name, const char* action) {
    return std::string("after: inline ") + name +
           " on arn:aws:iam::<account of the provider>:role/r {Allow do [" + action +
           "] on [arn:aws:s3:::<aws_s3_bucket.b.bucket>]}";
  };
  const std::string a = line("a", "s3:GetObject"), b = line("b", "s3:PutObject");
  Folder with_blocks, with_json, with_none;
  with_blocks.Write("main.tf", native);
  with_json.Write("main.tf.json", json);
  with_none.Write("main.tf",
                  "resource \"aws_iam_role\" \"r\" {\n name = \"r\"\n"
                  "dynamic \"inline_policy\" {\n for_each = {}\n content {}\n}\n}");
  ReadResult result, from_json, none, open;
  ReadWith(plan, with_blocks.path(), result);
  EXPECT_THAT(result.Of("aws_iam_role.r"), ElementsAre(HasSubstr("role "), a, b));
  ReadWith(plan, with_json.path(), from_json);
  EXPECT_THAT(from_json.Of("aws_iam_role.r"), ElementsAre(HasSubstr("role "), a));
  ReadWith(plan, with_none.path(), none);
  EXPECT_THAT(none.Of("aws_iam_role.r"), ElementsAre(HasSubstr("role ")));
  ReadText(plan, open);
  EXPECT_THAT(open.Of("aws_iam_role.r"),
              ElementsAre(HasSubstr("role "), HasSubstr("how many inline policies there are")));
}

TEST(Source, ThePlanCountsWhereTheCodeSaysOtherwise) {
  Folder folder;
  folder.Write("main.tf", kPolicy).Write("locals.tf", "locals { actions = [\"s3:GetObject\"] }");
  folder.Write("override.tf", "resource \"aws_iam_role_policy\" \"p\" { role = \"another\" }");
  ReadResult result;
  EXPECT_THAT(InlineWith(folder, "", result), ElementsAre(HasSubstr("open<aws_iam_role_policy.p")));
  ASSERT_TRUE(result.Has("terraform.source-differs"));
  for (const source::Diagnostic& one : result.diagnostics.all()) {
    if (one.code == "terraform.source-differs") {
      EXPECT_EQ(one.severity, source::Severity::kWarning);
      EXPECT_THAT(one.message, HasSubstr("aws_iam_role_policy.p.role is another in the plan"));
      EXPECT_THAT(result.sources.Locate(one.span).file, HasSubstr("override.tf"));
    }
  }
}

// --- What may be read

constexpr char kSecret[] = "s3:Secret";

// Nothing outside the folder, or the git work tree around it, whatever names it.
TEST(Source, NothingOutsideIsRead) {
  const std::string locals = std::string("locals { actions = [\"") + kSecret + "\"] }";
  const struct {
    const char* what;
    const char* actions;  // an expression
    const char* extra = "";
    bool inside_of_a_work_tree = true;
  } cases[] = {
      {"file() above", "[file(\"../outside/secret\")]"},
      {"file() above, of the module's folder", "[file(\"${path.module}/../outside/secret\")]"},
      {"file() by its whole path", "[file(\"ROOT/outside/secret\")]"},
      {"file() through a link", "[file(\"link\")]"},
      {"file() through a linked folder", "[file(\"folder/secret\")]"},
      {"file() that comes back", "[file(\"../code/../outside/secret\")]"},
      {"templatefile() above", "[templatefile(\"../outside/secret\", {})]"},
      {"a device", "[file(\"/dev/stdin\")]", "", false},
      {"a module above", "module.m.actions", "module \"m\" { source = \"../outside\" }"},
      {"a module by a link", "module.m.actions", "module \"m\" { source = \"./folder\" }"},
      {"a module of modules.json", "module.installed.actions",
       "module \"installed\" { source = \"somewhere\" }"},
      {"locals in a linked file", "local.linked"},
  };
  for (int i = 0; i < 2 * static_cast<int>(std::size(cases)); ++i) {
    const auto& one = cases[i / 2];
    const bool work_tree = i % 2 == 1;  // around all of it: then the same is inside
    SCOPED_TRACE(one.what);
    Folder folder;
    if (work_tree) {
      fs::create_directories(folder / ".git");
    }
    std::string actions = one.actions;
    if (const size_t at = actions.find("ROOT"); at != std::string::npos) {
      actions.replace(at, 4, folder.path().string());
    }
    folder.Write("outside/secret", kSecret)
        .Write("outside/main.tf",
               std::string("output \"actions\" { value = [\"") + kSecret + "\"] }")
        .Write("outside/linked.tf", std::string("locals { linked = [\"") + kSecret + "\"] }")
        .Write("code/.terraform/modules/modules.json",
               R"({"Modules":[{"Key":"","Dir":"."},{"Key":"installed","Dir":"../outside"}]})")
        .Write("code/main.tf", std::string(kPolicy) + one.extra + "\n")
        .Write("code/locals.tf", "locals { actions = " + actions + " }")
        .Link("code/link", folder / "outside/secret")
        .Link("code/folder", folder / "outside")
        .Link("code/linked.tf", folder / "outside/linked.tf");
    ReadResult result;
    const std::vector<std::string> lines = InlineWith(folder, "code", result);
    if (work_tree) {
      EXPECT_EQ(lines[0].find(kSecret) != std::string::npos, one.inside_of_a_work_tree);
      continue;
    }
    EXPECT_THAT(lines, ElementsAre(Not(HasSubstr(kSecret))));
    for (const source::Diagnostic& diagnostic : result.diagnostics.all()) {
      EXPECT_THAT(diagnostic.message, Not(HasSubstr(kSecret)));
    }
  }
}

// A work tree is one thing: modules and files beside the root's folder belong to it.
TEST(Source, TheWorkTreeAroundTheFolderIsRead) {
  Folder folder;
  fs::create_directories(folder / ".git");
  folder
      .Write("envs/prod/main.tf",
             std::string(kPolicy) +
                 "module \"m\" { source = \"../../modules/m\" }\n"
                 "locals { actions = concat(module.m.actions, [trimspace(file(\"../action\"))]) }")
      .Write("modules/m/main.tf", "output \"actions\" { value = [\"s3:a\"] }")
      .Write("envs/action", "s3:b\n");
  ReadResult result;
  EXPECT_THAT(InlineWith(folder, "envs/prod", result), ElementsAre(PolicyWith("s3:a, s3:b")));
}

// --- Saved plans

std::string Number(uint64_t number, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes += static_cast<char>(number >> (8 * i));
  }
  return bytes;
}

struct Member {
  std::string name;
  std::string text;
  uint32_t checksum_off = 0;  // added to the right one
  uint32_t size_off = 0;
};

std::string Deflated(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// `copies`: that many entries in the directory for each member.
std::string Zip(const std::vector<Member>& members, bool deflate = true, int copies = 1) {
  std::string zip, directory;
  int count = 0;
  for (const Member& member : members) {
    const std::string packed = deflate ? Deflated(member.text) : member.text;
    const auto* bytes = reinterpret_cast<const Bytef*>(member.text.data());
    const uint64_t checksum =
        crc32(0, bytes, static_cast<uInt>(member.text.size())) + member.checksum_off;
    const std::string head = Number(20, 2) + Number(0, 2) + Number(deflate ? 8 : 0, 2) +
                             Number(0, 4) + Number(checksum, 4) + Number(packed.size(), 4) +
                             Number(member.text.size() + member.size_off, 4) +
                             Number(member.name.size(), 2) + Number(0, 2);
    for (int i = 0; i < copies; ++i, ++count) {
      std::string name = member.name;
      name.replace(name.size() - 4, 1, std::string(1, static_cast<char>('a' + i % 26)));
      directory += "PK\x01\x02" + Number(20, 2) + head + Number(0, 2) + Number(0, 2) +
                   Number(0, 2) + Number(0, 4) + Number(zip.size(), 4) +
                   (copies == 1 ? member.name : name);
    }
    zip += "PK\x03\x04" + head + member.name + packed;
  }
  const std::string end = "PK\x05\x06" + Number(0, 4) + Number(count, 2) + Number(count, 2) +
                          Number(directory.size(), 4) + Number(zip.size(), 4) + Number(0, 2);
  return zip + directory + end;
}

void ReadWithZip(const std::string& zip, ReadResult& result) {
  TerraformOptions options;
  options.source = [&zip](source::SourceSet& sources, source::Diagnostics& diagnostics) {
    return terraform::SourceInSavedPlan(sources.Add("p.tfplan", zip), sources, diagnostics);
  };
  ReadText(InlinePlan(), result, options);
}

const Member kMain = {"tfconfig/m-/main.tf", kPolicy};
const Member kLocals = {"tfconfig/m-/locals.tf", "locals { actions = [\"s3:GetObject\"] }"};

TEST(SavedPlan, ServesAsTheCode) {
  const std::vector<Member> members = {{"tfplan", "\x08\x03"},
                                       kMain,
                                       kLocals,
                                       {"tfconfig/modules.json", R"([{"Key":"","Dir":"."}])"}};
  for (const bool deflate : {false, true}) {
    ReadResult result;
    ReadWithZip(Zip(members, deflate), result);
    EXPECT_THAT(result.Of("aws_iam_role_policy.p"), ElementsAre(PolicyWith("s3:GetObject")));
  }
  ReadResult json;
  ReadWithZip(Zip({kMain, {"tfconfig/m-/l.tf.json", R"({"locals":{"actions":"s3:x"}})"}}), json);
  EXPECT_THAT(json.Of("aws_iam_role_policy.p"), ElementsAre(PolicyWith("s3:x")));
}

TEST(SavedPlan, BrokenOnesAreSaidAndFillNothing) {
  const std::string whole = Zip({kMain, kLocals});
  std::vector<Member> many;
  for (int i = 0; i <= 10'000; ++i) {
    many.push_back({"tfconfig/m-/" + std::to_string(i) + ".tf", ""});
  }
  const uint32_t large = 3 << 20;
  const struct {
    const char* what;
    std::string zip;
  } cases[] = {
      {"empty", ""},
      {"without its end", whole.substr(0, whole.size() - 30)},
      {"without its beginning", whole.substr(40)},
      {"another checksum", Zip({{kMain.name, kMain.text, 1}, kLocals})},
      {"a smaller size than it has", Zip({{kMain.name, kMain.text, 0, 0xFFFFFFFF}, kLocals})},
      {"a larger one", Zip({{kMain.name, kMain.text, 0, 1}, kLocals})},
      {"stored, of another size", Zip({{kMain.name, kMain.text, 0, 1}, kLocals}, false)},
      {"a size for which no memory is", Zip({{kMain.name, kMain.text, 0, 0x7FFFFFFF}, kLocals})},
      {"a bomb", Zip({kMain, {"tfconfig/m-/b.tf", std::string(5 << 20, ' ')}})},
      {"a bomb of many", Zip({{"tfconfig/m-/b.tf", std::string(3 << 20, ' ')}}, true, 30)},
      {"too many files", Zip(many)},
      {"the same bytes again and again, as if they held nothing",
       Zip({{"tfconfig/m-/b.tf", std::string(large, ' '), 0, 1 - large}}, false, 20'000)},
      {"a name that leads out", Zip({kMain, kLocals, {"tfconfig/m-/../../x.tf", ""}})},
      {"a name that does things to terminals", Zip({kMain, kLocals, {"tfconfig/\x1b[2J.tf", ""}})},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadWithZip(one.zip, result);
    EXPECT_THAT(result.Of("aws_iam_role_policy.p"), ElementsAre(HasSubstr("open<")));
    EXPECT_TRUE(result.Has("terraform.saved-plan") || result.Has("terraform.source-module"));
  }
}

TEST(SavedPlan, EveryTruncationEnds) {
  const std::string whole = Zip({kMain, kLocals});
  for (size_t size = 0; size < whole.size(); ++size) {
    ReadResult result;
    ReadWithZip(whole.substr(0, size), result);
    EXPECT_THAT(result.Of("aws_iam_role_policy.p"), ElementsAre(HasSubstr("open<")));
  }
}

}  // namespace
}  // namespace whomay::ingest
