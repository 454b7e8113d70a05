#include "tests/differential/kubernetes/model.h"

#include <cstdio>

namespace whomay::differential {
namespace {

class Writer {
 public:
  void Text(const std::string& text) {
    out_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        out_ += '\\';
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
        out_ += escaped;
        continue;
      }
      out_ += c;
    }
    out_ += '"';
  }
  void Key(const char* key) {
    Separate();
    Text(key);
    out_ += ':';
    fresh_ = true;
  }
  void Field(const char* key, const std::string& value) {
    if (!value.empty()) {
      Key(key);
      Value(value);
    }
  }
  void Value(const std::string& value) {
    Separate();
    Text(value);
  }
  void Literal(const char* value) {
    Separate();
    out_ += value;
  }
  void List(const char* key, const Texts& list) {
    if (list.empty()) {
      return;
    }
    Key(key);
    Open('[');
    for (const std::string& text : list) {
      Value(text);
    }
    Close(']');
  }
  void Map(const char* key, const Labels& labels) {
    Key(key);
    Open('{');
    for (const auto& [name, value] : labels) {
      Key(name.c_str());
      Value(value);
    }
    Close('}');
  }
  void Open(char bracket) {
    Separate();
    out_ += bracket;
    fresh_ = true;
  }
  void Close(char bracket) {
    out_ += bracket;
    fresh_ = false;
  }
  std::string Take() { return std::move(out_); }

 private:
  void Separate() {
    if (!fresh_) {
      out_ += ',';
    }
    fresh_ = false;
  }

  std::string out_;
  bool fresh_ = true;
};

void Write(const Rule& rule, Writer& out) {
  out.Open('{');
  out.List("verbs", rule.verbs);
  out.List("apiGroups", rule.groups);
  out.List("resources", rule.resources);
  out.List("resourceNames", rule.names);
  out.List("nonResourceURLs", rule.urls);
  out.Close('}');
}

void Write(const Selector& selector, Writer& out) {
  out.Open('{');
  if (!selector.labels.empty()) {
    out.Map("matchLabels", selector.labels);
  }
  if (!selector.expressions.empty()) {
    out.Key("matchExpressions");
    out.Open('[');
    for (const Requirement& requirement : selector.expressions) {
      out.Open('{');
      out.Field("key", requirement.key);
      out.Field("operator", requirement.op);
      out.List("values", requirement.values);
      out.Close('}');
    }
    out.Close(']');
  }
  out.Close('}');
}

void WriteRole(const Object& object, Writer& out) {
  out.Key("rules");
  out.Open('[');
  for (const Rule& rule : object.rules) {
    Write(rule, out);
  }
  out.Close(']');
  if (object.aggregates) {
    out.Key("aggregationRule");
    out.Open('{');
    out.Key("clusterRoleSelectors");
    out.Open('[');
    for (const Selector& selector : object.selectors) {
      Write(selector, out);
    }
    out.Close(']');
    out.Close('}');
  }
}

void WriteBinding(const Object& object, Writer& out) {
  out.Key("subjects");
  out.Open('[');
  for (const Subject& subject : object.subjects) {
    out.Open('{');
    out.Key("kind");
    out.Value(subject.kind);
    out.Field("apiGroup", subject.group);
    out.Field("namespace", subject.space);
    out.Key("name");
    out.Value(subject.name);
    out.Close('}');
  }
  out.Close(']');
  out.Key("roleRef");
  out.Open('{');
  out.Field("apiGroup", "rbac.authorization.k8s.io");
  out.Field("kind", object.role_kind);
  out.Field("name", object.role_name);
  out.Close('}');
}

void Write(const Object& object, Writer& out) {
  out.Open('{');
  out.Field("apiVersion", "rbac.authorization.k8s.io/v1");
  out.Field("kind", object.kind);
  out.Key("metadata");
  out.Open('{');
  out.Field("name", object.name);
  out.Field("namespace", object.space);
  if (!object.labels.empty()) {
    out.Map("labels", object.labels);
  }
  out.Close('}');
  object.is_role() ? WriteRole(object, out) : WriteBinding(object, out);
  out.Close('}');
}

void Write(const Ask& ask, Writer& out) {
  out.Open('{');
  switch (ask.caller) {
    case Ask::Caller::kUser:
      out.Key("user");
      out.Value(ask.user);
      break;
    case Ask::Caller::kServiceAccount:
      out.Field("serviceaccount", ask.account_space + "/" + ask.user);
      break;
    case Ask::Caller::kAnonymous:
      out.Key("anonymous");
      out.Literal("true");
      break;
  }
  out.List("groups", ask.groups);
  out.Field("verb", ask.verb);
  out.Field("apigroup", ask.group);
  out.Field("resource", ask.resource);
  out.Field("subresource", ask.subresource);
  out.Field("namespace", ask.space);
  out.Field("name", ask.name);
  out.Field("url", ask.url);
  out.Close('}');
}

}  // namespace

std::string ToJson(const World& world) {
  Writer out;
  out.Open('{');
  out.Field("id", world.id);
  if (world.who) {
    out.Key("who");
    out.Literal("true");
  }
  out.Key("objects");
  out.Open('[');
  for (const Object& object : world.objects) {
    Write(object, out);
  }
  out.Close(']');
  out.Key("requests");
  out.Open('[');
  for (const Ask& ask : world.asks) {
    Write(ask, out);
  }
  out.Close(']');
  out.Close('}');
  return out.Take();
}

}  // namespace whomay::differential
