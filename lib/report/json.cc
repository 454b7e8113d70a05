#include "report/json.h"

#include "report/json_parts.h"
#include "report/json_writer.h"

namespace whomay::report {
namespace {

// All of them before WriteAll(), which finds only what is declared already.
void Write(JsonWriter& json, const Permission& permission);
void Write(JsonWriter& json, const Assumption& assumption);
void Write(JsonWriter& json, const CanAnswer::Grant& grant);
void Write(JsonWriter& json, const Grantee& grantee);
void Write(JsonWriter& json, const WhatAnswer::Rule& rule);
void Write(JsonWriter& json, const WhatAnswer::Scope& scope);
void Write(JsonWriter& json, const WhatAnswer::AwsGrant& grant);
void Write(JsonWriter& json, const WhoamiAnswer::Kubernetes& identity);
void Write(JsonWriter& json, const WhoamiAnswer::Aws& role);
void Write(JsonWriter& json, const ReachAnswer::Identity& identity);
void Write(JsonWriter& json, const PathsAnswer::Found& found);
void Write(JsonWriter& json, const DiffAnswer::Change& change);

template <typename Item>
void WriteAll(JsonWriter& json, std::string_view key, const std::vector<Item>& items) {
  json.Key(key).Array(items, [&](const Item& item) { Write(json, item); });
}

void Write(JsonWriter& json, const Permission& permission) {
  json.Inline().Object([&] {
    if (permission.plane == Permission::Plane::kAws) {
      json.Key("plane").String("aws");
      json.Key("action").String(permission.action);
      json.Key("resource");
      if (permission.resource_arn) {
        json.String(*permission.resource_arn);
      } else {
        json.Null();
      }
    } else {
      json.Key("plane").String("kubernetes");
      json.Key("cluster");
      if (permission.cluster.empty()) {  // several, which the answer's rows name
        json.Null();
      } else {
        json.String(permission.cluster);
      }
      json.Key("verb").String(permission.verb);
      if (!permission.url.empty()) {
        json.Key("url").String(permission.url);
      } else {
        json.Key("group").String(permission.group);
        json.Key("resource").String(permission.resource);
        json.Key("subresource").String(permission.subresource);
        json.Key("namespace").String(permission.name_space);
        json.Key("name").String(permission.name);
      }
    }
    // Only where they were asked: what a question without them means does not change.
    if (permission.any) {
      json.Key("any").Bool(true);
    }
    if (!permission.role_ref.empty()) {
      json.Key("role_ref").String(permission.role_ref);
    }
  });
}

void Write(JsonWriter& json, const Assumption& assumption) {
  json.Inline().Object([&] {
    json.Key("code").String(assumption.code);
    json.Key("text").String(assumption.text);
    json.Key("origin");
    Write(json, assumption.origin.value_or(Origin()));
  });
}

// What every answer ends with.
template <typename Answer>
void WriteTail(JsonWriter& json, const Answer& answer) {
  WriteAll(json, "assumptions", answer.assumptions);
  json.Key("incomplete").Bool(answer.incomplete);
}

void WriteTexts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key).Array(texts, [&](const std::string& text) { json.String(text); });
}

void Write(JsonWriter& json, const CanAnswer::Grant& grant) {
  json.Inline().Object([&] {
    json.Key("origin");
    Write(json, grant.origin);
    json.Key("text").String(grant.text);
    json.Key("match").String(grant.full ? "full" : "near");
    json.Key("blocked_by");
    if (grant.blocked_by.empty()) {
      json.Null();
    } else {
      json.String(grant.blocked_by);
    }
  });
}

void Write(JsonWriter& json, const Grantee& grantee) {
  json.Object([&] {
    json.Key("principal").String(grantee.principal);
    json.Key("kind").String(grantee.kind);
    json.Key("decision").String(Name(grantee.decision));
    json.Key("direct").Bool(grantee.direct);
    WriteAll(json, "paths", grantee.paths);
    WriteAll(json, "conditions", grantee.conditions);
    json.Key("reason").String(grantee.reason);
    json.Key("origin");
    Write(json, grantee.origin);
    json.Key("only_through");
    if (grantee.only_through.empty()) {
      json.Null();
    } else {
      json.String(grantee.only_through);
    }
    if (!grantee.cluster.empty()) {
      json.Key("cluster").String(grantee.cluster);
    }
  });
}

void Write(JsonWriter& json, const WhatAnswer::Rule& rule) {
  json.Inline().Object([&] {
    json.Key("verbs").Strings(rule.verbs);
    json.Key("groups").Strings(rule.groups);
    json.Key("resources").Strings(rule.resources);
    json.Key("names").Strings(rule.names);
    json.Key("urls").Strings(rule.urls);
    json.Key("decision").String(Name(rule.decision));
    json.Key("origin");
    Write(json, rule.origin);
    json.Key("through").String(rule.through);
  });
}

