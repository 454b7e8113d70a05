// migrate as JSON: whomay.migrate/1.
#include <string_view>
#include <utility>

#include "report/json.h"
#include "report/json_parts.h"
#include "report/json_writer.h"
#include "report/migrate_report.h"

namespace whomay::report {
namespace {

void Write(JsonWriter& json, const MigrateAnswer::Entry& entry) {
  json.Object([&] {
    json.Key("principal").String(entry.principal);
    json.Key("type").String(entry.type);
    json.Key("username");
    if (entry.username.empty()) {  // EKS's default
      json.Null();
    } else {
      json.String(entry.username);
    }
    json.Key("groups").Strings(entry.groups);
    json.Key("access_policies").Array(entry.access_policies, [&](const std::string& policy) {
      json.Inline().Object([&] {
        json.Key("policy").String(policy);
        json.Key("scope").String("cluster");
      });
    });
    json.Key("notes").Strings(entry.notes);
    json.Key("origin");
    Write(json, entry.origin);
  });
}

void Write(JsonWriter& json, const MigrateAnswer::Left& left) {
  json.Object([&] {
    json.Key("mapping").String(left.mapping);
    json.Key("reason").String(left.reason);
    json.Key("loses").Bool(left.loses);
    json.Key("origin");
    Write(json, left.origin);
  });
}

void Write(JsonWriter& json, const MigrateAnswer::Cluster& cluster) {
  json.Object([&] {
    json.Key("cluster").String(cluster.name);
    json.Key("region").String(cluster.region);
    json.Key("authentication_mode").String(cluster.authentication_mode);
    json.Key("entries").Array(cluster.entries,
                              [&](const MigrateAnswer::Entry& entry) { Write(json, entry); });
    json.Key("left").Array(cluster.left,
                           [&](const MigrateAnswer::Left& left) { Write(json, left); });
  });
}

// A document as a value inside another: no text of it holds a line's end.
std::string Nested(std::string document) {
  document.erase(document.find_last_not_of('\n') + 1);
  for (size_t at = 0; (at = document.find('\n', at)) != std::string::npos; at += 3) {
    document.replace(at, 1, "\n  ");
  }
  return document;
}

}  // namespace

std::string Json(const MigrateAnswer& answer) {
  JsonWriter json;
  json.Object([&] {
    json.Key("schema").String("whomay.migrate/1");
    json.Key("world").String(Name(answer.world));
    json.Key("clusters").Array(answer.clusters, [&](const MigrateAnswer::Cluster& cluster) {
      Write(json, cluster);
    });
    json.Key("proven").Bool(answer.proven());
    json.Key("incomplete").Bool(answer.incomplete);
    json.Key("notes").Strings(answer.notes);
  });
  std::string text = std::move(json).Take();
  constexpr std::string_view kEnd = "\n}\n";
  text.resize(text.size() - kEnd.size());
  text += ",\n  \"proof\": " + Nested(Json(answer.proof));
  text += kEnd;
  return text;
}

}  // namespace whomay::report
