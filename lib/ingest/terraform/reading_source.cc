// Reading's use of Terraform's code: what the plan leaves open, filled by PlanSource. Semantics:
// spec terraform 1.8 step 5a.

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/reading.h"
#include "ingest/terraform/source_plan.h"
#include "syntax/tree_core.h"

namespace whomay::ingest::terraform {
namespace {

using How = TerraformOptions::Resolved::How;
using syntax::Value;
using Kind = SourceValue::Kind;

// Wants of one name or ARN: a reference by another attribute means the same resource.
bool MeansResource(Want want) { return want != Want::kText && want != Want::kResourceArn; }

bool IsOpenHole(const facts::Facts& facts, std::string_view text) {
  const facts::HoleId hole = facts::WholeHole(text);
  return hole != facts::HoleId::kNone && facts.holes[hole].kind == facts::Hole::Kind::kOpen;
}

// A policy in which no hole stands where statements are wanted.
bool IsPolicy(const SourceValue& value) {
  const SourceValue* const statements = value.Find("Statement");
  if (statements == nullptr || statements->is_mapping()) {
    return statements != nullptr;
  }
  bool all = statements->is_sequence();
  for (size_t i = 0; i < statements->size(); ++i) {
    all = all && statements->at(i).is_mapping();
  }
  return all;
}

}  // namespace

// What the code says of one part of a resource, asked once.
struct Reading::FromSource {
  SourceValue value;
  std::string place;  // "main.tf:12"
  source::Span span;
};

Reading::~Reading() = default;

void Reading::OpenSource() {
  std::unique_ptr<SourceFiles> files =
      options.source ? options.source(sources, diagnostics) : nullptr;
  if (files == nullptr) {
    return;
  }
  source_ = std::make_unique<PlanSource>(std::move(files), configuration, instances, attributes,
                                         sources, facts, diagnostics);
  for (const Instance& instance : instances.all()) {
    const source::Span block = source_->BlockOf(instance);
    if (block.known()) {
      facts.declared.emplace(instance.address, block);
    }
  }
}

const Reading::FromSource& Reading::SourceOf(const Field& field) {
  const std::string path = PathText(field.path);
  const std::string key = Concat({std::to_string(static_cast<uint32_t>(field.id)), "\n", path});
  const auto known = from_source_.find(key);
  if (known != from_source_.end()) {
    return *known->second;
  }
  auto found = std::make_shared<FromSource>();
  found->value = source_->At(field.id, field.path);
  found->span = source_->place();
  if (found->value.usable()) {
    found->place = source_->Place();
    diagnostics.Add("terraform.from-source", source::Severity::kNote, found->span,
                    Concat({"not known before apply; filled from source ", found->place}),
                    Concat({instances[field.id].address, ".", path}));
  }
  return *from_source_.try_emplace(key, std::move(found)).first->second;
}

// The text of an element of a list, where it is a name or ARN that stands for a resource.
Str Reading::SourceText(const SourceValue& value, Want want, const Field& field) {
  if (value.unknown()) {
    return KeepHole(
        OpenHole(field, value.text.empty() ? Str("not known before apply") : value.text));
  }
  if (MeansResource(want) && value.instance != InstanceId::kNone && facts::HasHole(value.text)) {
    Trace trace = resolver.FollowAttribute(value.instance, std::string(value.attribute), want);
    const std::vector<Target>& targets = trace.open.empty() ? trace.known : trace.open;
    if (targets.size() == 1) {
      return TextOf(targets[0], want, field);
    }
  }
  return value.text;
}

// Recursion is bounded by kMaxValueDepth.
void Reading::WriteSource(const SourceValue& value, Want want, const Field& field, source::Span at,
                          syntax::TreeBuilder& to) {
  switch (value.kind) {
    case Kind::kNull:
      to.Null(at.begin, at.end);
      return;
    case Kind::kBool:
      to.Bool(value.flag, at.begin, at.end);
      return;
    case Kind::kNumber:
      to.OwnText(syntax::Kind::kNumber, value.text, at.begin, at.end);
      return;
    default:
      break;
  }
  if (!value.is_sequence() && !value.is_mapping()) {
    to.OwnText(syntax::Kind::kString,
               SourceText(value.is_string() ? value : UnknownValue(value.text), want, field),
               at.begin, at.end);
    return;
  }
  to.Begin(value.is_mapping() ? syntax::Kind::kObject : syntax::Kind::kArray, at.begin);
  for (size_t i = 0; i < value.size(); ++i) {
    if (value.is_mapping()) {
      to.OwnKey(value.key(i), at.begin, at.begin);
    }
    WriteSource(value.at(i), want, field, at, to);
  }
  to.End(at.end);
}

Value Reading::TreeOf(const SourceValue& value, Want want, const Field& field, source::Span at) {
  if (!at.known()) {
    at = instances[field.id].span;
  }
  syntax::TreeBuilder builder(at.file, sources.bytes(at.file), 256);
  WriteSource(value, want, field, at, builder);
  return trees_.emplace_back(builder.Finish()).root();
}

// A text with holes as what it holds; missing where a hole leaves open what that is.
Value Reading::Structure(const Field& field, bool yaml) {
  SourceBudget budget;
  Evaluator evaluator(facts, sources, budget);
  const std::string_view text = field.view.text();
  const SourceValue value = yaml ? FromYamlText(evaluator, text) : FromJsonText(evaluator, text);
  if (!value.is_mapping() || (!yaml && !IsPolicy(value))) {
    return {};
  }
  const source::Span at = field.view.value.span();
  return TreeOf(value, Want::kText, field, at);
}

Field Reading::FilledFromSource(const Field& field, Want want) {
  if (source_ == nullptr) {
    return field;
  }
  const FromSource& found = SourceOf(field);
  const SourceValue& value = found.value;
  // Of references to one resource, and of null, Resolve() makes more.
  if (!value.usable() || value.null() || value.kind >= Kind::kInstance ||
      (value.is_string() && facts::WholeHole(value.text) != facts::HoleId::kNone)) {
    return field;
  }
  Resolution resolution;
  resolution.how = How::kOne;
  Field filled = field;
  filled.view = {TreeOf(value, want, field, found.span), {}};
  if (want == Want::kPolicyText && facts::HasHole(filled.view.text())) {
    filled.view = {Structure(filled, false), {}};
    if (!filled.view.value) {
      return field;
    }
  }
  const std::string how = Concat({"from source ", found.place});
  Report(field, resolution, {}, how);
  for (const Field& element : field.elements()) {
    if (element.unknown()) {
      Report(element, resolution, {}, how);
    }
  }
  return filled;
}

// A known list with unknown elements, as the code gives it. What the plan knows of it must be
// there.
Field Reading::ElementsFromSource(const Field& list, Want want) {
  if (source_ == nullptr || list.unknown() || !list.view.HasUnknown()) {
    return list;
  }
  Field filled = FilledFromSource(list, want);
  if (!filled.view.value.is_array()) {
    return list;
  }
  const std::vector<View> elements = filled.view.elements();
  for (const View& known : list.view.elements()) {
    const bool there =
        known.unknown() || std::any_of(elements.begin(), elements.end(), [&known](const View& one) {
          return one.text() == known.text();
        });
    if (!there) {
      return list;
    }
  }
  return filled;
}

std::optional<Resolution> Reading::ResolvedBySource(const Field& field, Want want) {
  if (source_ == nullptr) {
    return std::nullopt;
  }
  const FromSource& found = SourceOf(field);
  const SourceValue& value = found.value;
  const std::string how = Concat({"from source ", found.place});
  Resolution resolution;
  if (value.null()) {
    resolution.unset = true;
    Report(field, resolution, "default", Concat({"null, ", how, ": the provider's default"}));
    return resolution;
  }
  if (!value.is_string() || IsOpenHole(facts, value.text)) {
    return std::nullopt;
  }
  const bool whole = facts::WholeHole(value.text) != facts::HoleId::kNone;
  if (whole && MeansResource(want) && value.instance != InstanceId::kNone) {
    Trace trace = resolver.FollowAttribute(value.instance, std::string(value.attribute), want);
    trace.how = how;
    const bool leads =
        trace.locals.empty() && trace.others.empty() && trace.open.size() + trace.known.size() > 0;
    return leads ? std::optional<Resolution>(Decide(field, want, trace)) : std::nullopt;
  }
  if (want == Want::kPolicyText && whole) {
    return std::nullopt;
  }
  const bool choice =
      whole && facts.holes[facts::WholeHole(value.text)].kind == facts::Hole::Kind::kChoice;
  resolution.how = choice ? How::kSeveral : How::kOne;
  resolution.text = want == Want::kIssuer ? facts.Keep(WithoutScheme(value.text)) : value.text;
  Report(field, resolution, {}, how);
  return resolution;
}

}  // namespace whomay::ingest::terraform
