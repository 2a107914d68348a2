// Writes PDF files for tests, sound ones and others.
#pragma once

#include <string>
#include <vector>

namespace ticketing::delivery::reading {

// zlib's format, as FlateDecode reads it.
std::string deflated(const std::string& bytes, int level = 6);
// The same file with this text in a comment near its end, where it moves no object.
std::string with_comment(std::string pdf, const std::string& comment);

class PdfFile {
 public:
  // Gives the number of the object; the first is 1.
  int add(const std::string& object);
  // `entries`: of its dictionary, without /Length.
  int add_stream(const std::string& entries, const std::string& bytes);
  int next() const { return static_cast<int>(objects_.size()) + 1; }
  void replace(int number, const std::string& object) {
    objects_[static_cast<std::size_t>(number) - 1] = object;
  }
  // A page, as long as its document is to have one: its content is drawn in points. `extra`:
  // entries of the page.
  void add_page(const std::string& content, const std::string& resources = "",
                const std::string& box = "0 0 298 420", const std::string& extra = "");
  // `catalog`, `trailer`: further entries of both.
  std::string finish(const std::string& catalog = "", const std::string& trailer = "");

 private:
  std::vector<std::string> objects_;
  std::vector<int> pages_;
};

}  // namespace ticketing::delivery::reading
