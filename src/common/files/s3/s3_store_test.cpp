// The file port on S3: always on a server of the test's own, and, where versitygw was built
// (tools/install-infra-tools), on that with its certificates.
#include "common/files/s3/s3_store.hpp"

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>

#include "common/base/exceptions.hpp"
#include "fixtures/file_store_contract.hpp"
#include "fixtures/project.hpp"
#include "fixtures/test_server.hpp"
#include "servers/certificates.hpp"
#include "servers/child_process.hpp"

namespace ticketing::files {
namespace {

namespace fs = std::filesystem;

const S3Credentials credentials{.access_key = "access", .secret_key = "secret of the tests"};

// What S3 answers, as far as the store asks. Fails as often as it is told, first.
class SmallS3 {
 public:
  SmallS3() : server_(routes(), settings()) {}
  std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  std::atomic<int> failures = 0;
  std::atomic<int> status = 503;
  std::atomic<int> asked = 0;

 private:
  using Answer = Task<Result<http::Response>>;
  static http::ServerSettings settings() {
    http::ServerSettings settings;
    for (limits::ShareLimits* limit :
         {&settings.limits.upload_bytes, &settings.limits.answer_bytes})
      *limit = {};
    return settings;
  }
  static http::Response error(int status, const std::string& code) {
    http::Response response{.status = status, .headers = {}, .body = {}};
    response.body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>";
    return response;
  }
  http::Routes routes() {
    http::Routes all;
    for (const char* path : {"/bucket/files/:a", "/bucket/files/:a/:b", "/bucket/files/:a/:b/:c"}) {
      all.push_back({"GET", path, [this](const http::Request& r) { return answer(*this, r); }});
      all.push_back({"DELETE", path, [this](const http::Request& r) { return answer(*this, r); }});
      all.push_back(
          {"PUT", path,
           http::taking(
               {.media_types = {"application/octet-stream"}, .bytes_max = file_bytes_max},
               http::Endpoint([this](const http::Request& r) { return answer(*this, r); }))});
    }
    return all;
  }
  static Answer answer(SmallS3& s3, const http::Request& request) {
    ++s3.asked;
    if (!request.headers.find("authorization") || !request.headers.find("x-amz-content-sha256"))
      co_return error(403, "AccessDenied");
    if (s3.failures-- > 0) co_return error(s3.status, "SlowDown");
    if (request.method == "PUT") {
      s3.objects_[request.path] = request.body;
      co_return http::Response{.status = 200};
    }
    if (request.method == "DELETE") {
      s3.objects_.erase(request.path);
      co_return http::Response{.status = 204};
    }
    const auto found = s3.objects_.find(request.path);
    if (found == s3.objects_.end()) co_return error(404, "NoSuchKey");
    co_return http::Response{.status = 200, .headers = {}, .body = found->second};
  }

  std::map<std::string, std::string> objects_;
  http::RunningServer server_;
};

class SmallS3Files final : public TestStores {
 public:
  std::unique_ptr<Store> open() override {
    return open_s3(clock_, timers_,
                   {.host = s3_.host(),
                    .bucket = "bucket",
                    .prefix = "",
                    .credentials = credentials,
                    .is_encrypted = false},
                   "files", "");
  }
  SmallS3& server() { return s3_; }

