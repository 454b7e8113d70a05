#include "report/json_parts.h"

namespace whomay::report {

void Write(JsonWriter& json, const Origin& origin) {
  if (!origin.known()) {
    json.Null();
    return;
  }
  json.Inline().Object([&] {
    json.Key("file").String(origin.file);
    json.Key("line").Int(origin.line);
    json.Key("column").Int(origin.column);
    json.Key("address").String(origin.address);
    if (!origin.source_file.empty()) {
      json.Key("source").Inline().Object([&] {
        json.Key("file").String(origin.source_file);
        json.Key("line").Int(origin.source_line);
      });
    }
  });
}

void Write(JsonWriter& json, const Condition& condition) {
  json.Inline().Object([&] {
    json.Key("key").String(condition.key);
    json.Key("operator").String(condition.op);
    json.Key("values").Strings(condition.values);
    json.Key("text").String(condition.text);
    json.Key("chosen_by_caller").Bool(condition.chosen_by_caller);
  });
}

void Write(JsonWriter& json, const Step& step) {
  json.Inline().Object([&] {
    json.Key("edge").String(step.edge);
    json.Key("from").String(step.from);
    json.Key("to").String(step.to);
    json.Key("origin");
    Write(json, step.origin);
    json.Key("condition");
    if (step.condition) {
      Write(json, *step.condition);
    } else {
      json.Null();
    }
  });
}

void Write(JsonWriter& json, const Path& path) {
  json.Object(
      [&] { json.Key("steps").Array(path.steps, [&](const Step& step) { Write(json, step); }); });
}

}  // namespace whomay::report
