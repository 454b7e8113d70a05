#include "tests/cases/case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"
#include "syntax/yaml.h"

namespace whomay::cases {
namespace {

namespace fs = std::filesystem;
using syntax::Value;

class Reader {
 public:
  Reader(Case& out, fs::path folder, fs::path source_dir)
      : out_(out), folder_(std::move(folder)), source_dir_(std::move(source_dir)) {}

  void Read(std::string text) {
    source::Diagnostics diagnostics;
    const source::FileId file = sources_.Add(out_.file, std::move(text));
    const syntax::Tree tree = syntax::ParseOwnYaml(sources_, file, diagnostics);
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      Complain(diagnostic.span, diagnostic.message);
    }
    Members(tree.root(), {
                             {"about", [](Value) {}},
                             {"inputs", [&](Value v) { ReadInputs(v); }},
                             {"options", [&](Value v) { ReadAnalyzerOptions(v); }},
                             {"aliases", [&](Value v) { out_.aliases = Map(v); }},
                             {"diagnostics", [&](Value v) { out_.diagnostics = Texts(v); }},
                             {"complete", [&](Value v) { out_.complete = v.is_true(); }},
                             {"questions", [&](Value v) { ReadQuestions(v); }},
                         });
    if (out_.variants.empty()) {
      out_.variants.push_back({"", AllFiles(), World::kAfter});
    }
    if (out_.questions.empty() && out_.diagnostics.empty()) {
      Complain(tree.root().span(), "the case asks nothing");
    }
    CheckVariants();
  }

 private:
  using Handlers = std::map<std::string_view, std::function<void(Value)>>;

  void Complain(source::Span span, std::string_view message) {
    const source::Location place = sources_.Locate(span);
    out_.errors.push_back(std::string(place.file) + ':' + std::to_string(place.line) + ": " +
                          std::string(message));
  }

  void Members(Value map, const Handlers& handlers,
               const std::function<bool(Value)>& otherwise = nullptr) {
    if (!map.is_object()) {
      Complain(map.span(), "a map is wanted here");
    }
    for (const Value member : map.members()) {
      const auto handler = handlers.find(member.key());
      if (handler != handlers.end()) {
        handler->second(member);
      } else if (!otherwise || !otherwise(member)) {
        Complain(member.key_span(), "unknown key '" + std::string(member.key()) + "'");
      }
    }
  }

  // A text, or a list of texts.
  std::vector<std::string> Texts(Value value) {
    std::vector<std::string> texts;
    if (value.is_array()) {
      for (const Value element : value.elements()) {
        texts.emplace_back(element.text());
      }
    } else {
      texts.emplace_back(value.text());
    }
    return texts;
  }

  std::map<std::string, std::string> Map(Value value) {
    std::map<std::string, std::string> map;
    for (const Value member : value.members()) {
      map[std::string(member.key())] = member.text();
    }
    return map;
  }

  fs::path Resolve(std::string_view path) const {
    // "//x" counts from the root of the source tree.
    return path.substr(0, 2) == "//" ? source_dir_ / path.substr(2) : folder_ / path;
  }

  std::vector<Input> ReadInputList(Value list) {
    std::vector<Input> inputs;
    for (const Value element : list.elements()) {
      Input input;
      if (element.is_object()) {
        input.path = Resolve(element.Get("path").text()).string();
        input.cluster = element.Get("cluster").text();
      } else {
        input.path = Resolve(element.text()).string();
      }
      if (!fs::exists(input.path)) {
        Complain(element.span(), "no such input: " + input.path);
      }
      inputs.push_back(std::move(input));
    }
    return inputs;
  }

  void ReadInputs(Value value) {
    if (value.is_array()) {
      out_.variants.push_back({"", ReadInputList(value), World::kAfter});
      return;
    }
    for (const Value named : value.members()) {
      Variant variant{std::string(named.key()), {}, World::kAfter};
      if (named.is_object()) {  // {world: before, files: […]}
        variant.world = named.Get("world").text() == "before" ? World::kBefore : World::kAfter;
        variant.inputs = ReadInputList(named.Get("files"));
      } else {
        variant.inputs = ReadInputList(named);
      }
      if (variant.inputs.empty()) {
        Complain(named.span(), "a variant without files");
      }
      out_.variants.push_back(std::move(variant));
    }
  }

  std::vector<Input> AllFiles() const {
    std::vector<Input> inputs;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
      if (entry.path().filename() != "case.yaml" && entry.is_regular_file()) {
        inputs.push_back({entry.path().string(), {}});
      }
    }
    std::sort(inputs.begin(), inputs.end(),
              [](const Input& a, const Input& b) { return a.path < b.path; });
    return inputs;
  }

