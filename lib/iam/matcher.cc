#include "iam/matcher.h"

#include <algorithm>

#include "base/strings.h"

namespace whomay::iam {
namespace {

const Context& OpenContext() {
  static const Context context;
  return context;
}

// Holes of the files are numbered; an open policy variable stands as "\xFF$key\xFE".
bool HasVariableSymbol(std::string_view text) { return text.find("\xFF$") != text.npos; }

facts::HoleId FirstHole(std::string_view text) {
  const size_t begin = text.find('\xFF');
  if (begin == std::string_view::npos) {
    return facts::HoleId::kNone;
  }
  const size_t end = text.find('\xFE', begin);
  return end == std::string_view::npos || HasVariableSymbol(text)
             ? facts::HoleId::kNone
             : facts::WholeHole(text.substr(begin, end - begin + 1));
}

// The text with every hole standing for anything.
std::string AsGlobCode(std::string_view text) {
  std::string code;
  for (const facts::Piece& piece : facts::Pieces(text)) {
    piece.hole == facts::HoleId::kNone ? code.append(piece.literal) : code.append(1, Glob::kStar);
  }
  return code;
}

// The texts that a text with one hole, a choice, can be; none if that is not so simple.
std::vector<std::string> Candidates(std::string_view text, const facts::HoleTable* holes) {
  const std::vector<facts::Piece> pieces = facts::Pieces(text);
  std::vector<std::string> texts;
  const auto is_hole = [](const facts::Piece& piece) { return piece.hole != facts::HoleId::kNone; };
  if (holes == nullptr || HasVariableSymbol(text) ||
      std::count_if(pieces.begin(), pieces.end(), is_hole) != 1) {
    return texts;
  }
  const facts::Hole& hole = (*holes)[std::find_if(pieces.begin(), pieces.end(), is_hole)->hole];
  for (const facts::Str candidate : hole.candidates) {
    if (hole.kind != facts::Hole::Kind::kChoice || facts::HasHole(candidate)) {
      return {};
    }
    std::string& filled = texts.emplace_back();
    for (const facts::Piece& piece : pieces) {
      filled.append(is_hole(piece) ? candidate : piece.literal);
    }
  }
  return texts;
}

Glob FromCode(std::string_view code, bool folds) {
  Glob glob(folds ? Glob::Case::kFoldAscii : Glob::Case::kSensitive);
  for (const char c : code) {
    c == Glob::kStar  ? glob.AppendStar()
    : c == Glob::kAny ? glob.AppendAny()
                      : glob.AppendLiteral(std::string_view(&c, 1));
  }
  return glob;
}

// What all candidates of a choice say, if they say one thing.
Tri OverCandidates(const Glob& glob, std::string_view text, const facts::HoleTable* holes) {
  const bool in_text = facts::HasHole(text);
  if (in_text == glob.has_hole()) {
    return Tri::kUnknown;
  }
  size_t matching = 0;
  const std::vector<std::string> candidates = Candidates(in_text ? text : glob.code(), holes);
  for (const std::string& candidate : candidates) {
    matching += in_text ? glob.Match(candidate) : FromCode(candidate, glob.folds()).Match(text);
  }
  return candidates.empty()              ? Tri::kUnknown
         : matching == 0                 ? Tri::kFalse
         : matching == candidates.size() ? Tri::kTrue
                                         : Tri::kUnknown;
}

std::string Shown(std::string_view text, const facts::HoleTable* holes) {
  std::string shown;
  while (HasVariableSymbol(text)) {
    const size_t begin = text.find("\xFF$"), end = text.find('\xFE', begin);
    shown += Shown(text.substr(0, begin), holes);
    shown += Concat({"${", text.substr(begin + 2, end - begin - 2), "}"});
    text.remove_prefix(end + 1);
  }
  shown += facts::HasHole(text) && holes != nullptr ? holes->Display(text) : std::string(text);
  std::replace(shown.begin(), shown.end(), Glob::kStar, '*');
  std::replace(shown.begin(), shown.end(), Glob::kAny, '?');
  return shown;
}

}  // namespace

Matcher::Matcher(const Request& request, Workspace* workspace)
    : request_(request),
      logic_(workspace),
      holes_(request.holes),
      context_(request.context != nullptr ? request.context : &OpenContext()) {
  char* lower = small_.data();
  if (request.action.size() > small_.size()) {
    large_.resize(request.action.size());
    lower = large_.data();
  }
  std::transform(request.action.begin(), request.action.end(), lower,
                 [](char c) { return AsciiLower(c); });
  action_ = std::string_view(lower, request.action.size());
  service_hash_ = HashText(service());
  resource_ = SplitArn(request.resource);
  resource_account_ = !request.resource_account.empty()                 ? request.resource_account
                      : resource_.valid && !resource_.account().empty() ? resource_.account()
                                                                        : request.caller.account;
}

Formula Matcher::Missing(Reason reason, facts::HoleId hole, std::string_view what,
                         std::string_view effect) {
  return logic_.Open([&] {
    Atom atom;
    atom.kind = Atom::Kind::kHole;
    atom.free = true;
    atom.hole = hole;
    atom.reason = reason;
    atom.key = Concat({what, "\n", effect});
    atom.scope = Concat({request_.caller.arn, "\n", action_, "\n", request_.resource});
    atom.text = Concat({Shown(what, holes_), " ", effect, " ", request_.action});
    return atom;
  });
}

Formula Matcher::HoleText(const Glob& glob, std::string_view text) {
  if (request_.generic_resource && !facts::HasHole(text)) {
    return kNo;
  }
  return logic_.Open([&] {
    Atom atom;
    atom.kind = Atom::Kind::kHole;
    atom.reason = Reason::kHole;
    atom.always_present = true;
    atom.op = glob.folds() ? Operator::kStringEqualsIgnoreCase : Operator::kStringLike;
    const bool hole_in_text = facts::HasHole(text);
    const bool plain = glob.code().find(Glob::kStar) == std::string_view::npos &&
                       glob.code().find(Glob::kAny) == std::string_view::npos;
    // The side with the hole is the subject, so that all that is asked about it hangs together.
    const bool glob_is_subject = !hole_in_text && plain;
    const std::string_view subject = glob_is_subject ? glob.code() : text;
    const std::string_view value = glob_is_subject ? text : glob.code();
    atom.free = facts::HasHole(value) || !facts::HasHole(subject);
    atom.key = std::string(subject);
    atom.values.emplace_back(value);
    atom.within = AsGlobCode(subject);
    atom.candidates = Candidates(subject, holes_);
    atom.hole = FirstHole(facts::HasHole(subject) ? subject : value);
    atom.text =
        Concat({Shown(subject, holes_), plain ? " is " : " matches ", Shown(value, holes_)});
    return atom;
  });
}

Formula Matcher::Text(const Glob& glob, std::string_view text) {
  if (!glob.has_hole() && !facts::HasHole(text)) {
    return ToFormula(glob.Match(text));
  }
  if (holes_ != nullptr && !glob.folds() && !HasVariableSymbol(text) &&
      glob.code().find(Glob::kStar) == std::string::npos &&
      glob.code().find(Glob::kAny) == std::string::npos) {
    const Tri equal = holes_->Equal(glob.code(), text);
    if (equal != Tri::kUnknown) {
      return ToFormula(equal == Tri::kTrue);
    }
  }
  Tri match = glob.MatchOpen(text);
  if (match == Tri::kUnknown) {
    match = OverCandidates(glob, text, holes_);
  }
  return match != Tri::kUnknown ? ToFormula(match == Tri::kTrue) : HoleText(glob, text);
}

Matcher::Resolved Matcher::Resolve(const Template& pattern) const {
  Resolved resolved;
  resolved.glob = Glob(pattern.glob().folds() ? Glob::Case::kFoldAscii : Glob::Case::kSensitive);
  for (const Template::Piece& piece : pattern.pieces()) {
    if (piece.kind == Template::Piece::Kind::kText) {
      resolved.glob.Append(piece.text);
      continue;
    }
    const Context::Key& key = context_->Find(piece.lower, piece.hash);
    switch (key.state) {
      case Context::State::kKnown:
        // Only single-valued keys can be variables.
        if (key.multi || key.values.size() != 1) {
          resolved.kind = Resolved::Kind::kNoValue;
          return resolved;
        }
        resolved.glob.AppendLiteral(key.values.front());
        break;
      case Context::State::kAbsent:
        if (!piece.has_default) {
          resolved.kind = Resolved::Kind::kNoValue;
          return resolved;
        }
        resolved.glob.AppendLiteral(piece.default_text);
        break;
      default:
        // A value of its own, equal to itself wherever the key stands.
        resolved.glob.AppendLiteral(Concat({"\xFF$", piece.lower, "\xFE"}));
        if (resolved.open == nullptr) {
          resolved.open = &key;
          resolved.open_key = piece.key;
        }
        resolved.kind = Resolved::Kind::kOpen;
    }
  }
  return resolved;
}

Formula Matcher::Text(const Template& pattern, std::string_view text, std::string_view shown) {
  if (!pattern.has_variable()) {
    return Text(pattern.glob(), text);
  }
  const Resolved resolved = Resolve(pattern);
  switch (resolved.kind) {
    case Resolved::Kind::kGlob:
      return Text(resolved.glob, text);
    case Resolved::Kind::kNoValue:
      return kNo;
    case Resolved::Kind::kOpen:
      break;
  }
  // Whether the key has a value at all decides too: an open variable never surely matches.
  const Tri match = resolved.glob.MatchOpen(text);
  if (match == Tri::kFalse || (request_.generic_resource && !facts::HasHole(text))) {
    return kNo;
  }
  return logic_.Open([&] {
    Atom atom = KeyAtom(resolved.open_key, *resolved.open);
    // Not `op`: where the variable's key is absent its default may match.
    atom.op = Operator::kResource;
    atom.free = true;
    atom.values.emplace_back(shown);
    atom.values.emplace_back(text);
    atom.text = Concat({Shown(text, holes_), " matches ", Shown(shown, holes_)});
    return atom;
  });
}

Formula Matcher::Equal(std::string_view a, std::string_view b, bool fold) {
  if (a == b || (fold && EqualsIgnoreAsciiCase(a, b))) {
    return kYes;
  }
  if (!facts::HasHole(a) && !facts::HasHole(b)) {
    return kNo;
  }
  if (fold && holes_ != nullptr && !HasVariableSymbol(a) && !HasVariableSymbol(b) &&
      holes_->Equal(AsciiLower(a), AsciiLower(b)) == Tri::kFalse) {
    return kNo;
  }
  Glob literal(fold ? Glob::Case::kFoldAscii : Glob::Case::kSensitive);
  literal.AppendLiteral(a);
  return Text(literal, b);
}

Formula Matcher::EqualAccounts(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return a == b ? kYes
                  : Missing(Reason::kAccountNotKnown, facts::HoleId::kNone,
                            "the account of the resource", "is that of the caller of");
  }
  return Equal(a, b);
}

