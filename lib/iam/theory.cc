#include "iam/theory.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/glob.h"
#include "base/glob_classes.h"
#include "base/strings.h"
#include "iam/matcher.h"
#include "iam/values.h"

namespace whomay::iam {
namespace {

enum class Type : uint8_t { kText, kNumber, kDate, kBool, kIp, kBinary, kNone };

Type TypeOf(Operator op) {
  switch (op) {
    case Operator::kStringEquals:
    case Operator::kStringEqualsIgnoreCase:
    case Operator::kStringLike:
    case Operator::kArnLike:
      return Type::kText;
    case Operator::kBool:
      return Type::kBool;
    case Operator::kIpAddress:
      return Type::kIp;
    case Operator::kBinaryEquals:
      return Type::kBinary;
    case Operator::kNull:
    case Operator::kResource:
    case Operator::kPrincipal:
    case Operator::kOpaque:
      return Type::kNone;
    default:
      return op < Operator::kDateEquals ? Type::kNumber : Type::kDate;
  }
}

// Settings of atoms that one value can have, given by texts that stand for all.
Settings OfTexts(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which,
                 const std::vector<std::string>& texts) {
  Settings settings;
  for (const std::string& text : texts) {
    uint64_t setting = 0;
    for (const size_t i : which) {
      const auto& values = atoms[i]->values;
      if (std::any_of(values.begin(), values.end(), [&](const std::string& value) {
            return TypedMatch(atoms[i]->op, text, value);
          })) {
        setting |= uint64_t{1} << i;
      }
    }
    settings.insert(setting);
  }
  return settings;
}

// Numbers and dates: every value that occurs, and one between each two. Positions stand for values:
// 2i + 1 is the i-th, even ones lie between.
template <typename Parse, typename Less>
Settings OfOrder(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which,
                 Parse parse, Less less) {
  using Value = typename decltype(parse(std::string_view()))::value_type;
  std::vector<Value> values;
  for (const size_t i : which) {
    for (const std::string& text : atoms[i]->values) {
      if (const auto value = parse(text)) {
        values.push_back(*value);
      }
    }
  }
  std::sort(values.begin(), values.end(), less);
  Settings settings;
  for (size_t position = 0; position <= values.size() * 2; ++position) {
    uint64_t setting = 0;
    for (const size_t i : which) {
      for (const std::string& text : atoms[i]->values) {
        const auto value = parse(text);
        if (!value) {
          continue;
        }
        const auto at = std::lower_bound(values.begin(), values.end(), *value, less);
        const auto place = static_cast<size_t>(at - values.begin()) * 2 + 1;
        // Equal values share the first of their places; the others' even neighbours repeat it.
        const std::strong_ordering order = position <=> place;
        Operator op = atoms[i]->op;
        if (TypeOf(op) == Type::kDate) {
          op =
              static_cast<Operator>(static_cast<int>(op) - static_cast<int>(Operator::kDateEquals) +
                                    static_cast<int>(Operator::kNumericEquals));
        }
        const bool fits = op == Operator::kNumericEquals           ? order == 0
                          : op == Operator::kNumericLessThan       ? order < 0
                          : op == Operator::kNumericLessThanEquals ? order <= 0
                          : op == Operator::kNumericGreaterThan    ? order > 0
                                                                   : order >= 0;
        setting |= fits ? uint64_t{1} << i : 0;
      }
    }
    settings.insert(setting);
  }
  return settings;
}

// Addresses: where blocks begin, and right behind their ends.
Settings OfAddresses(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which) {
  std::vector<IpBlock> candidates(2);
  candidates[1].v6 = true;
  for (const size_t i : which) {
    for (const std::string& text : atoms[i]->values) {
      const std::optional<IpBlock> block = ParseIp(text);
      if (!block) {
        continue;
      }
      IpBlock first = *block, behind = *block;
      const int bits = block->v6 ? 128 : 32;
      for (int bit = block->prefix; bit < bits; ++bit) {
        const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
        first.address[static_cast<size_t>(bit / 8)] &= static_cast<uint8_t>(~mask);
        behind.address[static_cast<size_t>(bit / 8)] |= mask;
      }
      candidates.push_back(first);
      for (int byte = bits / 8; byte-- > 0;) {
        if (++behind.address[static_cast<size_t>(byte)] != 0) {
          candidates.push_back(behind);
          break;
        }
      }
    }
  }
  Settings settings;
  for (IpBlock& candidate : candidates) {
    candidate.prefix = candidate.v6 ? 128 : 32;
    uint64_t setting = 0;
    for (const size_t i : which) {
      for (const std::string& text : atoms[i]->values) {
        const std::optional<IpBlock> block = ParseIp(text);
        setting |= block && block->Contains(candidate) ? uint64_t{1} << i : 0;
      }
    }
    settings.insert(setting);
  }
  return settings;
}

bool TextMatches(const Atom& atom, const std::string& value, const std::string& text) {
  const bool fold = atom.op == Operator::kStringEqualsIgnoreCase;
  Glob glob(fold ? Glob::Case::kFoldAscii : Glob::Case::kSensitive);
  for (const char c : value) {
    c == Glob::kStar  ? glob.AppendStar()
    : c == Glob::kAny ? glob.AppendAny()
                      : glob.AppendLiteral(std::string_view(&c, 1));
  }
  return glob.Match(text);
}

bool ArnMatches(const std::string& value, const std::string& text) {
  const std::vector<std::string_view> parts = Split(value, ':');
  std::string_view rest = text;
  for (size_t i = 0; i < 6 && i < parts.size(); ++i) {
    const size_t colon = i < 5 ? rest.find(':') : std::string_view::npos;
    if (i < 5 && colon == std::string_view::npos) {
      return false;
    }
    std::string code(i < 5 ? parts[i]
                           : std::string_view(value).substr(
                                 static_cast<size_t>(parts[i].data() - value.data())));
    std::replace(code.begin(), code.end(), GlobCode::kStarInPart, Glob::kStar);
    std::replace(code.begin(), code.end(), GlobCode::kAnyInPart, Glob::kAny);
    Atom like;
    like.op = Operator::kStringLike;
    if (!TextMatches(like, code, std::string(rest.substr(0, colon)))) {
      return false;
    }
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return true;
}

bool HasToken(std::string_view code) {
  constexpr char kTokens[] = {Glob::kStar, Glob::kAny, GlobCode::kStarInPart, GlobCode::kAnyInPart,
                              0};
  return code.find_first_of(kTokens) != std::string_view::npos;
}

uint64_t SettingOf(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which,
                   const std::string& text) {
  uint64_t setting = 0;
  for (const size_t i : which) {
    for (const std::string& value : atoms[i]->values) {
      if (atoms[i]->op == Operator::kArnLike ? ArnMatches(value, text)
                                             : TextMatches(*atoms[i], value, text)) {
        setting |= uint64_t{1} << i;
        break;
      }
    }
  }
  return setting;
}

// Texts: each literal that occurs is a text of its own; the rest are the classes of the globs
// alone.
Settings OfClasses(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which) {
  Settings settings;
  const Atom& first = *atoms[which.front()];
  for (const std::string& candidate : first.candidates) {
    settings.insert(SettingOf(atoms, which, candidate));
  }
  if (!settings.empty()) {
    return settings;
  }
  std::vector<GlobCode> globs;
  std::vector<size_t> owner;
  std::vector<size_t> within;
  std::set<std::string> literals;
  size_t literal_count = 0;
  for (const size_t i : which) {
    literal_count += atoms[i]->values.size();
  }
  const bool folds = std::any_of(which.begin(), which.end(), [&](size_t i) {
    return atoms[i]->op == Operator::kStringEqualsIgnoreCase;
  });
  for (const size_t i : which) {
    for (const std::string& value : atoms[i]->values) {
      const bool fold = atoms[i]->op == Operator::kStringEqualsIgnoreCase;
      if (!fold && !HasToken(value)) {
        literals.insert(value);
      }
      // Literals take part in the search where case is ignored somewhere ("A" beside "a"), and
      // where they are few: only so is it seen that "a*" and "?" meet in "a" alone.
      if (fold || HasToken(value) || folds || literal_count <= kMaxSearchedLiterals) {
        globs.push_back({value, fold});
        owner.push_back(i);
      }
    }
  }
  Atom limit;
  limit.op = Operator::kStringLike;
  if (!first.within.empty()) {
    within.push_back(globs.size());
    globs.push_back({first.within, false});
    owner.push_back(which.front());
  }
  for (const std::string& literal : literals) {
    if (first.within.empty() || TextMatches(limit, first.within, literal)) {
      settings.insert(SettingOf(atoms, which, literal));
    }
  }
  if (globs.empty()) {
    settings.insert(0);  // any other text
    return settings;
  }
  const GlobClasses classes = ClassesOf(globs, within);
  if (!classes.complete) {
    return {};
  }
  for (const GlobClass& one : classes.all) {
    uint64_t setting = 0;
    for (size_t g = 0; g < globs.size(); ++g) {
      if (one.Has(g) && (within.empty() || g != within.front())) {
        setting |= uint64_t{1} << owner[g];
      }
    }
    settings.insert(setting);
  }
  return settings;
}

Settings OneValue(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which) {
  switch (TypeOf(atoms[which.front()]->op)) {
    case Type::kText:
      return OfClasses(atoms, which);
    case Type::kNumber:
      return OfOrder(atoms, which, ParseDecimal,
                     [](const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; });
    case Type::kDate:
      return OfOrder(atoms, which, ParseDate,
                     [](const Instant& a, const Instant& b) { return a < b; });
    case Type::kIp:
      return OfAddresses(atoms, which);
    case Type::kBool:
      return OfTexts(atoms, which, {"true", "false"});
    case Type::kBinary: {
      std::vector<std::string> texts = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
      for (const size_t i : which) {
        texts.insert(texts.end(), atoms[i]->values.begin(), atoms[i]->values.end());
      }
      return OfTexts(atoms, which, texts);
    }
    case Type::kNone:
      break;
  }
  return {};
}

// Sets of values: ForAnyValue atoms add up over the members, ForAllValues atoms hold while all do.
Settings OfSets(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which) {
  const Settings members = OneValue(atoms, which);
  uint64_t all_mask = 0;
  for (const size_t i : which) {
    all_mask |= atoms[i]->set == SetMode::kForAllValues ? uint64_t{1} << i : 0;
  }
  Settings settings = members;
  settings.insert(all_mask);  // the empty set
  std::vector<uint64_t> open(members.begin(), members.end());
  while (!open.empty()) {
    const uint64_t setting = open.back();
    open.pop_back();
    for (const uint64_t member : members) {
      const uint64_t both = (setting & member & all_mask) | ((setting | member) & ~all_mask);
      if (settings.insert(both).second) {
        open.push_back(both);
      }
      if (settings.size() > kMaxTheorySettings) {
        return {};
      }
    }
  }
  return settings;
}

struct Subject {
  Atom::Kind kind;
  std::string key, scope;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

class Builder {
 public:
  explicit Builder(Workspace& workspace) : workspace_(workspace), formulas_(workspace.formulas) {}

  Formula OfSubject(const std::vector<uint32_t>& variables);

 private:
  Formula OneOf(const Settings& settings, const std::vector<uint32_t>& variables, uint64_t mask);

  Workspace& workspace_;
  FormulaStore& formulas_;
};

// Some setting holds on the variables of the mask.
Formula Builder::OneOf(const Settings& settings, const std::vector<uint32_t>& variables,
                       uint64_t mask) {
  Formula any = Formula::kFalse;
  for (const uint64_t setting : settings) {
    Formula all = Formula::kTrue;
    for (size_t i = variables.size(); i-- > 0;) {
      if ((mask >> i & 1) != 0) {
        const Formula variable = formulas_.Variable(variables[i]);
        all = formulas_.And(all, (setting >> i & 1) != 0 ? variable : formulas_.Not(variable));
      }
    }
    any = formulas_.Or(any, all);
  }
  return any;
}

// "The text is arn:…", alone, of a text that may be anything: some text makes it true and some
// false.
bool IsOneOfAll(const Atom& atom) {
  constexpr char kAnything[] = {Glob::kStar, 0};
  return atom.set == SetMode::kNone && atom.candidates.empty() && atom.values.size() == 1 &&
         (atom.op == Operator::kStringEquals || atom.op == Operator::kStringLike) &&
         !HasToken(atom.values.front()) && (atom.within.empty() || atom.within == kAnything);
}

Formula Builder::OfSubject(const std::vector<uint32_t>& variables) {
  const Atom& only = workspace_.atoms.at(variables.front());
  if (variables.size() == 1 && only.set == SetMode::kNone && !only.always_present &&
      only.within.empty() && only.candidates.empty()) {
    return Formula::kTrue;  // absent makes it false, and some value true
  }
  if (variables.size() == 1 && IsOneOfAll(only)) {
    return Formula::kTrue;
  }
  std::vector<const Atom*> atoms;
  for (const uint32_t variable : variables) {
    atoms.push_back(&workspace_.atoms.at(variable));
  }
  Formula absent = Formula::kFalse;      // the atom that says so
  Formula when_absent = Formula::kTrue;  // the others, then
  bool has_absent_atom = false;
  std::map<std::pair<bool, Type>, std::vector<size_t>> groups;
  for (size_t i = 0; i < atoms.size(); ++i) {
    const Atom& atom = *atoms[i];
    const Formula variable = formulas_.Variable(variables[i]);
    if (atom.op == Operator::kNull) {
      absent = variable;
      has_absent_atom = true;
      continue;
    }
    const Type type = TypeOf(atom.op);
    if (type == Type::kNone) {
      continue;  // it may rest on a default value
    }
    when_absent = formulas_.And(
        when_absent, atom.set == SetMode::kForAllValues ? variable : formulas_.Not(variable));
    if (!atom.free) {
      groups[{atom.set != SetMode::kNone, type}].push_back(i);
    }
  }
  Formula when_present = Formula::kTrue;
  for (const auto& [group, which] : groups) {
    const Settings settings = PresentSettings(atoms, which);
    uint64_t mask = 0;
    for (const size_t i : which) {
      mask |= uint64_t{1} << i;
    }
    if (!settings.empty()) {
      when_present = formulas_.And(when_present, OneOf(settings, variables, mask));
    }
  }
  const bool always_present = atoms.front()->always_present;
  if (has_absent_atom) {
    return formulas_.Ite(absent, when_absent, when_present);
  }
  return always_present ? when_present : formulas_.Or(when_absent, when_present);
}

}  // namespace

Settings PresentSettings(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which) {
  Settings settings =
      atoms[which.front()]->set == SetMode::kNone ? OneValue(atoms, which) : OfSets(atoms, which);
  if (settings.size() > kMaxTheorySettings) {
    settings.clear();
  }
  return settings;
}

Formula Axioms(std::span<const uint32_t> variables, Workspace& workspace) {
  std::map<Subject, std::vector<uint32_t>> subjects;
  for (const uint32_t variable : variables) {
    const Atom& atom = workspace.atoms.at(variable);
    subjects[{atom.kind, AsciiLower(atom.key), atom.scope}].push_back(variable);
  }
  Builder builder(workspace);
  Formula all = Formula::kTrue;
  for (const auto& [subject, atoms] : subjects) {
    if (atoms.size() <= kMaxTheoryAtoms) {
      all = workspace.formulas.And(all, builder.OfSubject(atoms));
    }
  }
  return all;
}

}  // namespace whomay::iam
