// Files whose structure is a trap: trees, tables and references.
#include <fmt/format.h>

#include "delivery/reading/test_hostile_parts.hpp"
#include "delivery/reading/test_pdf.hpp"

namespace ticketing::delivery::reading::hostile {
namespace {

// The objects, of which the first is the catalog, with a table that has all of them.
std::string assembled(const std::vector<std::string>& objects, const std::string& trailer = "") {
  std::string file = "%PDF-1.7\n", table;
  for (std::size_t at = 0; at < objects.size(); ++at) {
    table += fmt::format("{:010} 00000 n \n", file.size());
    file += fmt::format("{} 0 obj\n{}\nendobj\n", at + 1, objects[at]);
  }
  return fmt::format(
      "{}xref\n0 {}\n0000000000 65535 f \n{}trailer\n<< /Size {} /Root 1 0 R {} >>\n"
      "startxref\n{}\n%%EOF\n",
      file, objects.size() + 1, table, objects.size() + 1, trailer, file.size());
}
// The same with a catalog.
std::string tree(std::vector<std::string> nodes, const std::string& pages = "2 0 R") {
  nodes.insert(nodes.begin(), fmt::format("<< /Type /Catalog /Pages {} >>", pages));
  return assembled(nodes);
}
const std::string plain_page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 90 90] >>";

Files page_trees() {
  constexpr std::string_view kind = "loops and lies in the page tree";
  std::vector<std::string> deep;
  for (int level = 3; level < 3'000; ++level) {
    deep.push_back(fmt::format("<< /Type /Pages /Kids [{} 0 R] /Parent {} 0 R /Count 1 >>", level,
                               level == 3 ? 2 : level - 2));
  }
  deep.push_back(plain_page);
  const auto pages = [](const std::string& kids, const std::string& count) {
    return fmt::format("<< /Type /Pages /Kids {} /Count {} >>", kids, count);
  };
  const std::string many = "[" + repeated("3 0 R ", 10'000) + "]";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  return {
      file("the root is its own kid", without_code, tree({pages("[2 0 R]", "1")})),
      file("two nodes are kids of each other", without_code,
           tree({pages("[3 0 R]", "1"), pages("[2 0 R]", "1")})),
      file("a page is its own parent", without_code + " or reading_timed_out",
           tree({pages("[3 0 R]", "1"), "<< /Type /Page /Parent 3 0 R >>"})),
      file("3,000 levels", without_code, tree(deep)),
      file("one page 10,000 times", "file_unreadable", tree({pages(many, "10000"), plain_page})),
      file("more pages than there are objects", "file_unreadable",
           tree({pages("[3 0 R]", "2147483647"), plain_page})),
      file("less than no page", "file_unreadable", tree({pages("[3 0 R]", "-1"), plain_page})),
      file("one page of 10,000", without_code, tree({pages(many, "1"), plain_page})),
      file("no page", "file_unreadable", tree({pages("[]", "0")})),
      file("kids that are none", without_code, tree({pages("(kids)", "1"), plain_page})),
      file("a catalog that is its own tree", "file_unreadable", tree({}, "1 0 R")),
  };
}

HostileFile ten_thousand_pages() {
  PdfFile file;
  for (int page = 0; page < 10'000; ++page) file.add_page("");
  return {"loops and lies in the page tree", "10,000 pages", FileType::pdf, "too_many_pages",
          file.finish()};
}

// A sound file whose table of objects is replaced.
std::string with_table(const std::string& table) {
  const std::string sound = page_with("");
  return sound.substr(0, sound.rfind("xref\n0 ")) + table;
}

Files tables() {
  constexpr std::string_view kind = "loops and lies in the table of objects";
  const std::string sound = page_with("");
  const std::size_t at = sound.rfind("startxref");
  const std::string table_at = sound.substr(at + 10, sound.find('\n', at + 10) - at - 10);
  const auto ends = [&](const std::string& where) {
    return sound.substr(0, at) + "startxref\n" + where + "\n%%EOF\n";
  };
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const std::string trailer = "trailer\n<< /Size 9 /Root 4 0 R >>\nstartxref\n" + table_at;
  return {
      file("the table before is the table itself", with_code,
           page_with("", "", "/Prev " + table_at)),
      file("a table of streams that is the table itself", with_code,
           page_with("", "", "/XRefStm " + table_at)),
      file("a table at the end of all numbers", with_code, ends("9223372036854775807")),
      file("a table before the beginning", with_code, ends("-5")),
      file("a table that is its own address", with_code, ends(std::to_string(at))),
      file("two thousand million objects", with_code, page_with("", "", "/Size 2147483647")),
      file("a section of two thousand million", with_code,
           with_table("xref\n0 2147483647\n0000000000 65535 f \n" + trailer)),
      file("a section that begins before zero", with_code, with_table("xref\n-9 9\n" + trailer)),
      file("all objects at the same place", with_code,
           with_table("xref\n0 9\n" + repeated("0000000009 00000 n \n", 9) + trailer)),
      file("fields of eight bytes", "file_unreadable",
           with_table("9 0 obj\n<< /Type /XRef /W [8 8 8] /Index [0 2147483647] /Size 2147483647 "
                      "/Root 4 0 R /Length 24 >>\nstream\n" +
                      std::string(24, '\xff') + "\nendstream\nendobj\nstartxref\n" + table_at)),
      file("no table", "file_unreadable", with_table("")),
  };
}

Files references() {
  constexpr std::string_view kind = "objects that contain themselves";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const std::string pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
  const auto page = [](const std::string& entries) {
    return "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 90 90] " + entries + " >>";
  };
  const std::string own_length = "<< /Length 4 0 R >>\nstream\nq Q\nendstream";
  const std::string own_objects =
      "<< /Type /ObjStm /N 1 /First 4 /Extends 4 0 R /Length 9 >>\nstream\n4 0 4 0 R\nendstream";
  return {
      file("a stream that is its own length", without_code,
           tree({pages, page("/Contents 4 0 R"), own_length})),
      file("a page that is its own content", without_code, tree({pages, page("/Contents 3 0 R")})),
      file("contents that are their own list", without_code,
           tree({pages, page("/Contents 4 0 R"), "[4 0 R 4 0 R]"})),
      file("resources that are their own fonts", without_code,
           tree({pages, page("/Resources 4 0 R"), "<< /Font 4 0 R /XObject 4 0 R >>"})),
      file("a stream of objects that holds and extends itself", without_code,
           tree({pages, page("/Contents 4 0 R"), own_objects})),
      file("an object that is a reference to itself", "file_unreadable", tree({"2 0 R"}, "2 0 R")),
      file("500,000 arrays in one another", without_code,
           tree({pages, page("/Contents " + repeated("[", 500'000))})),
      file("500,000 dictionaries in one another", without_code,
           tree({pages, page("/Contents " + repeated("<< /A ", 500'000))})),
      file("500,000 arrays in one another in the content", without_code,
           one_page(repeated("[", 500'000))),
      file("a name of 4 MB", without_code,
           tree({pages, page("/" + std::string(4'000'000, 'n') + " 1")})),
      file("a string that never ends", without_code,
           tree({pages, page("/Title (" + noise(100'000))})),
      file("a million saved states", "file_too_large_inside", one_page(repeated("q ", 1'000'000))),
  };
}

}  // namespace

Files hostile_structures() {
  Files all = page_trees();
  all.push_back(ten_thousand_pages());
  append(all, tables());
  append(all, references());
  return all;
}

}  // namespace ticketing::delivery::reading::hostile
