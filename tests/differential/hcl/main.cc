// hcl-differential JUDGE [--count N] [--seed S] [--plant]: generated expressions of Terraform's
// language, evaluated by whomay and by HashiCorp's own code (evaluate/main.go), with an unknown
// text and an unknown value of unknown type among the names.
//
// What is compared: what they know without knowing the unknowns, whomay must know too, or say that
// it does not (counted); what whomay says, parts that it leaves open aside, must be so for every
// filling of the unknowns; what it calls an error must be one for every filling.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "ingest/terraform/source_evaluate.h"
#include "syntax/json.h"
#include "tests/differential/hcl/generator.h"

namespace whomay::differential {
namespace {

using ingest::terraform::Evaluator;
using ingest::terraform::SourceBudget;
using ingest::terraform::SourceContext;
using ingest::terraform::SourceValue;
using Kind = SourceValue::Kind;

constexpr char kOpen = '\x01';  // anything may stand here
constexpr int kShown = 20;
// Of what they know: fractions and what is not ASCII are not computed here. Errors that follow from
// them, or from the type of a null, are not seen either.
constexpr double kMaxGivenUp = 0.08, kMaxMissed = 0.02, kMaxTyped = 0.005;

class Nothing : public SourceContext {
 public:
  SourceValue Reference(std::string_view, std::string_view, std::string_view) override {
    return ingest::terraform::ErrorValue();
  }
  SourceValue Attribute(const SourceValue&, std::string_view) override { return {}; }
  std::optional<source::FileId> File(std::string_view) override { return std::nullopt; }
};

void Write(Evaluator& e, const SourceValue& value, std::string& out) {
  if (value.unknown()) {
    out += kOpen;
    return;
  }
  if (!value.is_sequence() && !value.is_mapping()) {
    std::string json = ingest::terraform::JsonText(e, value).value_or("?");
    for (size_t at; (at = json.find('\xFF')) != json.npos;) {
      json.replace(at, json.find('\xFE', at) - at + 1, 1, kOpen);
    }
    // What is written in quotes for want of knowing better may be of any type.
    const std::string quoted = {'\\', '"', kOpen, '\\', '"'};
    for (size_t at; (at = json.find(quoted)) != json.npos;) {
      json.replace(at, quoted.size(), 1, kOpen);
    }
    out += json;
    return;
  }
  if (value.kind == Kind::kSet && !value.WhollyKnown()) {
    out += kOpen;  // its order is not known
    return;
  }
  if (value.HasOpenKey()) {
    out += kOpen;
    return;
  }
  out += value.kind == Kind::kList    ? "l["
         : value.kind == Kind::kSet   ? "s["
         : value.kind == Kind::kTuple ? "t["
         : value.kind == Kind::kMap   ? "m{"
                                      : "o{";
  for (size_t i = 0; i < value.size(); ++i) {
    out += i == 0 ? "" : ",";
    if (value.is_mapping()) {
      Write(e, ingest::terraform::StringValue(value.key(i)), out);
      out += ":";
    }
    Write(e, value.at(i), out);
  }
  out += value.is_mapping() ? "}" : "]";
}

std::string Ours(const std::string& expression) {
  facts::Facts facts;
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  SourceBudget budget;
  Evaluator e(facts, sources, budget);
  Nothing context;
  const syntax::HclFile file =
      syntax::ReadHclExpression(sources, sources.Add("e", expression), diagnostics);
  if (!diagnostics.all().empty()) {
    return "syntax";
  }
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kSymbol;
  hole.what = "us";
  hole.family = "names";
  const auto text = [](const char* t) { return ingest::terraform::StringValue(t); };
  const auto mapping = [](Kind kind, std::vector<std::pair<facts::Str, SourceValue>> members) {
    return ingest::terraform::MappingValue(kind, std::move(members));
  };
  const SourceValue value = e.Evaluate(
      file, file.expression(), context,
      {{"n", ingest::terraform::IntegerValue(3, facts)},
       {"s", text("text")},
       {"b", ingest::terraform::BoolValue(true)},
       {"l", ingest::terraform::SequenceValue(Kind::kList, {text("a"), text("b")})},
       {"m", mapping(Kind::kMap, {{"a", text("x")}, {"b", text("y")}})},
       {"o", mapping(Kind::kObject,
                     {{"a", ingest::terraform::IntegerValue(1, facts)}, {"b", text("z")}})},
       {"us", ingest::terraform::StringValue(facts.AddHole(std::move(hole)))},
       {"u", ingest::terraform::UnknownValue()}});
  if (value.error()) {
    return "!";
  }
  std::string out;
  Write(e, value, out);
  return out;
}

// Does the text fit the pattern, kOpen standing for anything?
bool Fits(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == kOpen) {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == kOpen) {
    ++p;
  }
  return p == pattern.size();
}

struct Counts {
  size_t same = 0, given_up = 0, more = 0, open = 0, errors = 0, missed = 0, typed = 0,
         differences = 0;
};

bool Has(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

// What is wrong with ours, empty when nothing is.
std::string Compare(const std::string& ours, const std::string& theirs,
                    const std::vector<std::string>& filled, Counts& counts) {
  if (ours == "syntax" || theirs == "syntax") {
    return ours == theirs ? "" : "syntax";
  }
  if (ours == theirs) {
    // Even where a filling makes it an error of types, which both do not see.
    ++(ours == "!" ? counts.errors : counts.same);
    return "";
  }
  bool all_errors = true;
  for (const std::string& one : filled) {
    all_errors = all_errors && one == "!";
  }
  if (ours == "!") {
    ++counts.errors;
    return all_errors ? "" : "an error that is none";
  }
  for (const std::string& one : filled) {
    if (one != "!" && one != "panic" && !Fits(ours, one)) {
      return "wrong for a filling: " + one;
    }
  }
  const bool known = !Has(theirs, '?') && theirs != "!";
  const bool ours_known = !Has(ours, kOpen);
  if (theirs == "!" && ours_known && all_errors) {
    ++counts.missed;
    return "";
  }
  ++(known && !ours_known ? counts.given_up
     : known              ? counts.same
     : ours_known         ? counts.more
                          : counts.open);
  return "";
}

// Unknown values and nulls have no types here. Whether the results of a conditional fit each other,
// which try() and can() ask, and whether it gives a list or a set, a map or an object, a text or a
// number, may then be told wrongly; rarely (kMaxTyped).
bool OfTypes(const std::string& expression) {
  const auto has = [&expression](const char* word) {
    return expression.find(word) != std::string::npos;
  };
  const bool unknown = has("us") || has(" u") || has("(u") || has("{u") || has("[u");
  return has(" ? ") ||
         (unknown && (has("try(") || has("to") || has("set") || has("jsonencode(jsonencode(")));
}

int Run(const std::string& judge, size_t count, uint64_t seed, bool plant) {
  Generator generator(seed);
  std::vector<std::string> expressions;
  const std::string base = judge + "." + std::to_string(seed) + "." + std::to_string(count);
  {
    std::ofstream out(base + ".in");
    for (size_t i = 0; i < count; ++i) {
      expressions.push_back(generator.Expression());
      std::string json;
      for (const char c : expressions.back()) {
        json += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
      }
      out << '"' << json << "\"\n";
    }
  }
  const std::string command = "'" + judge + "' < '" + base + ".in' > '" + base + ".out'";
  if (std::system(command.c_str()) != 0) {
    std::cerr << "the judge failed\n";
    return 2;
  }
  std::ifstream in(base + ".out");
  Counts counts;
  std::string line;
  for (size_t i = 0; i < count && std::getline(in, line); ++i) {
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    const auto size = static_cast<uint32_t>(line.size());
    const source::FileId file = sources.Add("answer", line);
    const syntax::Tree tree = syntax::ParseJson(sources, {file, 0, size}, diagnostics);
    std::vector<std::string> filled;
    for (const syntax::Value one : tree.root().Get("filled").elements()) {
      filled.emplace_back(one.text());
    }
    const std::string theirs(tree.root().Get("unknown").text());
    std::string ours = Ours(expressions[i]);
    const bool planted = plant && ours == "true" && counts.differences == 0;
    ours = planted ? "false" : ours;
    const std::string wrong = Compare(ours, theirs, filled, counts);
    if (!wrong.empty() && !planted && OfTypes(expressions[i])) {
      ++counts.typed;
      continue;
    }
    if (!wrong.empty() && ++counts.differences <= kShown) {
      for (char& c : ours) {
        c = c == kOpen ? '?' : c;
      }
      std::cout << "DIFFERENCE: " << expressions[i] << "\n  " << wrong
                << "\n  HashiCorp: " << theirs << "\n  whomay:    " << ours
                << (planted ? "  planted" : "") << "\n";
    }
  }
  std::remove((base + ".in").c_str());
  std::remove((base + ".out").c_str());
  const size_t known = counts.same + counts.given_up;
  std::printf(
      "%zu expressions: %zu known and the same, %zu known to HashiCorp only, %zu known to whomay "
      "only "
      "(true for every filling), %zu open, %zu errors, %zu errors not seen, %zu told otherwise for "
      "want of types, %zu differences\n",
      count, counts.same, counts.given_up, counts.more, counts.open, counts.errors, counts.missed,
      counts.typed, counts.differences);
  const bool gives_up =
      static_cast<double>(counts.given_up) > kMaxGivenUp * static_cast<double>(known);
  const bool misses = static_cast<double>(counts.missed) > kMaxMissed * static_cast<double>(count);
  const bool typed = static_cast<double>(counts.typed) > kMaxTyped * static_cast<double>(count);
  if (gives_up || misses || typed) {
    std::cout << "whomay gives up, misses errors or mistakes types too often\n";
  }
  return counts.differences > 0 || gives_up || misses || typed ? 1 : 0;
}

}  // namespace
}  // namespace whomay::differential

int main(int argc, char** argv) {
  size_t count = 10'000;
  uint64_t seed = 1;
  bool plant = false;
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--plant") {
      plant = true;
    } else if (i + 1 < argc && word == "--count") {
      count = std::strtoull(argv[++i], nullptr, 10);
    } else if (i + 1 < argc && word == "--seed") {
      seed = std::strtoull(argv[++i], nullptr, 10);
    }
  }
  if (argc < 2) {
    std::cerr << "usage: hcl-differential JUDGE [--count N] [--seed S] [--plant]\n";
    return 2;
  }
  return whomay::differential::Run(argv[1], count, seed, plant);
}
