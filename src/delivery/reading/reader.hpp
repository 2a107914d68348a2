// Reads the codes of ticket files that sellers send. A file is turned into pixels and its codes are
// read in a jailed program, never in the process of the caller.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/error.hpp"
#include "delivery/reading/formats.hpp"

namespace ticketing::delivery::reading {

struct Code {
  CodeFormat format = CodeFormat::qr;
  std::string bytes;  // as scanned, for the comparison of codes; not empty
  std::string text;   // the same in UTF-8, for answers; bytes that are no text count as Latin-1
  int page = 1;       // the first on which it is; 1 for a picture
};

struct Reading {
  int pages = 1;            // of the file; 1 for a picture
  int pages_read = 1;       // at most `pages_read_max`
  std::vector<Code> codes;  // none twice, by page; empty when no code can be read
};

class Reader {
 public:
  virtual ~Reader() = default;
  // `file` has at most `file_bytes_max` bytes; the caller keeps it until then. Refuses, always as
  // `invalid`, with
  //   file_unreadable        the file is not of this type, or damaged
  //   file_encrypted         a PDF that asks for a password
  //   file_too_large_inside  a picture or page beyond the limits, or too much to unpack
  //   too_many_pages         more than `pages_max`
  //   reading_timed_out      it takes longer than `reading_time_max`
  // Throws Unavailable (503) while two are read and eight wait, and where no jail works.
  virtual Task<Result<Reading>> read(std::string_view file, FileType type) = 0;
};

struct ReaderSettings {
  std::string program = {};  // the path of ticket-reader; empty: beside this program
  std::string jail = {};     // only this kind; empty: the strongest that works
  std::chrono::milliseconds time_max = reading_time_max;
  // Of processor time, for codes that are hard to find. The search ends after four fifths of
  // `time_max`, too, so that what was found is still answered on a machine that is busy.
  std::chrono::milliseconds search_max = reading_time_max * 3 / 5;
};

// Blocks for some milliseconds, to find a jail that works.
std::unique_ptr<Reader> make_reader(const ReaderSettings& settings = {});

}  // namespace ticketing::delivery::reading