Formula Matcher::Whole(const ArnPattern& pattern, std::string_view text) {
  if (!pattern.unsplit.empty()) {
    return Text(pattern.unsplit.front(), text, pattern.text);
  }
  // The text begins with a hole, the pattern does not: compare them as wholes. A `*` that stops at
  // colons is then taken for one that does not, so "surely" is sure only where all is a star.
  Glob whole;
  bool open = false;
  bool all_stars = true;
  for (size_t i = 0; i < pattern.parts.size(); ++i) {
    if (i > 0) {
      whole.AppendLiteral(":");
    }
    const Template& part = pattern.parts[i];
    all_stars = all_stars && (i == 0 || (!part.has_variable() && part.glob().is_everything()));
    if (!part.has_variable()) {
      whole.Append(part.glob());
      continue;
    }
    const Resolved resolved = Resolve(part);
    if (resolved.kind == Resolved::Kind::kNoValue) {
      return kNo;
    }
    open = open || resolved.kind == Resolved::Kind::kOpen;
    whole.Append(resolved.glob);
  }
  if (pattern.parts.empty() || whole.MatchOpen(text) == Tri::kFalse) {
    return kNo;
  }
  if (all_stars) {
    return kYes;  // whatever it is, it is an ARN
  }
  if (!open && holes_ != nullptr && !pattern.variable_parts &&
      holes_->Equal(pattern.text, text) == Tri::kTrue) {
    return kYes;
  }
  if (!open && whole.literal_prefix().size() == whole.code().size()) {
    return Text(whole, text);
  }
  return HoleText(whole, text);
}

