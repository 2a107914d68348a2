// Searches the whole repository for words in wrong places; shows of each rule that it can fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "architecture/source_rules.hpp"
#include "servers/child_process.hpp"
#include "servers/services.hpp"

namespace ticketing::architecture {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Documents name the services in sentences and pictures; pages have their names in paths.
bool is_looked_at(const fs::path& path) {
  static constexpr std::array kinds{".cpp", ".hpp",  ".txt", ".cmake",     ".py",   ".sh",
                                    ".yml", ".yaml", ".ts",  ".json",      ".conf", ".template",
                                    ".mjs", ".env",  "",     ".Dockerfile"};
  return std::ranges::count(kinds, path.extension().string()) > 0;
}

std::vector<SourceFile> files_in(const std::vector<std::string>& places) {
  std::vector<SourceFile> files;
  const fs::path root = servers::project_folder();
  const auto add = [&](const fs::path& path) {
    if (!fs::is_regular_file(path) || !is_looked_at(path)) return;
    files.push_back({fs::relative(path, root).string(), read(path)});
  };
  for (const std::string& place : places) {
    if (!fs::is_directory(root / place)) add(root / place);
    for (auto at = fs::is_directory(root / place) ? fs::recursive_directory_iterator(root / place)
                                                  : fs::recursive_directory_iterator();
         at != fs::recursive_directory_iterator(); ++at) {
      if (at->path().filename() == "node_modules" || at->path().filename() == "build") {
        at.disable_recursion_pending();
      } else {
        add(at->path());
      }
    }
  }
  return files;
}

std::vector<SourceFile> all_files() {
  return files_in({".ci", ".github", "bench", "cmake", "infra", "packages", "src", "tests", "tools",
                   "CMakeLists.txt", "compose.yaml", "run", "skaffold.yaml", "test"});
}

std::string faults_of(Faults (*rule)(const SourceFile&), const std::vector<SourceFile>& files) {
  std::string all;
  for (const SourceFile& file : files) {
    for (const std::string& fault : rule(file)) all += fault + "\n";
  }
  return all;
}

TEST(Words, ServicesAreListedInOnePlace) {
  const auto files = all_files();
  EXPECT_GT(files.size(), 300U);
  EXPECT_EQ(faults_of(check_service_lists, files), "");
}

TEST(Words, TheCommonRoomsAreIndependentOfTheDomain) {
  EXPECT_EQ(faults_of(check_domain_words, files_in({"src/common"})), "");
}

TEST(Words, TheOneProcessMakesEveryServiceOfTheList) {
  const auto files = files_in({"src/ticketing/marketplace.cpp"});
  ASSERT_EQ(files.size(), 1U);
  for (const std::string& name : servers::service_names()) {
    EXPECT_THAT(files[0].text, HasSubstr(name + "::make_service("));
  }
}

Faults lists_in(const std::string& text) { return check_service_lists({"tools/x", text}); }

TEST(Rules, RefuseASecondListOfServices) {
  for (const char* list :
       {"services=(auth tickets orders expiration payments)",
        "for name in payments orders tickets auth; do",
        R"({"auth", "tickets",\n   "orders",\n   "payments"})",
        "up{job=~\"auth|tickets|orders|expiration\"}",
        "- { name: auth, port: 1 }\n- { name: tickets, port: 2 }\n- { name: orders, port: 3 }\n"
        "- { name: payments, port: 4 }",
        "- image: ticketing/auth\n  args: { SERVICE: auth }\n- image: ticketing/tickets\n"
        "  args: { SERVICE: tickets }\n- image: ticketing/orders\n  args: { SERVICE: orders }\n"
        "- image: ticketing/expiration"}) {
    EXPECT_THAT(lists_in(list), ElementsAre(HasSubstr("src/services.json"))) << list;
  }
  EXPECT_THAT(lists_in("auth tickets orders"), IsEmpty());
  EXPECT_THAT(lists_in("/api/auth /api/tickets /api/orders /api/payments"), IsEmpty());
  EXPECT_THAT(lists_in("my_auth tickets_of reorders orders_by expirations"), IsEmpty());
}

TEST(Rules, RefuseAListBesideWhatWasWritten) {
  const std::string list = "auth tickets orders expiration payments\n";
  EXPECT_THAT(lists_in("# Written by infra/generate.py from x; edit that.\n" + list), IsEmpty());
  const std::string part = "  # from src/services.json: names\n" + list + "  # end of names\n";
  EXPECT_THAT(lists_in(part + "more\n"), IsEmpty());
  EXPECT_THAT(lists_in(part + list), ElementsAre(HasSubstr("lists the services")));
}

Faults words_in(const std::string& line) { return check_domain_words({"src/common/x.hpp", line}); }

TEST(Rules, RefuseWordsOfTheDomainInCommonRooms) {
  for (const char* line :
       {"// of a ticket", "class TicketList;", "int ticket_id;", "\"orders\"", "struct Order {",
        "\"order.created\"", "insert(order_id)", "// the buyer's", "// a sale", "\"payment.>\"",
        "CREATE TABLE seats (", "status=sold", "find_seat_"}) {
    EXPECT_THAT(words_in(line), ElementsAre(HasSubstr("src/common/x.hpp:1 says"))) << line;
  }
  for (const char* line :
       {"namespace ticketing {", "#include <ticketing/x.hpp>", "// in the order of their ids",
        "SELECT id FROM t ORDER BY id", "std::memory_order_acquire", "jobs_in_order",
        "order.push_back(id)", "wholesale", "seating"}) {
    EXPECT_THAT(words_in(line), IsEmpty()) << line;
  }
  EXPECT_THAT(check_domain_words({"src/orders/order.hpp", "// of a ticket"}), IsEmpty());
}

}  // namespace
}  // namespace ticketing::architecture
