#include "delivery/reading/test_pdf.hpp"

#include <fmt/format.h>
#include <zlib.h>

namespace ticketing::delivery::reading {

std::string deflated(const std::string& bytes, int level) {
  uLongf size = compressBound(bytes.size());
  std::string result(size, '\0');
  compress2(reinterpret_cast<Bytef*>(result.data()), &size,
            reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), level);
  result.resize(size);
  return result;
}

std::string with_comment(std::string pdf, const std::string& comment) {
  return pdf.insert(pdf.rfind("startxref"), "% " + comment + "\n");
}

int PdfFile::add(const std::string& object) {
  objects_.push_back(object);
  return static_cast<int>(objects_.size());
}

int PdfFile::add_stream(const std::string& entries, const std::string& bytes) {
  return add(
      fmt::format("<< {} /Length {} >>\nstream\n{}\nendstream", entries, bytes.size(), bytes));
}

void PdfFile::add_page(const std::string& content, const std::string& resources,
                       const std::string& box, const std::string& extra) {
  const int stream = add_stream("", content);
  // Its parent is what finish() adds after all pages.
  pages_.push_back(
      add(fmt::format("<< /Type /Page /Parent PARENT 0 R /MediaBox [{}] "
                      "/Resources << {} >> /Contents {} 0 R {} >>",
                      box, resources, stream, extra)));
}

std::string PdfFile::finish(const std::string& catalog, const std::string& trailer) {
  std::string kids;
  for (const int page : pages_) kids += fmt::format("{} 0 R ", page);
  const int tree = add(fmt::format("<< /Type /Pages /Kids [{}] /Count {} >>", kids, pages_.size()));
  const int root = add(fmt::format("<< /Type /Catalog /Pages {} 0 R {} >>", tree, catalog));
  std::string file = "%PDF-1.7\n", table;
  for (std::size_t at = 0; at < objects_.size(); ++at) {
    std::string object = objects_[at];
    const std::size_t parent = object.find("PARENT 0 R");
    if (parent != std::string::npos) object.replace(parent, 6, std::to_string(tree));
    table += fmt::format("{:010} 00000 n \n", file.size());
    file += fmt::format("{} 0 obj\n{}\nendobj\n", at + 1, object);
  }
  const std::size_t start = file.size();
  file +=
      fmt::format("xref\n0 {}\n0000000000 65535 f \n{}trailer\n<< /Size {} /Root {} 0 R {} >>\n",
                  objects_.size() + 1, table, objects_.size() + 1, root, trailer);
  return file + fmt::format("startxref\n{}\n%%EOF\n", start);
}

}  // namespace ticketing::delivery::reading