void Write(JsonWriter& json, const WhatAnswer::Scope& scope) {
  json.Object([&] {
    json.Key("cluster").String(scope.cluster);
    json.Key("namespace").String(scope.name_space);
    json.Key("as").String(scope.as);
    WriteAll(json, "rules", scope.rules);
  });
}

void Write(JsonWriter& json, const WhatAnswer::AwsGrant& grant) {
  json.Object([&] {
    json.Key("as").String(grant.as);
    json.Key("actions").Strings(grant.actions);
    json.Key("resources").Strings(grant.resources);
    json.Key("decision").String(Name(grant.decision));
    WriteAll(json, "conditions", grant.conditions);
    json.Key("origin");
    Write(json, grant.origin);
    json.Key("deny").Bool(grant.deny);
  });
}

void Write(JsonWriter& json, const WhoamiAnswer::Kubernetes& identity) {
  json.Inline().Object([&] {
    json.Key("cluster").String(identity.cluster);
    json.Key("authenticated").String(identity.authenticated);
    json.Key("username").String(identity.username);
    json.Key("groups").Strings(identity.groups);
    json.Key("origin");
    Write(json, identity.origin);
    json.Key("via").String(identity.via);
    json.Key("reason").String(identity.reason);
  });
}

void Write(JsonWriter& json, const WhoamiAnswer::Aws& role) {
  json.Inline().Object([&] {
    json.Key("principal").String(role.principal);
    json.Key("decision").String(Name(role.decision));
    json.Key("edge").String(role.edge);
    json.Key("origin");
    Write(json, role.origin);
    WriteAll(json, "conditions", role.conditions);
  });
}

void Write(JsonWriter& json, const ReachAnswer::Identity& identity) {
  json.Object([&] {
    json.Key("principal").String(identity.principal);
    json.Key("decision").String(Name(identity.decision));
    json.Key("path");
    Write(json, identity.path);
    json.Key("kind").String(identity.kind);
    json.Key("reason").String(identity.reason);
    WriteAll(json, "conditions", identity.conditions);
  });
}

void Write(JsonWriter& json, const PathsAnswer::Found& found) {
  json.Object([&] {
    json.Key("steps").Array(found.path.steps, [&](const Step& step) { Write(json, step); });
    json.Key("decision").String(Name(found.decision));
    WriteAll(json, "conditions", found.conditions);
  });
}

void Write(JsonWriter& json, const DiffAnswer::Change& change) {
  json.Object([&] {
    json.Key("principal").String(change.principal);
    json.Key("permission");
    Write(json, change.permission);
    json.Key("decision").String(Name(change.decision));
    WriteAll(json, "paths", change.paths);
    json.Key("kind").String(change.kind);
    json.Key("before").String(Name(change.before));
    json.Key("after").String(Name(change.after));
    json.Key("reason").String(change.reason);
    WriteAll(json, "conditions", change.conditions);
    WriteAll(json, "conditions_before", change.conditions_before);
    WriteAll(json, "except", change.except);
    json.Key("through").Strings(change.through);
    json.Key("only_through");
    if (change.only_through.empty()) {
      json.Null();
    } else {
      json.String(change.only_through);
    }
  });
}

void WriteItem(JsonWriter& json, const ListAnswer& answer, const ListAnswer::Item& item) {
  json.Inline().Object([&] {
    json.Key("name").String(item.name);
    json.Key("kind").String(item.kind);
    json.Key("cluster");
    if (item.cluster) {
      json.String(*item.cluster);
    } else {
      json.Null();
    }
    json.Key("origin");
    Write(json, item.origin);
    if (!answer.columns.empty()) {
      json.Key("fields").Object([&] {
        for (size_t i = 0; i < answer.columns.size(); ++i) {
          json.Key(answer.columns[i]).String(i < item.fields.size() ? item.fields[i] : "");
        }
      });
    }
  });
}

// The head that all questions share, `body`, and the document's end.
template <typename Body>
std::string Document(std::string_view schema, const Body& body) {
  JsonWriter json;
  json.Object([&] {
    json.Key("schema").String(schema);
    body(json);
  });
  return std::move(json).Take();
}

}  // namespace

