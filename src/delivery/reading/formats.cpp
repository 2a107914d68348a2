#include "delivery/reading/formats.hpp"

#include <algorithm>

namespace ticketing::delivery::reading {

std::optional<FileType> file_type_of(std::string_view media_type) {
  if (media_type == "application/pdf") return FileType::pdf;
  if (media_type == "image/png") return FileType::png;
  if (media_type == "image/jpeg") return FileType::jpeg;
  return std::nullopt;
}

std::optional<FileType> file_type_by_begin(std::string_view file) {
  if (file.starts_with("%PDF-")) return FileType::pdf;
  if (file.starts_with("\x89PNG\r\n\x1a\n")) return FileType::png;
  if (file.starts_with("\xff\xd8\xff")) return FileType::jpeg;
  return std::nullopt;
}

std::string_view to_string(CodeFormat format) {
  switch (format) {
    case CodeFormat::qr: return "qr";
    case CodeFormat::aztec: return "aztec";
    case CodeFormat::pdf417: return "pdf417";
    case CodeFormat::code128: return "code128";
    case CodeFormat::datamatrix: return "datamatrix";
  }
  return "";
}

std::optional<CodeFormat> code_format_of(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      code_formats, [&](CodeFormat format) { return to_string(format) == name; });
  if (found == code_formats.end()) return std::nullopt;
  return *found;
}

}  // namespace ticketing::delivery::reading