  void ReadAnalyzerOptions(Value value) {
    AnalyzerOptions& options = out_.options;
    Members(value,
            {
                {"default_namespace", [&](Value v) { options.default_namespace = v.text(); }},
                {"kubernetes_version", [&](Value v) { options.kubernetes_version = v.text(); }},
                {"builtin_rbac", [&](Value v) { options.builtin_rbac = v.is_true(); }},
                {"accounts", [&](Value v) { options.accounts = Map(v); }},
                {"regions", [&](Value v) { options.regions = Map(v); }},
                {"assume", [&](Value v) { options.assume = Map(v); }},
                {"source_root", [&](Value v) { options.source_root = Resolve(v.text()).string(); }},
            });
  }

  void ReadQuestionOptions(Value value, Question& question) {
    QuestionOptions& options = question.options;
    const auto context = [&](Value map) {
      for (const Value member : map.members()) {
        options.context[std::string(member.key())] = Texts(member);
      }
    };
    Members(value,
            {
                {"cluster", [&](Value v) { options.cluster = v.text(); }},
                {"direct", [&](Value v) { options.direct = v.is_true(); }},
                {"escalate", [&](Value v) { options.escalate = v.is_true(); }},
                {"any", [&](Value v) { options.any = v.is_true(); }},
                {"max_hops", [&](Value v) { options.max_hops = std::stoi(std::string(v.text())); }},
                {"context", context},
                {"groups", [&](Value v) { options.groups = Texts(v); }},
                {"subresource", [&](Value v) { options.subresource = v.text(); }},
                {"role_ref", [&](Value v) { options.role_ref = v.text(); }},
            });
  }

  // "allowed", "denied or unknown", …
  static std::optional<std::vector<Decision>> Decisions(std::string_view key) {
    std::vector<Decision> decisions;
    for (const std::string& word : Words(key)) {
      if (word == "or") {
        continue;
      }
      bool known = false;
      for (const Decision decision :
           {Decision::kDenied, Decision::kUnknown, Decision::kConditional, Decision::kAllowed}) {
        if (word == Name(decision)) {
          decisions.push_back(decision);
          known = true;
        }
      }
      if (!known) {
        return std::nullopt;
      }
    }
    return decisions;
  }

  void ReadIdentities(Value list, Question& question) {
    question.has_identities = true;
    for (const Value element : list.elements()) {
      ExpectedIdentity& identity = question.identities.emplace_back();
      for (const Value member : element.members()) {
        if (member.key() == "groups") {
          identity.has_groups = true;
          identity.groups = Texts(member);
        } else {
          identity.fields[std::string(member.key())] = member.text();
        }
      }
    }
  }

  void ReadQuestions(Value list) {
    for (const Value element : list.elements()) {
      Question question;
      question.line = static_cast<int>(sources_.Locate(element.span()).line);
      const auto subject = [&](Value v) {
        question.kind = v.key();
        question.subject = v.text();
      };
      Members(element,
              {
                  {"can", subject},
                  {"who", subject},
                  {"whoami", subject},
                  {"reach", subject},
                  {"about", [](Value) {}},
                  {"variants", [&](Value v) { question.variants = Texts(v); }},
                  {"options", [&](Value v) { ReadQuestionOptions(v, question); }},
                  {"reason", [&](Value v) { question.reason = v.text(); }},
                  {"kubernetes", [&](Value v) { ReadIdentities(v, question); }},
              },
              [&](Value member) {
                const auto decisions = Decisions(member.key());
                if (decisions) {
                  question.expected.push_back({*decisions, Texts(member)});
                }
                return decisions.has_value();
              });
      if (question.kind.empty() || (question.expected.empty() && !question.has_identities)) {
        Complain(element.span(), "a question has can, who, whoami or reach, and what is expected");
      }
      out_.questions.push_back(std::move(question));
    }
  }

  void CheckVariants() {
    for (const Question& question : out_.questions) {
      for (const std::string& variant : question.variants) {
        const bool known = std::any_of(out_.variants.begin(), out_.variants.end(),
                                       [&](const Variant& named) { return named.name == variant; });
        if (!known) {
          out_.errors.push_back(out_.file + ':' + std::to_string(question.line) + ": no variant '" +
                                variant + "'");
        }
      }
    }
  }

  Case& out_;
  fs::path folder_, source_dir_;
  source::SourceSet sources_;
};

}  // namespace

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  bool quoted = false;
  for (const char c : text) {
    if (c == '\'') {
      quoted = !quoted;
      if (!inside) {
        words.emplace_back();
        inside = true;
      }
    } else if (c == ' ' && !quoted) {
      inside = false;
    } else {
      if (!inside) {
        words.emplace_back();
        inside = true;
      }
      words.back() += c;
    }
  }
  return words;
}

Case ReadCase(const std::string& file, const std::string& source_dir) {
  Case out;
  out.file = fs::path(file).lexically_relative(source_dir).string();
  std::ifstream in(file, std::ios::binary);
  Reader reader(out, fs::path(file).parent_path(), source_dir);
  reader.Read({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
  return out;
}

}  // namespace whomay::cases
