// The kinds of files and codes, and the limits that a file has to keep. The jailed program shares
// them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ticketing::delivery::reading {

enum class FileType { pdf, png, jpeg };
// Of "application/pdf", "image/png" and "image/jpeg"; nothing for others.
std::optional<FileType> file_type_of(std::string_view media_type);
// What a file is by its first bytes. A PDF that begins later is none here: it could be a file of
// two types.
std::optional<FileType> file_type_by_begin(std::string_view file);

enum class CodeFormat { qr, aztec, pdf417, code128, datamatrix };
inline constexpr std::array code_formats{CodeFormat::qr, CodeFormat::aztec, CodeFormat::pdf417,
                                         CodeFormat::code128, CodeFormat::datamatrix};
// "qr", "aztec", "pdf417", "code128", "datamatrix".
std::string_view to_string(CodeFormat format);
std::optional<CodeFormat> code_format_of(std::string_view name);

inline constexpr std::size_t file_bytes_max = std::size_t{5} * 1024 * 1024;
inline constexpr int pages_read_max = 20;
inline constexpr int pages_max = 100;
inline constexpr int codes_max = 100;                // more are not reported
inline constexpr std::size_t code_bytes_max = 4096;  // more than any of the formats can hold
inline constexpr int megapixels_max = 40;            // of a picture
inline constexpr int page_points_max = 14'400;       // a side of a page: 200 inches
inline constexpr std::chrono::milliseconds reading_time_max{5'000};

}  // namespace ticketing::delivery::reading
