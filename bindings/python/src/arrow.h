// A table that is handed over through the Arrow C stream interface (arrow.apache.org/docs/format/
// CStreamInterface.html): pandas, polars, DuckDB and pyarrow read it without a copy in Python and
// without this project depending on any of them.
//
//   auto table = std::make_shared<Table>(); table->AddText("name", {"a", std::nullopt});
//   auto* stream = new ArrowArrayStream; ExportStream(table, stream);   // one batch
//
// Shape: all columns have `rows` values; text is large_utf8 (UTF-8, 64-bit offsets), numbers int64,
// flags boolean, all nullable. Lifetime: exported structs share the table and release it.
// Thread safety: a table is immutable once exported; release may come from any thread.
#ifndef WHOMAY_BINDINGS_PYTHON_SRC_ARROW_H_
#define WHOMAY_BINDINGS_PYTHON_SRC_ARROW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
// As the interface's specification gives them, names and all.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
#endif
}

namespace whomay::python {

struct Column {
  std::string name;
  const char* format = "";  // Arrow's: "U", "l" or "b"
  int64_t nulls = 0;
  std::vector<uint8_t> valid;    // a bit a row
  std::vector<int64_t> numbers;  // of text: rows + 1 offsets
  std::vector<uint8_t> bits;     // of flags
  std::string text;
};

struct Table {
  int64_t rows = 0;
  std::vector<Column> columns;

  void AddText(std::string name, const std::vector<std::optional<std::string>>& values);
  void AddNumbers(std::string name, const std::vector<std::optional<int64_t>>& values);
  void AddFlags(std::string name, const std::vector<std::optional<bool>>& values);
};

void ExportStream(std::shared_ptr<const Table> table, ArrowArrayStream* out);

}  // namespace whomay::python

#endif  // WHOMAY_BINDINGS_PYTHON_SRC_ARROW_H_
