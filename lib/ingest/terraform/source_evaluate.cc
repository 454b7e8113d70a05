#include "ingest/terraform/source_evaluate.h"

#include <algorithm>

#include "base/strings.h"

namespace whomay::ingest::terraform {

using syntax::HclFile;
using syntax::HclKind;
using syntax::HclNodeId;
using Kind = SourceValue::Kind;

bool SourceBudget::Spend(size_t work) {
  if (work > steps) {
    steps = 0;
    exhausted = true;
    return false;
  }
  steps -= work;
  return true;
}

bool SourceBudget::SpendText(size_t bytes) {
  if (bytes > kMaxSourceText || bytes > text_bytes) {
    exhausted = true;
    return false;
  }
  text_bytes -= bytes;
  return true;
}

SourceValue Evaluator::Evaluate(const HclFile& file, HclNodeId id, SourceContext& context,
                                const Names& names) {
  SourceContext* const before = std::exchange(context_, &context);
  Scope scope{file, &context, names};
  SourceValue value = Eval(scope, id);
  context_ = before;
  return value;
}

SourceValue Evaluator::Made(const std::string& text) {
  return budget_.SpendText(text.size()) ? StringValue(facts_.Keep(text)) : UnknownValue("too long");
}

Str Evaluator::Hole(const SourceValue& unknown) {
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kOpen;
  hole.what = "a part of the text";
  hole.why = unknown.text.empty() ? Str("not known before apply") : unknown.text;
  hole.fill = "`terraform show -json` of the applied state";
  return facts_.AddHole(std::move(hole));
}

SourceValue Evaluator::AsText(const SourceValue& value) {
  SourceValue text = ToString(value);
  return text.unknown() ? StringValue(Hole(text)) : text;
}

std::optional<source::FileId> Evaluator::File(std::string_view path) {
  return context_ == nullptr ? std::nullopt : context_->File(path);
}

SourceValue Evaluator::Attribute(const SourceValue& of, std::string_view name) {
  if (of.kind >= Kind::kInstance) {
    return context_ == nullptr ? UnknownValue() : context_->Attribute(of, name);
  }
  if (!of.usable()) {
    return of;
  }
  if (IsHole(of) && of.instance != InstanceId::kNone && context_ != nullptr) {
    return context_->Attribute(of, name);  // below an attribute that is wholly unknown
  }
  const SourceValue* const found = of.Find(name);
  return found != nullptr                ? *found
         : of.HasOpenKey() || IsHole(of) ? UnknownValue()
                                         : ErrorValue("no such attribute");
}

SourceValue Evaluator::Index(const SourceValue& of, const SourceValue& key) {
  if (of.error() || key.error()) {
    return of.error() ? of : key;
  }
  if (of.null() || key.null()) {
    return ErrorValue("nothing to take an element of");
  }
  if (of.unknown() || key.unknown()) {
    return UnknownValue(of.unknown() ? of.text : key.text);
  }
  if (of.kind >= Kind::kInstance || of.is_mapping()) {
    const SourceValue name = ToString(key);
    if (!name.is_string() || facts::HasHole(name.text)) {
      return name.error() ? name : UnknownValue();
    }
    return Attribute(of, name.text);
  }
  if (of.kind != Kind::kList && of.kind != Kind::kTuple) {
    return IsHole(of) && of.instance != InstanceId::kNone && context_ != nullptr
               ? context_->Attribute(of, ToString(key).text)
           : IsHole(of) ? UnknownValue()
                        : ErrorValue("nothing to take an element of");
  }
  const SourceValue number = ToNumber(key, facts_);
  const std::optional<int64_t> i = Integer(number);
  if (number.unknown()) {
    return UnknownValue();
  }
  return i && *i >= 0 && static_cast<size_t>(*i) < of.size() ? of.at(static_cast<size_t>(*i))
                                                             : ErrorValue("no such element");
}

SourceValue Evaluator::Eval(Scope& scope, HclNodeId id) {
  if (depth_ >= kMaxEvaluationDepth || !budget_.Spend(1)) {
    budget_.exhausted = true;
    return UnknownValue("too much to evaluate");
  }
  ++depth_;
  SourceValue value = EvalNode(scope, scope.file.node(id));
  --depth_;
  return value;
}

SourceValue Evaluator::Child(Scope& scope, const Node& node, uint32_t i) {
  return Eval(scope, scope.file.child(node, i));
}

SourceValue Evaluator::EvalNode(Scope& scope, const Node& node) {
  switch (node.kind) {
    case HclKind::kNull:
      return NullValue();
    case HclKind::kTrue:
    case HclKind::kFalse:
      return BoolValue(node.kind == HclKind::kTrue);
    case HclKind::kNumber:
      return ToNumber(StringValue(node.text), facts_);
    case HclKind::kString:
      return StringValue(facts_.Keep(node.text));
    case HclKind::kTemplate:
      return TemplateText(scope, node);
    case HclKind::kWrapped:
      return Child(scope, node, 0);
    case HclKind::kTemplateIf:
    case HclKind::kConditional:
      return Conditional(scope, node);
    case HclKind::kTemplateFor: {
      const SourceValue tuple = For(scope, node);
      std::vector<SourceValue> parts;
      for (size_t i = 0; i < tuple.size(); ++i) {
        parts.push_back(tuple.at(i));
      }
      return tuple.usable() ? Join(parts) : tuple;
    }
    case HclKind::kVariable:
      return Named(scope, node.text);
    case HclKind::kTraversal:
      return Traversal(scope, node);
    case HclKind::kCall:
      return Call(scope, node);
    case HclKind::kBinary:
      return Operators(scope, node);
    case HclKind::kNot: {
      const SourceValue value = ToBool(Child(scope, node, 0));
      return value.kind == Kind::kBool ? BoolValue(!value.flag)
             : value.null()            ? ErrorValue("null")
                                       : value;
    }
    case HclKind::kNegate:
      return Arithmetic('-', IntegerValue(0, facts_), Child(scope, node, 0));
    case HclKind::kTuple:
      return Tuple(scope, node);
    case HclKind::kObject:
      return Object(scope, node);
    case HclKind::kForTuple:
    case HclKind::kForObject:
      return For(scope, node);
    default:
      return UnknownValue();
  }
}

SourceValue Evaluator::Named(Scope& scope, std::string_view name) {
  for (auto at = scope.names.rbegin(); at != scope.names.rend(); ++at) {
    if (at->first == name) {
      return at->second;
    }
  }
  return ErrorValue("a name that means nothing here");
}

SourceValue Evaluator::Join(const std::vector<SourceValue>& parts) {
  std::string text;
  for (const SourceValue& part : parts) {
    const SourceValue one = part.error() ? part : AsText(part);
    if (!one.is_string()) {
      return one.error() ? one : ErrorValue("null in a text");
    }
    if (text.size() + one.text.size() > kMaxSourceText) {
      budget_.exhausted = true;
      return UnknownValue("too long");
    }
    text += one.text;
  }
  return Made(text);
}

SourceValue Evaluator::TemplateText(Scope& scope, const Node& node) {
  std::vector<SourceValue> parts;
  parts.reserve(node.count);
  for (uint32_t i = 0; i < node.count; ++i) {
    parts.push_back(Child(scope, node, i));
  }
  return Join(parts);
}

SourceValue Evaluator::Traversal(Scope& scope, const Node& node) {
  const Node& base = scope.file.node(scope.file.child(node, 0));
  uint32_t from = 1;
  SourceValue value;
  const bool own_name = base.kind != HclKind::kVariable ||
                        std::any_of(scope.names.begin(), scope.names.end(),
                                    [&base](const auto& one) { return one.first == base.text; });
  if (own_name) {
    value = Child(scope, node, 0);
  } else {
    const auto name_at = [&](uint32_t i) -> std::string_view {
      const Node* const step =
          i < node.count ? &scope.file.node(scope.file.child(node, i)) : nullptr;
      return step != nullptr && step->kind == HclKind::kAttribute ? step->text : std::string_view();
    };
    const bool data = base.text == "data";
    const std::string_view name = name_at(1), second = data ? name_at(2) : std::string_view();
    if (name.empty() || (data && second.empty()) || scope.context == nullptr) {
      return ErrorValue("a reference to nothing");
    }
    value = scope.context->Reference(base.text, name, second);
    from = data ? 3 : 2;
  }
  return Steps(scope, node, std::move(value), from, node.count);
}

// Applies the steps [from, to).
SourceValue Evaluator::Steps(Scope& scope, const Node& node, SourceValue value, uint32_t from,
                             uint32_t to) {
  for (uint32_t i = from; i < to; ++i) {
    const Node& step = scope.file.node(scope.file.child(node, i));
    if (value.error() || !budget_.Spend(1)) {
      return value;
    }
    switch (step.kind) {
      case HclKind::kAttribute:
        value = value.null() ? ErrorValue("null has no attributes") : Attribute(value, step.text);
        break;
      case HclKind::kIndex:
        value = Index(value, Child(scope, step, 0));
        break;
      case HclKind::kLegacyIndex:
        value = Index(value, StringValue(step.text));
        break;
      case HclKind::kFullSplat:
        return Splat(scope, node, value, i + 1, to);
      case HclKind::kSplat: {
        uint32_t end = i + 1;
        while (end < to) {
          const HclKind next = scope.file.node(scope.file.child(node, end)).kind;
          if (next != HclKind::kAttribute && next != HclKind::kLegacyIndex) {
            break;
          }
          ++end;
        }
        value = Splat(scope, node, value, i + 1, end);
        i = end - 1;
        break;
      }
      default:
        return UnknownValue();
    }
  }
  return value;
}

SourceValue Evaluator::Splat(Scope& scope, const Node& node, const SourceValue& value,
                             uint32_t from, uint32_t to) {
  if (value.null()) {
    return SequenceValue(Kind::kTuple, {});
  }
  if (!value.usable() || IsHole(value)) {
    return value.usable() ? UnknownValue() : value;
  }
  if (depth_ >= kMaxEvaluationDepth) {
    budget_.exhausted = true;
    return UnknownValue("too much to evaluate");
  }
  ++depth_;
  std::vector<SourceValue> values;
  const size_t count = value.is_sequence() ? value.size() : 1;
  bool error = false;
  for (size_t i = 0; i < count && budget_.Spend(1); ++i) {
    values.push_back(Steps(scope, node, value.is_sequence() ? value.at(i) : value, from, to));
    error = error || values.back().error();
  }
  --depth_;
  return error ? ErrorValue("no such attribute")
               : SequenceValue(value.kind == Kind::kList || value.kind == Kind::kSet ? Kind::kList
                                                                                     : Kind::kTuple,
                               std::move(values));
}

// What a conditional gives has the type of both.
SourceValue Evaluator::Chosen(const SourceValue& then, const SourceValue& otherwise,
                              const SourceValue& condition) {
  const SourceValue& chosen = condition.flag ? then : otherwise;
  const SourceValue& other = condition.flag ? otherwise : then;
  const bool same = chosen.kind == other.kind && !chosen.is_sequence() && !chosen.is_mapping();
  if (same || !chosen.usable() || !other.usable() || chosen.null() || other.null() ||
      !Weigh(chosen) || !Weigh(other)) {
    return chosen;
  }
  if (IsHole(chosen) || IsHole(other)) {
    const bool primitive = chosen.kind == Kind::kBool || chosen.kind == Kind::kNumber;
    return primitive ? ToString(chosen) : chosen;
  }
  const SourceType a = TypeOf(then), b = TypeOf(otherwise);
  const std::optional<SourceType> type = Unify(a, b);
  if (!type) {
    // Types that are not known leave it open whether they fit.
    const bool alike =
        chosen.is_sequence() == other.is_sequence() && chosen.is_mapping() == other.is_mapping();
    return alike && (HasAny(a) || HasAny(b)) ? chosen : ErrorValue("results of different types");
  }
  SourceValue converted = Convert(chosen, *type, facts_);
  converted.instance = chosen.instance;
  converted.attribute = chosen.attribute;
  return converted;
}

SourceValue Evaluator::Conditional(Scope& scope, const Node& node) {
  const SourceValue condition = ToBool(Child(scope, node, 0));
  SourceValue then = Child(scope, node, 1);
  SourceValue otherwise = Child(scope, node, 2);
  if (condition.kind == Kind::kBool) {
    return Chosen(then, otherwise, condition);
  }
  if (!condition.unknown()) {
    return condition.error() ? condition : ErrorValue("null as a condition");
  }
  if (then.null() && otherwise.null()) {
    return NullValue();
  }
  if (then.is_string() && otherwise.is_string()) {
    if (then.text == otherwise.text) {
      return then;
    }
    facts::Hole hole;
    hole.kind = facts::Hole::Kind::kChoice;
    hole.what = "a conditional";
    hole.why = "its condition is not known before apply";
    hole.fill = "`terraform show -json` of the applied state";
    hole.candidates = {then.text, otherwise.text};
    return StringValue(facts_.AddHole(std::move(hole)));
  }
  return UnknownValue("a condition is not known before apply");
}

SourceValue Evaluator::Operators(Scope& scope, const Node& node) {
  SourceValue value = Child(scope, node, 0);
  for (uint32_t i = 1; i + 1 < node.count; i += 2) {
    const std::string_view word = scope.file.node(scope.file.child(node, i)).text;
    const SourceValue right = Child(scope, node, i + 1);
    if (word == "&&" || word == "||") {
      value = Logic(word == "||", value, right);
    } else {
      value = value.error() ? value : right.error() ? right : Apply(word, value, right);
    }
  }
  return value;
}

// && and ||. One side may settle it, whatever the other is, if that is no value of another type.
SourceValue Evaluator::Logic(bool settles, const SourceValue& a, const SourceValue& b) {
  const SourceValue left = ToBool(a), right = ToBool(b);
  if ((left.error() && !a.error()) || (right.error() && !b.error()) || left.null() ||
      right.null()) {
    return ErrorValue("no Boolean");
  }
  if ((left.kind == Kind::kBool && left.flag == settles) ||
      (right.kind == Kind::kBool && right.flag == settles)) {
    return BoolValue(settles);
  }
  if (left.unknown() || right.unknown()) {
    return UnknownValue();
  }
  return left.error() ? left : right.error() ? right : BoolValue(!settles);
}

SourceValue Evaluator::Apply(std::string_view word, const SourceValue& a, const SourceValue& b) {
  if (word == "==" || word == "!=") {
    if (!Weigh(a) || !Weigh(b)) {
      return UnknownValue();
    }
    const Tri equal = EqualValues(a, b, facts_.holes);
    return equal == Tri::kUnknown ? UnknownValue()
                                  : BoolValue((equal == Tri::kTrue) == (word[0] == '='));
  }
  if (word[0] != '<' && word[0] != '>') {
    return Arithmetic(word[0], a, b);
  }
  const SourceValue left = ToNumber(a, facts_), right = ToNumber(b, facts_);
  if (left.error() || right.error() || left.null() || right.null()) {
    return ErrorValue("no number");
  }
  if (left.unknown() || right.unknown()) {
    return UnknownValue();
  }
  const int order = CompareNumbers(left.text, right.text);
  return BoolValue(word == "<"    ? order < 0
                   : word == "<=" ? order <= 0
                   : word == ">"  ? order > 0
                                  : order >= 0);
}

// Of whole numbers. Terraform computes with 512 bits; what is none of ours is not known.
SourceValue Evaluator::Arithmetic(char word, const SourceValue& a, const SourceValue& b) {
  const SourceValue left = ToNumber(a, facts_), right = ToNumber(b, facts_);
  if (left.error() || right.error() || left.null() || right.null()) {
    return ErrorValue("no number");
  }
  const std::optional<int64_t> x = Integer(left), y = Integer(right);
  if (word == '-' && left.text == "0" && y == 0) {
    return UnknownValue();  // -0 is not 0 where it is written
  }
  if (word == '-' && left.text == "0" && !right.unknown() && !y) {
    SourceValue negated = right;
    negated.text =
        right.text[0] == '-' ? right.text.substr(1) : facts_.Keep(Concat({"-", right.text}));
    return negated;
  }
  if (!x || !y) {
    return UnknownValue("arithmetic on what is not known, or no whole number");
  }
  int64_t result = 0;
  bool overflow = false;
  switch (word) {
    case '+':
      overflow = __builtin_add_overflow(*x, *y, &result);
      break;
    case '-':
      overflow = __builtin_sub_overflow(*x, *y, &result);
      break;
    case '*':
      overflow = __builtin_mul_overflow(*x, *y, &result);
      break;
    default:
      if (*y == 0) {
        return word == '%' ? left : UnknownValue("division by zero");
      }
      if (*y == -1 || (word == '/' && *x % *y != 0)) {
        overflow = *y != -1 || __builtin_mul_overflow(*x, word == '/' ? -1 : 0, &result);
      } else {
        result = word == '/' ? *x / *y : *x % *y;
      }
  }
  if (result == 0 && word != '+' && word != '-' && (*x < 0 || *y < 0)) {
    return UnknownValue();  // -0 is not 0 where it is written
  }
  return overflow ? UnknownValue("a number that is not whole, or too large")
                  : IntegerValue(result, facts_);
}

// Is there a text in it that something of unknown type was put into?
bool Evaluator::HasOpenText(const SourceValue& value) {
  std::vector<SourceValue> open = {value};
  while (!open.empty() && budget_.Spend(1)) {
    const SourceValue at = std::move(open.back());
    open.pop_back();
    if (at.WhollyKnown()) {
      continue;
    }
    if (at.is_string()) {
      for (const facts::Piece& piece : facts::Pieces(at.text)) {
        if (piece.hole != facts::HoleId::kNone &&
            facts_.holes[piece.hole].kind == facts::Hole::Kind::kOpen) {
          return true;
        }
      }
    }
    for (size_t i = 0; i < at.size(); ++i) {
      open.push_back(at.at(i));
    }
  }
  return false;
}

SourceValue Evaluator::TryOrCan(Scope& scope, const Node& node, bool can) {
  for (uint32_t i = 0; i < node.count; ++i) {
    SourceValue value = Child(scope, node, i);
    if (value.unknown() || HasOpenText(value)) {
      return UnknownValue(value.text);  // it may turn out to be an error
    }
    if (!value.error()) {
      return can ? BoolValue(true) : value;
    }
  }
  return can ? BoolValue(false) : ErrorValue("none of the expressions has a value");
}

SourceValue Evaluator::Call(Scope& scope, const Node& node) {
  std::string_view name = node.text;
  if (name.substr(0, 6) == "core::") {
    name.remove_prefix(6);
  }
  if (name == "try" || (name == "can" && node.count == 1)) {
    return TryOrCan(scope, node, name == "can");
  }
  const SourceFunction* const function = FindSourceFunction(name);
  std::vector<SourceValue> arguments;
  for (uint32_t i = 0; i < node.count; ++i) {
    SourceValue value = Child(scope, node, i);
    if (value.error()) {
      return value;
    }
    if (node.flag && i + 1 == node.count) {
      if (!value.is_sequence()) {
        return value.unknown() ? value : ErrorValue("nothing to expand");
      }
      for (size_t j = 0; j < value.size(); ++j) {
        arguments.push_back(value.at(j));
      }
    } else {
      arguments.push_back(std::move(value));
    }
  }
  if (function == nullptr) {
    return UnknownValue(facts_.Keep(Concat({"the function ", name, " is not evaluated here"})));
  }
  const auto count = static_cast<int>(arguments.size());
  if (count < function->min_arguments ||
      (function->max_arguments >= 0 && count > function->max_arguments)) {
    return ErrorValue("wrong number of arguments");
  }
  for (const SourceValue& argument : arguments) {
    if (!Weigh(argument)) {
      return UnknownValue("too much to evaluate");
    }
    if (!function->raw && argument.null()) {
      return ErrorValue("null as an argument");
    }
  }
  for (const SourceValue& argument : arguments) {
    if (!function->raw && argument.unknown()) {
      return argument;
    }
    if (!function->holes && argument.is_string() && facts::HasHole(argument.text)) {
      return UnknownValue(facts_.Keep(
          Concat({"the function ", name, " is given a text that is not known before apply"})));
    }
  }
  SourceValue result = function->call(*this, arguments);
  // A wholly unknown text may be of another type in truth.
  return result.error() && std::any_of(arguments.begin(), arguments.end(), IsHole) ? UnknownValue()
                                                                                   : result;
}

SourceValue Evaluator::Template(source::FileId file, const SourceValue& names) {
  if (!budget_.SpendText(sources_.bytes(file).size())) {
    return UnknownValue("too long");
  }
  source::Diagnostics unsaid;
  const HclFile text = syntax::ReadHclTemplate(sources_, file, unsaid);
  if (!unsaid.all().empty()) {
    return UnknownValue("the template cannot be read");
  }
  Scope scope{text, nullptr, {}};
  for (size_t i = 0; i < names.size(); ++i) {
    scope.names.emplace_back(names.key(i), names.at(i));
  }
  return AsText(Eval(scope, text.expression()));
}

}  // namespace whomay::ingest::terraform
