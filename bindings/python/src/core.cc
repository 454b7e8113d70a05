// whomay._core: what the Python package is built on. The only file that includes pybind11.
//
// Everything that works on inputs runs without the GIL. Compiles with pybind11 2.10 (Debian) and 3.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "access.h"
#include "arrow.h"
#include "whomay/version.h"

namespace py = pybind11;

namespace whomay::python {
namespace {

// An absl::Status on its way to Python.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <typename Value>
Value OrThrow(absl::StatusOr<Value> value) {
  if (!value.ok()) {
    const auto message = value.status().message();
    throw Failure(std::string(message.data(), message.size()));
  }
  return *std::move(value);
}

void OrThrow(const absl::Status& status) {
  if (!status.ok()) {
    const auto message = status.message();
    throw Failure(std::string(message.data(), message.size()));
  }
}

World WorldOf(const std::string& name) { return name == "before" ? World::kBefore : World::kAfter; }

Access Load(const std::vector<Input>& inputs, const AnalyzerOptions& options) {
  return OrThrow(Access::Load(inputs, options));
}

Answer Ask(const Access& access, const std::string& question, const std::vector<std::string>& words,
           const QuestionOptions& options, const std::string& world) {
  return OrThrow(access.Ask(question, words, options, WorldOf(world)));
}

Answer DiffOf(const Access& access, const std::string& from, const Access& other,
              const std::string& to, const QuestionOptions& options) {
  return OrThrow(access.Diff(WorldOf(from), other, WorldOf(to), options));
}

Answer CheckOf(const Access& access, const std::string& world, const Configuration& configuration,
               const std::string& cluster, const std::string& today) {
  CheckOptions options = configuration.options();
  options.cluster = cluster;
  options.today = today;
  return access.Check(WorldOf(world), options);
}

// None where there is no configuration to be found.
std::optional<Configuration> LoadConfiguration(const std::string& path) {
  absl::StatusOr<Configuration> configuration = Configuration::Load(path);
  if (absl::IsNotFound(configuration.status()) && path.empty()) {
    return std::nullopt;
  }
  return OrThrow(std::move(configuration));
}

// False if there is no such severity.
bool SetThreshold(Configuration& configuration, const std::string& name) {
  for (const auto severity : {FindingSeverity::kNote, FindingSeverity::kLow,
                              FindingSeverity::kMedium, FindingSeverity::kHigh}) {
    if (name == Name(severity)) {
      configuration.options().threshold = severity;
      return true;
    }
  }
  return false;
}

const char* SeverityName(const Diagnostic& diagnostic) {
  switch (diagnostic.severity) {
    case Diagnostic::Severity::kNote:
      return "note";
    case Diagnostic::Severity::kWarning:
      return "warning";
    case Diagnostic::Severity::kError:
      break;
  }
  return "error";
}

// Texts come from hostile files: whatever is no UTF-8 is replaced, never an error on the way.
py::object Text(const std::string& text) {
  return py::reinterpret_steal<py::object>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

py::object OriginOf(const Origin& origin) {
  if (!origin.known()) {
    return py::none();
  }
  py::dict dict;
  dict["file"] = Text(origin.file);
  dict["line"] = origin.line;
  dict["column"] = origin.column;
  dict["address"] = Text(origin.address);
  return dict;
}

py::list DiagnosticsOf(const Access& access) {
  py::list list;
  for (const Diagnostic& diagnostic : access.diagnostics()) {
    py::dict dict;
    dict["code"] = Text(diagnostic.code);
    dict["severity"] = SeverityName(diagnostic);
    dict["message"] = Text(diagnostic.message);
    dict["origin"] = OriginOf(diagnostic.origin);
    dict["end_line"] = diagnostic.end_line;
    dict["end_column"] = diagnostic.end_column;
    py::list related;
    for (const Diagnostic::Related& other : diagnostic.related) {
      py::dict item;
      item["origin"] = OriginOf(other.origin);
      item["message"] = Text(other.message);
      related.append(std::move(item));
    }
    dict["related"] = std::move(related);
    dict["text"] = Text(ShowDiagnostic(diagnostic));
    list.append(std::move(dict));
  }
  return list;
}

// The results of the parts that ran without the GIL, as Python texts.
template <typename Write>
py::object Written(const Write& write) {
  std::string text;
  {
    const py::gil_scoped_release unlocked;
    text = write();
  }
  return Text(text);
}

// [(name, "text" | "number" | "flag", values), …]
std::shared_ptr<Table> MakeTable(const py::list& columns) {
  auto table = std::make_shared<Table>();
  py::ssize_t rows = -1;
  for (const py::handle& item : columns) {
    const auto column = item.cast<py::tuple>();
    auto name = column[0].cast<std::string>();
    const auto kind = column[1].cast<std::string>();
    const auto values = column[2].cast<py::list>();
    if (rows >= 0 && rows != static_cast<py::ssize_t>(values.size())) {
      throw py::value_error("columns of different lengths");
    }
    rows = static_cast<py::ssize_t>(values.size());
    if (kind == "text") {
      table->AddText(std::move(name), values.cast<std::vector<std::optional<std::string>>>());
    } else if (kind == "number") {
      table->AddNumbers(std::move(name), values.cast<std::vector<std::optional<int64_t>>>());
    } else if (kind == "flag") {
      table->AddFlags(std::move(name), values.cast<std::vector<std::optional<bool>>>());
    } else {
      throw py::value_error("no column of kind " + kind);
    }
  }
  return table;
}

constexpr const char* kStreamName = "arrow_array_stream";

// The capsule owns the stream until a consumer takes it (and sets release to null).
py::capsule StreamCapsule(std::shared_ptr<Table> table) {
  auto stream = std::make_unique<ArrowArrayStream>();
  ExportStream(std::move(table), stream.get());
  PyObject* capsule = PyCapsule_New(stream.get(), kStreamName, [](PyObject* object) {
    auto* owned = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(object, kStreamName));
    if (owned != nullptr && owned->release != nullptr) {
      owned->release(owned);
    }
    delete owned;
  });
  if (capsule == nullptr) {
    stream->release(stream.get());
    throw py::error_already_set();
  }
  stream.release();
  return py::reinterpret_steal<py::capsule>(capsule);
}

void BindOptions(py::module_& module) {
  py::class_<AnalyzerOptions>(module, "AnalyzerOptions")
      .def(py::init<>())
      .def_readwrite("default_namespace", &AnalyzerOptions::default_namespace)
      .def_readwrite("kubernetes_version", &AnalyzerOptions::kubernetes_version)
      .def_readwrite("builtin_rbac", &AnalyzerOptions::builtin_rbac)
      .def_readwrite("accounts", &AnalyzerOptions::accounts)
      .def_readwrite("regions", &AnalyzerOptions::regions)
      .def_readwrite("assume", &AnalyzerOptions::assume)
      .def_readwrite("source_root", &AnalyzerOptions::source_root);
  py::class_<QuestionOptions>(module, "QuestionOptions")
      .def(py::init<>())
      .def_readwrite("cluster", &QuestionOptions::cluster)
      .def_readwrite("direct", &QuestionOptions::direct)
      .def_readwrite("escalate", &QuestionOptions::escalate)
      .def_readwrite("max_hops", &QuestionOptions::max_hops)
      .def_readwrite("max_paths", &QuestionOptions::max_paths)
      .def_readwrite("context", &QuestionOptions::context)
      .def_readwrite("groups", &QuestionOptions::groups)
      .def_readwrite("any", &QuestionOptions::any)
      .def_readwrite("namespace", &QuestionOptions::name_space)
      .def_readwrite("all_namespaces", &QuestionOptions::all_namespaces)
      .def_readwrite("subresource", &QuestionOptions::subresource)
      .def_readwrite("role_ref", &QuestionOptions::role_ref)
      .def_readwrite("subject", &QuestionOptions::subject)
      .def_readwrite("verbs", &QuestionOptions::verbs);
  py::class_<Input>(module, "Input")
      .def(py::init([](bool is_text, std::string name, std::string text, std::string cluster) {
             return Input{is_text, std::move(name), std::move(text), std::move(cluster)};
           }),
           py::arg("is_text"), py::arg("name"), py::arg("text"), py::arg("cluster"));
}

void BindConfiguration(py::module_& module) {
  py::class_<Configuration>(module, "Configuration")
      .def(py::init<>())
      .def_static("load", &LoadConfiguration, py::arg("path"))
      .def_static(
          "parse",
          [](const std::string& path, const std::string& text) {
            return OrThrow(Configuration::Parse(path, text));
          },
          py::arg("path"), py::arg("text"))
      .def_property_readonly("inputs", &Configuration::inputs)
      .def_property_readonly("source_root", &Configuration::source_root)
      .def_property_readonly("baseline", &Configuration::baseline)
      .def(
          "add_baseline",
          [](Configuration& c, const std::string& path, const std::string& text) {
            OrThrow(c.AddBaseline(path, text));
          },
          py::arg("path"), py::arg("text"))
      .def("add", &Configuration::Add, py::arg("other"))
      .def_property_readonly("threshold",
                             [](const Configuration& c) { return Name(c.options().threshold); })
      .def("set_threshold", &SetThreshold, py::arg("name"));
  module.def("rules", &RulesJson);
  module.def("rule_text", [](const std::string& id) { return RuleText(id); }, py::arg("id"));
}

void BindAccess(py::module_& module) {
  py::class_<Answer>(module, "Answer")
      .def("json", [](const Answer& a) { return Written([&] { return a.Json(); }); })
      .def(
          "table",
          [](const Answer& a, bool color, bool expand) {
            return Written([&] { return a.Table(color, expand); });
          },
          py::arg("color"), py::arg("expand"))
      .def(
          "report",
          [](const Answer& a, const std::string& format) {
            return Written([&] { return OrThrow(a.Report(format)); });
          },
          py::arg("format"));
  py::class_<Access>(module, "Access")
      .def("diff", &DiffOf, py::call_guard<py::gil_scoped_release>(), py::arg("from_"),
           py::arg("other"), py::arg("to"), py::arg("options"))
      .def("check", &CheckOf, py::call_guard<py::gil_scoped_release>(), py::arg("world"),
           py::arg("configuration"), py::arg("cluster"), py::arg("today"))
      .def("ask", &Ask, py::call_guard<py::gil_scoped_release>(), py::arg("question"),
           py::arg("words"), py::arg("options"), py::arg("world"))
      .def("diagnostics", &DiagnosticsOf)
      .def_property_readonly("complete", &Access::complete)
      .def_property_readonly("nothing_read", &Access::nothing_read)
      .def_property_readonly("has_two_worlds", &Access::has_two_worlds);
  module.def("load", &Load, py::call_guard<py::gil_scoped_release>(), py::arg("inputs"),
             py::arg("options"));
}

}  // namespace
}  // namespace whomay::python

PYBIND11_MODULE(_core, module) {
  using namespace whomay::python;
  module.doc() = "The native part of whomay; use the package whomay.";
  module.attr("__version__") = WHOMAY_VERSION;
  py::register_exception<Failure>(module, "Failure", PyExc_Exception);
  BindOptions(module);
  BindConfiguration(module);
  BindAccess(module);
  py::class_<Table, std::shared_ptr<Table>>(module, "Table")
      .def(py::init(&MakeTable), py::arg("columns"))
      .def("stream", &StreamCapsule);
  module.def("run", &RunCommand, py::call_guard<py::gil_scoped_release>(), py::arg("arguments"));
}
