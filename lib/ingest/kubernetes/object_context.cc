#include "ingest/kubernetes/object_context.h"

#include "base/strings.h"
#include "facts/hole.h"
#include "ingest/kubernetes/go_text.h"

namespace whomay::ingest {

using source::Severity;
using syntax::Value;

ObjectContext::ObjectContext(const Value& object, std::string_view kind, bool namespaced,
                             const KubernetesOptions& options, facts::Facts& facts,
                             source::Diagnostics& diagnostics)
    : object_(object),
      kind_(kind),
      namespaced_(namespaced),
      options_(options),
      facts_(facts),
      diagnostics_(diagnostics),
      meta_(ReadObjectMeta(object)) {
  namespace_name_ = !namespaced                           ? std::string_view()
                    : options_.override_namespace.empty() ? meta_.namespace_name
                                                          : options_.override_namespace;
}

std::string ObjectContext::Title() const {
  const std::string_view name = meta_.name.empty() ? meta_.generate_name : meta_.name;
  return Concat({kind_, " ", facts_.holes.Display(namespace_name_),
                 namespace_name_.empty() ? "" : "/", facts_.holes.Display(name)});
}

bool ObjectContext::Decodes(const Schema& schema) {
  DecodeResult decoded = Decode(object_, schema);
  if (!decoded.ok()) {
    diagnostics_.AddLoss(
        "kubernetes.undecodable", decoded.error_span,
        Concat({"the API server cannot decode this object, nothing of it counts: ", decoded.error}),
        Title());
    return false;
  }
  for (UnknownField& field : decoded.unknown_fields) {
    Warn("kubernetes.unknown-field", field.span,
         Concat({"unknown field \"", field.path,
                 "\": the API server drops it, kubectl refuses the object by default"}));
  }
  return true;
}

bool ObjectContext::IsTemplate(std::string_view text) {
  if (text.find("{{") == std::string_view::npos) {
    return false;
  }
  if (!template_said_) {
    template_said_ = true;
    diagnostics_.Add("kubernetes.template", Severity::kNote, object_.span(),
                     "skipped: an unrendered template; read the output of `helm template` instead",
                     Title());
  }
  return true;
}

void ObjectContext::DefaultNamespace() {
  if (!namespaced_ || !namespace_name_.empty() || options_.default_namespace.empty()) {
    return;
  }
  namespace_name_ = options_.default_namespace;
  Warn("kubernetes.default-namespace", object_.span(),
       Concat({"names no namespace: taken as one of namespace \"", namespace_name_,
               "\" (kubectl takes that of its context)"}));
}

void ObjectContext::Fill(facts::KubernetesObject& record) const {
  record.cluster = options_.cluster;
  record.order = NextOrder(facts_);
  record.name = meta_.name.empty() && !meta_.generate_name.empty()
                    ? facts_.Keep(Concat(
                          {meta_.generate_name, "<generated ", std::to_string(record.order), ">"}))
                    : facts_.Keep(meta_.name);
  record.namespace_name = facts_.Keep(namespace_name_);
  record.worlds = options_.worlds;
  record.origin.span = object_.span();
  record.origin.address = options_.address;
  record.origin.object = facts_.Keep(Title());
}

bool ObjectContext::CheckNames(Complaints (*name_rule)(std::string_view),
                               facts::KubernetesObject& record) {
  const auto check = [&](std::string_view text, std::string_view field,
                         Complaints (*rule)(std::string_view)) {
    if (facts::HasHole(text) || text.empty()) {
      return;
    }
    for (const std::string& complaint : rule(text)) {
      record.refused = !meta_.stored;
      Refuse(Invalid(field, GoQuote(text), complaint, meta_.Place(field.substr(9))));
    }
  };
  if (meta_.name.empty() && meta_.generate_name.empty()) {
    Refuse(Required("metadata.name", "name or generateName is required", meta_.Place("name")));
    return false;
  }
  check(meta_.name, "metadata.name", name_rule);
  check(namespace_name_, "metadata.namespace", Dns1123Label);
  return true;
}

void ObjectContext::Refuse(const ValidationError& error) {
  const std::string_view verdict =
      meta_.stored
          ? "the API server would refuse this object today, it counts because a cluster has "
            "it: "
          : "the API server would refuse this object, nothing of it counts: ";
  Error("kubernetes.refused", error.span, Concat({verdict, error.text}));
}

void ObjectContext::Warn(std::string code, source::Span span, std::string message) {
  diagnostics_.Add(std::move(code), Severity::kWarning, span, std::move(message), Title());
}

void ObjectContext::Error(std::string code, source::Span span, std::string message) {
  diagnostics_.Add(std::move(code), Severity::kError, span, std::move(message), Title());
}

uint32_t NextOrder(const facts::Facts& facts) {
  const size_t count = facts.roles.size() + facts.bindings.size() + facts.service_accounts.size() +
                       facts.workloads.size() + facts.namespaces.size() +
                       facts.custom_resources.size() + facts.aws_auths.size();
  return static_cast<uint32_t>(count + 1);
}

}  // namespace whomay::ingest