Formula Matcher::ArnText(const ArnPattern& pattern, std::string_view text, const Arn& arn) {
  if (!arn.valid || !pattern.unsplit.empty()) {
    return facts::HasHole(text) || !pattern.unsplit.empty() ? Whole(pattern, text) : kNo;
  }
  Formula match = kYes;
  for (size_t i = 0; i < pattern.parts.size() && match != kNo; ++i) {
    match = logic_.And(match, Text(pattern.parts[i], arn.parts[i], pattern.text));
  }
  return match;
}

Formula Matcher::OneResource(const ArnPattern& pattern) {
  if (pattern.everything) {
    return kYes;
  }
  if (!pattern.valid) {
    return kNo;
  }
  if (request_.no_resource) {
    // Only a literal "*" matches; a hole may turn out to be one.
    return facts::WholeHole(pattern.text) == facts::HoleId::kNone
               ? kNo
               : Text(pattern.unsplit.front().glob(), "*");
  }
  return ArnText(pattern, request_.resource, resource_);
}

Formula Matcher::FurtherElements(const Statement& statement, std::string_view element) {
  const auto address = reinterpret_cast<uintptr_t>(statement.source);
  Formula further = logic_.Open([&] {
    Atom atom;
    atom.kind = Atom::Kind::kHole;
    atom.free = true;
    atom.reason = Reason::kHole;
    atom.key = Concat({"statement ", std::to_string(address), " ", element});
    atom.scope = Concat({request_.caller.arn, "\n", action_, "\n", request_.resource});
    atom.text = Concat(
        {"the ", element, " of a statement that are not known until apply fit ", request_.action});
    return atom;
  });
  return further;
}