std::string Json(const CanAnswer& answer, bool why) {
  return Document("whomay.can/1", [&](JsonWriter& json) {
    json.Key("world").String(Name(answer.world));
    json.Key("principal").String(answer.principal);
    json.Key("permission");
    Write(json, answer.permission);
    json.Key("decision").String(Name(answer.decision));
    json.Key("reason").String(answer.reason);
    WriteAll(json, "paths", answer.paths);
    WriteAll(json, "conditions", answer.conditions);
    WriteTail(json, answer);
    if (why) {
      WriteAll(json, "grants", answer.grants);
    }
    WriteTexts(json, "hints", answer.hints);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const WhoAnswer& answer) {
  return Document("whomay.who/1", [&](JsonWriter& json) {
    json.Key("world").String(Name(answer.world));
    json.Key("permission");
    Write(json, answer.permission);
    WriteAll(json, "grantees", answer.grantees);
    if (!answer.clusters.empty()) {
      json.Key("clusters").Strings(answer.clusters);
    }
    WriteTail(json, answer);
    WriteTexts(json, "hints", answer.hints);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const WhatAnswer& answer) {
  return Document("whomay.what/1", [&](JsonWriter& json) {
    json.Key("world").String(Name(answer.world));
    json.Key("principal").String(answer.principal);
    WriteAll(json, "kubernetes", answer.kubernetes);
    WriteAll(json, "aws", answer.aws);
    WriteTail(json, answer);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const WhoamiAnswer& answer) {
  return Document("whomay.whoami/1", [&](JsonWriter& json) {
    json.Key("principal").String(answer.principal);
    WriteAll(json, "kubernetes", answer.kubernetes);
    WriteAll(json, "aws", answer.aws);
    json.Key("world").String(Name(answer.world));
    WriteTail(json, answer);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const ReachAnswer& answer) {
  return Document("whomay.reach/1", [&](JsonWriter& json) {
    json.Key("principal").String(answer.principal);
    WriteAll(json, "identities", answer.identities);
    json.Key("world").String(Name(answer.world));
    WriteTail(json, answer);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const PathsAnswer& answer) {
  return Document("whomay.paths/1", [&](JsonWriter& json) {
    json.Key("from").String(answer.from);
    json.Key("to").String(answer.to);
    WriteAll(json, "paths", answer.paths);
    json.Key("truncated").Bool(answer.truncated);
    json.Key("world").String(Name(answer.world));
    json.Key("incomplete").Bool(answer.incomplete);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const MatrixAnswer& answer) {
  return Document("whomay.matrix/1", [&](JsonWriter& json) {
    json.Key("world").String(Name(answer.world));
    json.Key("cluster");
    if (answer.cluster.empty()) {
      json.Null();
      json.Key("clusters").Strings(answer.clusters);
    } else {
      json.String(answer.cluster);
    }
    json.Key("namespace").String(answer.name_space);
    json.Key("subject");
    if (answer.subject.empty()) {
      json.Null();
    } else {
      json.String(answer.subject);
    }
    json.Key("verbs").Strings(answer.verbs);
    json.Key("resources").Array(answer.resources, [&](const MatrixAnswer::Resource& resource) {
      json.Object([&] {
        json.Key("group").String(resource.group);
        json.Key("resource").String(resource.resource);
        json.Key("subresource").String(resource.subresource);
        json.Key("name").String(resource.name);
        if (!resource.cluster.empty()) {
          json.Key("cluster").String(resource.cluster);
        }
        json.Key("rows").Array(resource.rows, [&](const MatrixAnswer::Row& row) {
          json.Inline().Object([&] {
            json.Key("principal").String(row.principal);
            json.Key("kind").String(row.kind);
            json.Key("decisions").Object([&] {
              for (size_t i = 0; i < row.decisions.size(); ++i) {
                if (row.decisions[i]) {
                  json.Key(answer.verbs[i]).String(Name(*row.decisions[i]));
                }
              }
            });
          });
        });
      });
    });
    WriteTail(json, answer);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const DiffAnswer& answer) {
  return Document("whomay.diff/1", [&](JsonWriter& json) {
    WriteAll(json, "gained", answer.gained);
    WriteAll(json, "lost", answer.lost);
    WriteAll(json, "changed", answer.changed);
    json.Key("before").String(answer.before);
    json.Key("after").String(answer.after);
    json.Key("gains").Bool(answer.gains());
    json.Key("incomplete").Bool(answer.incomplete);
    WriteTexts(json, "notes", answer.notes);
  });
}

std::string Json(const ListAnswer& answer) {
  return Document("whomay.list/1", [&](JsonWriter& json) {
    json.Key("what").String(answer.what);
    json.Key("items").Array(answer.items,
                            [&](const ListAnswer::Item& item) { WriteItem(json, answer, item); });
    json.Key("incomplete").Bool(answer.incomplete);
    WriteTexts(json, "notes", answer.notes);
  });
}

}  // namespace whomay::report
