// Files whose contents are a trap: drawings, bombs, fonts, actions.
#include <fmt/format.h>

#include "delivery/reading/test_hostile_parts.hpp"
#include "delivery/reading/test_pdf.hpp"

namespace ticketing::delivery::reading::hostile {
namespace {

// A page that draws the stream, which is its only resource.
std::string page_of_stream(const std::string& entries, const std::string& bytes,
                           const std::string& content = "298 0 0 420 0 0 cm /X Do\n") {
  PdfFile file;
  const int stream = file.add_stream(entries, bytes);
  file.add_page(content, fmt::format("/XObject << /X {} 0 R >>", stream));
  return file.finish();
}

// A page that draws form number 1 of `count`; each form draws what `content` of its number says.
template <class Content>
std::string forms(int count, Content content, const std::string& entries = "") {
  PdfFile file;
  std::string names;
  for (int form = 1; form <= count; ++form) names += fmt::format("/F{} {} 0 R ", form, form);
  for (int form = 1; form <= count; ++form) {
    file.add_stream(fmt::format("/Type /XObject /Subtype /Form /BBox [0 0 298 420] {} /Resources "
                                "<< /XObject << {} >> >>",
                                entries, names),
                    content(form));
  }
  file.add_page("/F1 Do\n", fmt::format("/XObject << {} >>", names));
  return file.finish();
}

std::string pattern_page(const std::string& entries, const std::string& content) {
  PdfFile file;
  const int pattern = file.next();
  file.add_stream(fmt::format("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 {} "
                              "/Resources << /Pattern << /P {} 0 R >> >>",
                              entries, pattern),
                  content);
  file.add_page("/Pattern cs /P scn 0 0 298 420 re f\n",
                fmt::format("/Pattern << /P {} 0 R >>", pattern));
  return file.finish();
}

std::string glyph_that_shows_itself() {
  PdfFile file;
  const int glyph = file.next(), font = glyph + 1;
  file.add_stream(fmt::format("/Resources << /Font << /F {} 0 R >> >>", font),
                  "1000 0 d0 BT /F 1 Tf (a) Tj (a) Tj ET\n");
  file.add(
      fmt::format("<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 "
                  "0] /CharProcs << /a {} 0 R >> /Encoding << /Differences [97 /a] >> "
                  "/FirstChar 97 /LastChar 97 /Widths [1] /Resources << /Font << /F {} 0 R >> "
                  ">> >>",
                  glyph, font));
  file.add_page("BT /F 20 Tf (aaaa) Tj ET\n", fmt::format("/Font << /F {} 0 R >>", font));
  return file.finish();
}

std::string mask_of_itself() {
  PdfFile file;
  const int group = file.next(), state = group + 1;
  file.add_stream(fmt::format("/Type /XObject /Subtype /Form /BBox [0 0 298 420] /Group << /S "
                              "/Transparency /CS /DeviceGray >> /Resources << /ExtGState << /G {} "
                              "0 R >> >>",
                              state),
                  "/G gs 0 0 200 200 re f\n");
  file.add(fmt::format("<< /Type /ExtGState /SMask << /S /Luminosity /G {} 0 R >> >>", group));
  file.add_page("/G gs 0 0 298 420 re f\n", fmt::format("/ExtGState << /G {} 0 R >>", state));
  return file.finish();
}

Files nested() {
  constexpr std::string_view kind = "drawings inside drawings";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const auto next = [](int of, std::size_t times) {
    return [=](int form) { return repeated(fmt::format("/F{} Do ", form % of + 1), times); };
  };
  const std::string tiles = "/BBox [0 0 9 9] /XStep 9 /YStep 9";
  return {
      file("a form that draws itself", without_code, forms(1, next(1, 1))),
      file("two forms that draw each other, ten times", without_code, forms(2, next(2, 10))),
      file("ten levels of ten forms", "reading_timed_out",
           forms(10, [&](int form) { return form == 10 ? "0 0 9 9 re f" : next(10, 10)(form); })),
      file("200 groups of transparency in one another", without_code + " or reading_timed_out",
           forms(
               200, [&](int form) { return form == 200 ? "" : next(200, 1)(form); },
               "/Group << /S /Transparency /I true >>")),
      file("a pattern that is painted with itself", without_code,
           pattern_page(tiles, "/Pattern cs /P scn 0 0 9 9 re f\n")),
      file("a pattern of ten thousand million tiles", "reading_timed_out",
           pattern_page("/BBox [0 0 9 9] /XStep 0.001 /YStep 0.001", "0 0 1 1 re f\n")),
      file("a glyph that shows itself", without_code, glyph_that_shows_itself()),
      file("a mask that is masked by itself", "file_unreadable", mask_of_itself()),
  };
}

Files paint() {
  constexpr std::string_view kind = "drawings that take long";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const std::string lines = repeated("0 0 m 298 420 l 298 0 l 0 420 l S\n", 100'000);
  const std::string shading =
      "<< /Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1e9 0 1e9] /Function "
      "<< /FunctionType 2 /Domain [0 1] /N 0.0001 >> >> >>";
  return {
      file("dashes thinner than an atom", "reading_timed_out",
           one_page("[0.00001 0.00001] 0 d " + repeated("0 0 m 298 420 l S\n", 1'000))),
      file("200,000 lines", "reading_timed_out", one_page(lines)),
      file("a line as wide as the sea", without_code, one_page("1e30 w 0 0 m 1e30 1e30 l S\n")),
      file("100,000 clips", "file_too_large_inside",
           one_page(repeated("0 0 m 298 420 l 298 0 l h W n\n", 100'000) + drawn_code())),
      file("200,000 curves in one path",
           std::string("file_too_large_inside") + " or reading_timed_out",
           one_page("0 0 m " + repeated("0 420 298 420 298 0 c\n", 150'000) + "f*\n")),
      file("numbers beyond all numbers", without_code,
           one_page("1e308 1e308 1e308 1e308 1e308 1e308 cm 1e308 0 m 1e999 1e308 l S\n")),
      file("a shade over a million miles", without_code,
           one_page("/S sh\n", shading.substr(3, shading.size() - 6))),
      file("4 MB of noise as content", without_code, one_page(noise(4'000'000))),
  };
}

Files packed() {
  constexpr std::string_view kind = "little that unpacks to much";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const auto content = [](const std::string& filter, const std::string& bytes) {
    PdfFile pdf;
    const int stream = pdf.add_stream("/Filter " + filter, bytes);
    pdf.add_page("", "", "0 0 298 420", fmt::format("/Contents {} 0 R", stream));
    return pdf.finish();
  };
  const std::string flate = "/FlateDecode";
  const std::string once = zeros(4'000), twice = deflated(once);
  const std::string states = bomb(repeated("q ", std::size_t{1} << 19), 2'000);
  const std::string hundred = "[" + repeated(flate + " ", 100) + "]";
  const std::string columns =
      "/FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 32 >>";
  return {
      file("4 GB of nothing", "reading_timed_out", content(flate, once)),
      file("4 GB of nothing, packed twice", "reading_timed_out",
           content("[" + flate + flate + "]", twice)),
      file("1,000 million saved states", "file_too_large_inside", content(flate, states)),
      file("a hundred times packed", without_code, content(hundred, once)),
      file("rows of two thousand million columns", without_code + " or reading_timed_out",
           content(columns, zeros(100))),
      file("runs of the same byte", "reading_timed_out",
           content("[/RunLengthDecode /RunLengthDecode]", repeated("\x81\x81", 2'000'000))),
      file("LZW of noise", without_code, content("/LZWDecode", noise(4'000'000))),
      file("an unknown filter", without_code, content("/Bomb", once.substr(0, 1'000))),
      file("a stream of 2 GB objects", with_code,
           page_with("", "", "") + "% " + once.substr(0, 4'000'000)),
  };
}

std::string image_entries(const std::string& width, const std::string& height,
                          const std::string& more) {
  return fmt::format("/Type /XObject /Subtype /Image /Width {} /Height {} {}", width, height, more);
}

Files pictures_in_pdf() {
  constexpr std::string_view kind = "pictures in a PDF that are larger than they are";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const std::string grey = "/ColorSpace /DeviceGray /BitsPerComponent 8";
  const std::string bits = "/ColorSpace /DeviceGray /BitsPerComponent 1";
  const auto image = [](const std::string& side, const std::string& more,
                        const std::string& bytes) {
    return page_of_stream(image_entries(side, side, more), bytes);
  };
  // A fast machine is through with the empty picture in time.
  const std::string long_or_empty = without_code + " or reading_timed_out";
  PdfFile tiled;
  const int shared =
      tiled.add_stream(image_entries("3000", "3000", grey + " /Filter /FlateDecode"), zeros(9));
  tiled.add_page(repeated("q 298 0 0 420 0 0 cm /X Do Q\n", 2'000),
                 fmt::format("/XObject << /X {} 0 R >>", shared));
  return {
      file("60,000 × 60,000 of grey", "reading_timed_out",
           image("60000", grey + " /Filter /FlateDecode", zeros(3'500))),
      file("60,000 × 60,000 of bits", "reading_timed_out",
           image("60000", bits + " /Filter /FlateDecode", zeros(450))),
      file("60,000 × 60,000 without a pixel", long_or_empty, image("60000", grey, "")),
      file("2,147,483,647 × 2,147,483,647", without_code, image("2147483647", grey, "x")),
      file("-1 × -1", without_code, image("-1", grey, "x")),
      file("60,000 × 60,000 as JPEG 2000", long_or_empty,
           image("60000", "/Filter /JPXDecode",
                 std::string("\xff\x4f\xff\x51\0\x2f\0\0\0\0\xea\x60\0\0\xea\x60", 16) +
                     noise(2'000))),
      file("60,000 × 60,000 as JBIG2", long_or_empty,
           image("60000", bits + " /Filter /JBIG2Decode",
                 std::string("\0\0\0\0\x30\0\x01\0\0\0\x13\0\0\xea\x60\0\0\xea\x60", 19) +
                     noise(2'000))),
      file("a fax of 2,147,483,647 columns", long_or_empty,
           image("60000",
                 bits + " /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 2147483647 /Rows "
                        "2147483647 >>",
                 noise(2'000))),
      file("a picture that is its own mask", without_code,
           page_of_stream(image_entries("9", "9", grey + " /SMask 1 0 R /Mask 1 0 R"),
                          std::string(81, 'x'))),
      file("one picture 2,000 times", "reading_timed_out", tiled.finish()),
      file("60,000 × 60,000 inside the content", long_or_empty,
           one_page("q 298 0 0 420 0 0 cm BI /W 60000 /H 60000 /CS /G /BPC 8 ID x\nEI Q\n")),
  };
}

Files boxes() {
  constexpr std::string_view kind = "pages that no paper has";
  const auto file = [&](std::string name, std::string outcome, const std::string& box,
                        const std::string& extra = "") {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome),
                       one_page(drawn_code(), "", box, extra)};
  };
  return {
      file("a thousand million points a side", "file_too_large_inside",
           "0 0 1000000000 1000000000"),
      file("a point too many", "file_too_large_inside", "0 0 14401 10"),
      file("as large as may be", with_code, "0 0 14400 14400"),
      file("of no size", with_code, "0 0 0 0"),
      file("from right to left", with_code, "298 420 0 0"),
      file("of words", with_code, "(a) (b) (c) (d)"),
      file("of more than all numbers", with_code, "0 0 1e999 1e999"),
      file("as thin as a hair", without_code, "0 0 14400 0.0001"),
      file("a unit of a mile", with_code, "0 0 298 420", "/UserUnit 1000000"),
      file("turned by 45 degrees", with_code, "0 0 298 420", "/Rotate 45"),
      file("cut to what is not there", without_code, "0 0 298 420",
           "/CropBox [9000 9000 9001 9001]"),
  };
}

Files active() {
  constexpr std::string_view kind = "scripts, actions, attachments, addresses of other files";
  const auto file = [&](std::string name, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, with_code, std::move(bytes)};
  };
  const std::string script = "<< /S /JavaScript /JS (while \\(true\\) app.alert\\(1\\);) >>";
  const std::string launch = "<< /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c calc) >> >>";
  const auto opens = [](const std::string& action) { return page_with("/OpenAction " + action); };
  const std::string link = "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 298 420] /A {} >>]";
  PdfFile outside;
  const int stream = outside.add_stream("/F (/etc/passwd) /FFilter /FlateDecode", "");
  const int image = outside.add_stream(
      image_entries(
          "9", "9",
          "/ColorSpace /DeviceGray /BitsPerComponent 8 /F << /FS /URL /F (http://127.0.0.1/) >>"),
      "");
  const int reference = outside.add_stream(
      "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (/etc/passwd) /Page 0 >>", "");
  outside.add_page(
      drawn_code() + "/I Do /R Do /S Do\n",
      fmt::format("/XObject << /S {} 0 R /I {} 0 R /R {} 0 R >>", stream, image, reference));
  return {
      file("a script at the opening", opens(script)),
      file("a program at the opening", opens(launch)),
      file("an address at the opening", opens("<< /S /URI /URI (http://127.0.0.1:22/) >>")),
      file("a form that sends itself", opens("<< /S /SubmitForm /F (http://127.0.0.1/) >>")),
      file("a document on another machine",
           opens("<< /S /GoToR /F (\\\\\\\\host\\\\share) /D [0] >>")),
      file("an action that is its own next",
           page_with("/OpenAction 9 0 R") +
               "9 0 obj\n<< /S /Named /N /Print /Next 9 0 R >>\nendobj\n"),
      file("scripts by name",
           page_with("/Names << /JavaScript << /Names [(a) " + script + "] >> >>")),
      file("a script of the page", page_with("", "/AA << /O " + script + " /C " + launch + " >>")),
      file("a link over the whole page", page_with("", fmt::format(fmt::runtime(link), launch))),
      file("a file inside", page_with("/Names << /EmbeddedFiles << /Names [(a.exe) << /Type "
                                      "/Filespec /F (a.exe) >>] >> >>")),
      file("a form with calculations",
           page_with("/AcroForm << /NeedAppearances true /Fields [] /CO [] /XFA "
                     "(<xdp:xdp><script>1</script></xdp:xdp>) >>")),
      file("a film and a sound", page_with("",
                                           "/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 "
                                           "0 9 9] >> << /Subtype /Sound /Rect [0 0 9 9] >>]")),
      file("parts in other files", outside.finish()),
  };
}

Files encrypted() {
  constexpr std::string_view kind = "encrypted";
  const auto file = [&](std::string name, std::string outcome, const std::string& entries) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome),
                       page_with("", "", "/ID [(a) (a)] /Encrypt << " + entries + " >>")};
  };
  const std::string bytes = repeated("41", 32), longer = repeated("41", 48);
  return {
      file("by a password of 40 bits", "file_encrypted",
           fmt::format("/Filter /Standard /V 1 /R 2 /O <{}> /U <{}> /P -4", bytes, bytes)),
      file("by a password of 128 bits", "file_encrypted",
           fmt::format("/Filter /Standard /V 2 /R 3 /Length 128 /O <{}> /U <{}> /P -4", bytes,
                       bytes)),
      file("by a password of 256 bits", "file_encrypted",
           fmt::format("/Filter /Standard /V 5 /R 6 /Length 256 /O <{0}> /U <{0}> /OE <{1}> /UE "
                       "<{1}> /Perms <{1}> /P -4 /CF << /StdCF << /CFM /AESV3 /Length 32 >> >> "
                       "/StmF /StdCF /StrF /StdCF",
                       longer, bytes)),
      file("by an unknown method", "file_encrypted", "/Filter /Secret /V 9 /R 9"),
      file("by nothing", with_code, "/Filter /Standard"),
  };
}

std::string font_page(const std::string& kind, const std::string& key, const std::string& entries,
                      const std::string& bytes) {
  PdfFile file;
  const int program = file.add_stream(entries, bytes);
  const int descriptor = file.add(fmt::format(
      "<< /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 0 1000 1000] /{} {} 0 R >>", key,
      program));
  const int font =
      file.add(fmt::format("<< /Type /Font /Subtype /{} /BaseFont /F /FirstChar 0 /LastChar 255 "
                           "/FontDescriptor {} 0 R /ToUnicode {} 0 R >>",
                           kind, descriptor, program));
  file.add_page(drawn_code() + "BT /F 900 Tf (" + repeated("abc", 10'000) + ") Tj ET\n",
                fmt::format("/Font << /F {} 0 R >>", font));
  return file.finish();
}

Files fonts() {
  constexpr std::string_view kind = "fonts";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::pdf, std::move(outcome), std::move(bytes)};
  };
  const std::string true_type = std::string("\0\x01\0\0\xff\xff\0\0\0\0\0\0", 12);
  const std::string endless = "%!PS-AdobeFont-1.0: F\n/CharStrings 999999999 dict dup begin\n" +
                              repeated("/a 9999999 RD ", 200'000);
  return {
      file("4 MB of noise as TrueType", with_code,
           font_page("TrueType", "FontFile2", "", true_type + noise(4'000'000))),
      file("65,535 tables in no room", with_code,
           font_page("TrueType", "FontFile2", "", true_type)),
      file("4 GB of nothing as TrueType", "file_too_large_inside",
           font_page("TrueType", "FontFile2", "/Filter /FlateDecode", zeros(4'000))),
      file("Type 1 with a thousand million glyphs", with_code,
           font_page("Type1", "FontFile", "/Length1 9999999 /Length2 -1 /Length3 0", endless)),
      file("noise as CFF", with_code,
           font_page("Type1", "FontFile3", "/Subtype /Type1C",
                     std::string("\x01\0\x04\x04", 4) + noise(1'000'000))),
      file("noise as OpenType", with_code,
           font_page("TrueType", "FontFile3", "/Subtype /OpenType", "OTTO" + noise(1'000'000))),
  };
}

}  // namespace

Files hostile_drawings() {
  Files all = nested();
  for (const auto& more : {paint, packed, pictures_in_pdf, boxes, active, encrypted, fonts})
    append(all, more());
  return all;
}

}  // namespace ticketing::delivery::reading::hostile