Formula Matcher::Action(const Statement& statement) {
  Formula any = kNo;
  const auto match = [&](size_t i) {
    const Glob& glob = statement.actions[i];
    any = logic_.Or(any, glob.has_hole() ? Text(glob, action_) : ToFormula(glob.Match(action_)));
  };
  const size_t open = statement.any_service_actions;
  for (size_t i = 0; i < open && any != kYes; ++i) {
    match(i);
  }
  const std::vector<uint64_t>& services = statement.action_services;
  const auto first = std::lower_bound(services.begin(), services.end(), service_hash_);
  for (auto at = first; at != services.end() && *at == service_hash_ && any != kYes; ++at) {
    match(open + static_cast<size_t>(at - services.begin()));
  }
  if (any != kYes && statement.actions_open) {
    any = logic_.Or(any, FurtherElements(statement, "actions"));
  }
  return statement.not_action ? logic_.Not(any) : any;
}

Formula Matcher::Resource(const Statement& statement, Policy::On on) {
  if (!statement.has_resource) {
    return ToFormula(on == Policy::On::kResource);
  }
  Formula any = kNo;
  for (const ArnPattern& pattern : statement.resources) {
    any = logic_.Or(any, OneResource(pattern));
    if (any == kYes) {
      break;
    }
  }
  if (any != kYes && statement.resources_open) {
    any = logic_.Or(any, FurtherElements(statement, "resources"));
  }
  return statement.not_resource ? logic_.Not(any) : any;
}

}  // namespace whomay::iam
