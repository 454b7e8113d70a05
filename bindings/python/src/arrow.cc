#include "arrow.h"

#include <utility>

namespace whomay::python {
namespace {

constexpr int64_t kNullable = 2;  // ARROW_FLAG_NULLABLE

void SetBit(std::vector<uint8_t>& bits, size_t i) {
  bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | (1u << (i % 8)));
}

// Calls take(i, value) for each value that is there, and notes which are.
template <typename Value, typename Take>
Column& Fill(Table& table, std::string name, const char* format,
             const std::vector<std::optional<Value>>& values, const Take& take) {
  Column& column = table.columns.emplace_back();
  table.rows = static_cast<int64_t>(values.size());
  column.name = std::move(name);
  column.format = format;
  column.valid.assign((values.size() + 7) / 8, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i]) {
      SetBit(column.valid, i);
    } else {
      ++column.nulls;
    }
    take(column, i, values[i]);
  }
  return column;
}

// --- schema: a struct of the columns

struct SchemaParts {
  std::shared_ptr<const Table> table;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

void ReleaseColumnSchema(ArrowSchema* schema) { schema->release = nullptr; }

void ReleaseSchema(ArrowSchema* schema) {
  auto* parts = static_cast<SchemaParts*>(schema->private_data);
  for (ArrowSchema& child : parts->children) {
    if (child.release != nullptr) {
      child.release(&child);
    }
  }
  delete parts;
  schema->release = nullptr;
}

// A child may outlive its parent when a consumer moves it: its texts are its own.
struct OwnedTable {
  std::shared_ptr<const Table> table;
  const void* buffers[3] = {};
};

void ExportSchema(const std::shared_ptr<const Table>& table, ArrowSchema* out) {
  auto* parts = new SchemaParts{table, {}, {}};
  parts->children.resize(table->columns.size());
  for (size_t i = 0; i < table->columns.size(); ++i) {
    ArrowSchema& child = parts->children[i];
    child = {};
    child.format = table->columns[i].format;
    child.name = table->columns[i].name.c_str();
    child.flags = kNullable;
    child.private_data = new OwnedTable{table, {}};
    child.release = [](ArrowSchema* schema) {
      delete static_cast<OwnedTable*>(schema->private_data);
      ReleaseColumnSchema(schema);
    };
    parts->pointers.push_back(&child);
  }
  *out = {};
  out->format = "+s";
  out->name = "";
  out->n_children = static_cast<int64_t>(parts->pointers.size());
  out->children = parts->pointers.data();
  out->private_data = parts;
  out->release = ReleaseSchema;
}

// --- the one batch

struct ArrayParts {
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  const void* buffers[1] = {nullptr};  // the struct itself has no nulls
};

void ReleaseColumn(ArrowArray* array) {
  delete static_cast<OwnedTable*>(array->private_data);
  array->release = nullptr;
}

void ReleaseArray(ArrowArray* array) {
  auto* parts = static_cast<ArrayParts*>(array->private_data);
  for (ArrowArray& child : parts->children) {
    if (child.release != nullptr) {
      child.release(&child);
    }
  }
  delete parts;
  array->release = nullptr;
}

void ExportColumn(const std::shared_ptr<const Table>& table, const Column& column,
                  ArrowArray* out) {
  const bool is_text = column.format[0] == 'U';
  const bool is_flag = column.format[0] == 'b';
  auto* owned = new OwnedTable{table, {}};
  owned->buffers[0] = column.nulls > 0 ? column.valid.data() : nullptr;
  owned->buffers[1] = is_flag ? static_cast<const void*>(column.bits.data())
                              : static_cast<const void*>(column.numbers.data());
  owned->buffers[2] = column.text.data();
  *out = {};
  out->length = table->rows;
  out->null_count = column.nulls;
  out->n_buffers = is_text ? 3 : 2;
  out->buffers = owned->buffers;
  out->private_data = owned;
  out->release = ReleaseColumn;
}

void ExportArray(const std::shared_ptr<const Table>& table, ArrowArray* out) {
  auto* parts = new ArrayParts;
  parts->children.resize(table->columns.size());
  for (size_t i = 0; i < table->columns.size(); ++i) {
    ExportColumn(table, table->columns[i], &parts->children[i]);
    parts->pointers.push_back(&parts->children[i]);
  }
  *out = {};
  out->length = table->rows;
  out->n_buffers = 1;
  out->buffers = parts->buffers;
  out->n_children = static_cast<int64_t>(parts->pointers.size());
  out->children = parts->pointers.data();
  out->private_data = parts;
  out->release = ReleaseArray;
}

struct StreamParts {
  std::shared_ptr<const Table> table;
  bool done = false;
};

}  // namespace

void Table::AddText(std::string name, const std::vector<std::optional<std::string>>& values) {
  Column& column = Fill(*this, std::move(name), "U", values,
                        [](Column& c, size_t, const std::optional<std::string>& value) {
                          c.numbers.push_back(static_cast<int64_t>(c.text.size()));
                          c.text += value.value_or("");
                        });
  column.numbers.push_back(static_cast<int64_t>(column.text.size()));
}

void Table::AddNumbers(std::string name, const std::vector<std::optional<int64_t>>& values) {
  Fill(*this, std::move(name), "l", values,
       [](Column& c, size_t, const std::optional<int64_t>& value) {
         c.numbers.push_back(value.value_or(0));
       });
}

void Table::AddFlags(std::string name, const std::vector<std::optional<bool>>& values) {
  Fill(*this, std::move(name), "b", values,
       [](Column& c, size_t i, const std::optional<bool>& value) {
         if (i % 8 == 0) {
           c.bits.push_back(0);
         }
         if (value.value_or(false)) {
           SetBit(c.bits, i);
         }
       });
}

void ExportStream(std::shared_ptr<const Table> table, ArrowArrayStream* out) {
  out->private_data = new StreamParts{std::move(table)};
  out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
    ExportSchema(static_cast<StreamParts*>(stream->private_data)->table, schema);
    return 0;
  };
  out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) {
    auto* parts = static_cast<StreamParts*>(stream->private_data);
    if (std::exchange(parts->done, true)) {
      *array = {};  // released: the end of the stream
    } else {
      ExportArray(parts->table, array);
    }
    return 0;
  };
  out->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out->release = [](ArrowArrayStream* stream) {
    delete static_cast<StreamParts*>(stream->private_data);
    stream->release = nullptr;
  };
}

}  // namespace whomay::python