 private:
  SystemClock clock_;
  SystemTimers timers_;
  SmallS3 s3_;
};

INSTANTIATE_TEST_SUITE_P(SmallServer, FileStoreContract,
                         testing::Values(TestStoresMaker{
                             "small",
                             [](const Executor&) { return std::make_unique<SmallS3Files>(); }}),
                         [](const auto& info) { return info.param.name; });

class S3StoreTest : public testing::Test {
 protected:
  asio::io_context io_;
  SmallS3Files files_;
  std::unique_ptr<Store> store_ = files_.open();
};

TEST_F(S3StoreTest, TriesAgainWhatMayPass) {
  files_.server().failures = 2;
  run_task(io_, store_->put("a", "x"));
  files_.server().failures = 1;
  EXPECT_EQ(run_task(io_, store_->get("a", 10))->bytes, "x");
}

TEST_F(S3StoreTest, GivesUpAfterSomeAttempts) {
  files_.server().failures = 100;
  EXPECT_THROW(run_task(io_, store_->put("a", "x")), Unavailable);
  EXPECT_LE(files_.server().asked, 4);
}

TEST_F(S3StoreTest, DoesNotTryAgainWhatIsRefused) {
  files_.server().failures = 100;
  files_.server().status = 403;
  EXPECT_THROW(run_task(io_, store_->get("a", 10)), Unavailable);
  EXPECT_EQ(files_.server().asked, 1);
  files_.server().status = 404;
  EXPECT_THROW(run_task(io_, store_->get("a", 10)), Unavailable) << "no bucket is no missing file";
}

std::string versity_program() { return fixtures::project_folder() / "build/tools/bin/versitygw"; }

// A gateway of versitygw over a folder, with a certificate of the test's own authority.
class Versity {
 public:
  Versity() : folder_(servers::make_temporary_folder("s3")), port_(servers::free_port()) {
    fs::create_directories(folder_ / "store/bucket");
    fs::create_directories(folder_ / "meta");
    const auto issued = authority_.issue("IP:127.0.0.1,DNS:localhost");
    const std::string log = folder_ / "versity.log";
    child_.start(
        {.arguments = {versity_program(), "--port", "127.0.0.1:" + std::to_string(port_),
                       "--access", credentials.access_key, "--secret", credentials.secret_key,
                       "--cert", issued.certificate, "--key", issued.key, "posix", "--sidecar",
                       folder_ / "meta", folder_ / "store"},
         .output_file = log});
    servers::wait_for_port(child_, port_, log, std::chrono::seconds{30});
  }
  ~Versity() {
    child_.kill();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string authority() const { return authority_.file(); }

 private:
  fs::path folder_;
  servers::CertificateAuthority authority_;
  std::uint16_t port_;
  servers::ChildProcess child_;
};

class VersityFiles final : public TestStores {
 public:
  std::unique_ptr<Store> open() override { return open(server_.authority(), credentials); }
  std::string authority() const { return server_.authority(); }
  std::unique_ptr<Store> open(const std::string& ca_file, const S3Credentials& keys) {
    return open_s3(
        clock_, timers_,
        {.host = server_.host(), .bucket = "bucket", .prefix = "of/shop/", .credentials = keys},
        "files", ca_file);
  }

 private:
  SystemClock clock_;
  SystemTimers timers_;
  Versity server_;
};

bool has_versity() {
  if (fs::exists(versity_program())) return true;
  std::puts("DID NOT RUN: S3 on versitygw, which tools/install-infra-tools builds with Go");
  return false;
}

std::vector<TestStoresMaker> versity_stores() {
  if (!has_versity()) return {};
  return {{"versity", [](const Executor&) { return std::make_unique<VersityFiles>(); }}};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FileStoreContract);
INSTANTIATE_TEST_SUITE_P(Versity, FileStoreContract, testing::ValuesIn(versity_stores()),
                         [](const auto& info) { return info.param.name; });

TEST(S3OnVersity, NeedsTheKeysAndTheAuthority) {
  if (!has_versity()) GTEST_SKIP();
  asio::io_context io;
  VersityFiles files;
  const auto right = files.open();
  run_task(io, right->put("a", "x"));
  EXPECT_THROW(run_task(io, files.open("", credentials)->get("a", 10)), Unavailable);
  const S3Credentials wrong{.access_key = credentials.access_key, .secret_key = "another"};
  EXPECT_THROW(run_task(io, files.open(files.authority(), wrong)->get("a", 10)), Unavailable);
  EXPECT_EQ(run_task(io, right->get("a", 10))->bytes, "x");
}

}  // namespace
}  // namespace ticketing::files
