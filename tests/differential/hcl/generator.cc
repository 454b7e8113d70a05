#include "tests/differential/hcl/generator.h"

namespace whomay::differential {

std::string Generator::OneOf(std::initializer_list<const char*> words) {
  return *(words.begin() + Pick(words.size()));
}

std::string Generator::Expression() {
  names_ = 0;
  return Of(static_cast<Type>(Pick(6)), 3);
}

std::string Generator::Of(Type type, int depth) {
  // Now and then something of another type.
  if (Pick(25) == 0) {
    type = static_cast<Type>(Pick(6));
  }
  if (depth <= 0 || Pick(5) == 0) {
    return Name(type);
  }
  const auto same = [&] { return Of(type, depth - 1); };
  switch (Pick(10)) {
    case 0:
      return "(" + Bool(depth - 1) + " ? " + same() + " : " + same() + ")";
    case 1:
      return "try(" + same() + ", " + same() + ")";
    case 2:
      return "[" + same() + ", " + same() + "][" + Number(depth - 1) + "]";
    case 3:
      return "{a = " + same() + ", b = " + same() + "}." + OneOf({"a", "b", "b", "c"});
    default:
      break;
  }
  switch (type) {
    case Type::kText:
      return Text(depth);
    case Type::kNumber:
      return Number(depth);
    case Type::kBool:
      return Bool(depth);
    case Type::kList:
      return List(depth);
    case Type::kMap:
      return Map(depth);
    case Type::kAny:
      return Any(depth);
  }
  return "null";
}

std::string Generator::Name(Type type) {
  if (names_ > 0 && Pick(2) == 0) {
    return "v" + std::to_string(Pick(static_cast<size_t>(names_)));
  }
  switch (type) {
    case Type::kText:
      return OneOf(
          {"s", "us", "us", "\"a\"", "\"b\"", "\"\"", "\"a-b\"", "\"<é&>\"", "l[0]", "m.a"});
    case Type::kNumber:
      return OneOf({"n", "0", "1", "2", "-1", "1.50", "10", "\"3\"", "length(l)"});
    case Type::kBool:
      return OneOf({"b", "true", "false", "!b", "\"true\"", "n > 2"});
    case Type::kList:
      return OneOf(
          {"l", "l", "[]", "[\"a\", us]", "[1, \"a\"]", "tolist([us])", "toset([\"b\", \"a\"])"});
    case Type::kMap:
      return OneOf({"m", "o", "{}", "{a = us}", "{a = 1, \"c\" = null}", "tomap({a = us})"});
    case Type::kAny:
      return OneOf({"u", "u", "us", "s", "n", "l", "m", "o"});
  }
  return "null";
}

std::string Generator::Template(int depth) {
  switch (Pick(6)) {
    case 0:
      return "\"x${" + Text(depth - 1) + "}y\"";
    case 1:
      return "\"${" + Of(Type::kAny, depth - 1) + "}\"";
    case 2:
      return "\"%{ if " + Bool(depth - 1) + " }a%{ else }${" + Text(depth - 1) + "}%{ endif }\"";
    case 3: {
      const std::string list = List(depth - 1);
      const std::string name = "v" + std::to_string(names_++);
      std::string text =
          "\"[%{ for " + name + " in " + list + " } ${" + Text(depth - 1) + "}%{ endfor }]\"";
      --names_;
      return text;
    }
    case 4:
      return "\" a  ${~ " + Text(depth - 1) + " ~}  b\"";
    default:
      return "\"$${x}\\n\\u00e9${" + Number(depth - 1) + "}\"";
  }
}

std::string Generator::Text(int depth) {
  if (depth <= 0) {
    return Name(Type::kText);
  }
  const auto text = [&] { return Of(Type::kText, depth - 1); };
  switch (Pick(14)) {
    case 0:
      return OneOf({"upper", "lower", "title", "trimspace", "tostring"}) + "(" + text() + ")";
    case 1:
      return OneOf({"trimprefix", "trimsuffix", "trim"}) + "(" + text() + ", " + text() + ")";
    case 2:
      return "replace(" + text() + ", " + text() + ", " + text() + ")";
    case 3:
      return "join(" + OneOf({"\",\"", "\"\"", "us"}) + ", " + List(depth - 1) + ")";
    case 4:
      return "format(\"%s-%s\", " + text() + ", " + Of(Type::kAny, depth - 1) + ")";
    case 5:
      return "format(\"%d%%%v\", " + Number(depth - 1) + ", " + Of(Type::kAny, depth - 1) + ")";
    case 6:
      return "substr(" + text() + ", " + Number(depth - 1) + ", " + Number(depth - 1) + ")";
    case 7:
      return "jsonencode(" + Of(Type::kAny, depth - 1) + ")";
    case 8:
      return "element(" + List(depth - 1) + ", " + Number(depth - 1) + ")";
    case 9:
      return "lookup(" + Map(depth - 1) + ", " + text() + ", " + text() + ")";
    default:
      return Template(depth);
  }
}

std::string Generator::Number(int depth) {
  if (depth <= 0) {
    return Name(Type::kNumber);
  }
  switch (Pick(6)) {
    case 0:
      return "length(" + Of(Pick(2) == 0 ? Type::kList : Type::kMap, depth - 1) + ")";
    case 1:
      return OneOf({"max", "min"}) + "(" + Number(depth - 1) + ", " + Number(depth - 1) + ")";
    case 2:
      return "tonumber(" + Of(Type::kAny, depth - 1) + ")";
    case 3:
      return "-" + Number(depth - 1);
    default:
      return "(" + Number(depth - 1) + OneOf({" + ", " - ", " * ", " / ", " % "}) +
             Number(depth - 1) + ")";
  }
}

std::string Generator::Bool(int depth) {
  if (depth <= 0) {
    return Name(Type::kBool);
  }
  switch (Pick(7)) {
    case 0:
      return "(" + Number(depth - 1) + OneOf({" < ", " <= ", " > ", " >= "}) + Number(depth - 1) +
             ")";
    case 1:
      return "(" + Of(Type::kAny, depth - 1) + OneOf({" == ", " != "}) + Of(Type::kAny, depth - 1) +
             ")";
    case 2:
      return "(" + Of(Type::kText, depth - 1) + " == " + Of(Type::kText, depth - 1) + ")";
    case 3:
      return "contains(" + List(depth - 1) + ", " + Text(depth - 1) + ")";
    case 4:
      return "can(" + Of(Type::kAny, depth - 1) + ")";
    case 5:
      return "!" + Bool(depth - 1);
    default:
      return "(" + Bool(depth - 1) + OneOf({" && ", " || "}) + Bool(depth - 1) + ")";
  }
}

std::string Generator::For(int depth, bool object) {
  const std::string of = Of(Pick(2) == 0 ? Type::kList : Type::kMap, depth - 1);
  const std::string key = "v" + std::to_string(names_++);
  const std::string value = "v" + std::to_string(names_++);
  std::string text = object ? "{" : "[";
  text += "for " + (Pick(2) == 0 ? key + ", " : std::string()) + value + " in " + of + " : ";
  if (text.find(key + ", ") == std::string::npos) {
    --names_;  // the value's name is the last one that means something
    text.replace(text.find(value + " in "), value.size(), key);
    names_ = std::stoi(key.substr(1)) + 1;
  }
  const int mark = std::stoi(key.substr(1));
  text += (object ? Text(depth - 1) + " => " : "") + Of(Type::kAny, depth - 1);
  text += object && Pick(3) == 0 ? "..." : "";
  text += Pick(3) == 0 ? " if " + Bool(depth - 1) : "";
  names_ = mark;
  return text + (object ? "}" : "]");
}

std::string Generator::List(int depth) {
  if (depth <= 0) {
    return Name(Type::kList);
  }
  const auto list = [&] { return Of(Type::kList, depth - 1); };
  const auto any = [&] { return Of(Type::kAny, depth - 1); };
  switch (Pick(16)) {
    case 0:
      return "concat(" + list() + ", " + list() + ")";
    case 1:
      return "flatten([" + list() + ", " + any() + "])";
    case 2:
      return OneOf({"distinct", "compact", "reverse", "sort", "tolist", "toset"}) + "(" + list() +
             ")";
    case 3:
      return OneOf({"keys", "values"}) + "(" + Map(depth - 1) + ")";
    case 4:
      return "split(" + OneOf({"\",\"", "\"-\"", "us"}) + ", " + Text(depth - 1) + ")";
    case 5:
      return "slice(" + list() + ", " + Number(depth - 1) + ", " + Number(depth - 1) + ")";
    case 6:
      return "range(" + Number(depth - 1) + ")";
    case 7:
      return OneOf({"setunion", "setintersection", "setsubtract"}) + "(" + list() + ", " + list() +
             ")";
    case 8:
      return "[{a = " + any() + "}, {a = " + any() + "}]" + OneOf({"[*].a", ".*.a", "[*][\"a\"]"});
    case 9:
      return any() + "[*]" + OneOf({"", ".a"});
    case 10:
      return "formatlist(\"%s:%s\", " + list() + ", " + Text(depth - 1) + ")";
    case 11:
      return "jsondecode(jsonencode([" + any() + "]))";
    case 12:
    case 13:
      return For(depth, false);
    default:
      return "[" + any() + ", " + any() + "]";
  }
}

std::string Generator::Map(int depth) {
  if (depth <= 0) {
    return Name(Type::kMap);
  }
  const auto map = [&] { return Of(Type::kMap, depth - 1); };
  switch (Pick(8)) {
    case 0:
      return "merge(" + map() + ", " + map() + ")";
    case 1:
      return "tomap(" + map() + ")";
    case 2:
      return "zipmap(" + List(depth - 1) + ", " + List(depth - 1) + ")";
    case 3:
      return "jsondecode(jsonencode({x = " + Of(Type::kAny, depth - 1) + "}))";
    case 4:
      return "{(" + Text(depth - 1) + ") = " + Of(Type::kAny, depth - 1) + "}";
    case 5:
    case 6:
      return For(depth, true);
    default:
      return "{a = " + Of(Type::kAny, depth - 1) + ", b = " + Of(Type::kAny, depth - 1) + "}";
  }
}

std::string Generator::Any(int depth) {
  if (depth <= 0) {
    return Name(Type::kAny);
  }
  return Of(static_cast<Type>(Pick(5)), depth - 1);
}

}  // namespace whomay::differential
