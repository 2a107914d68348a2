#include "common/http/request_rules.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "fixtures/project.hpp"

namespace ticketing::http {
namespace {

TEST(ReadTarget, SplitsPathAndDecodedQuery) {
  Request request;
  ASSERT_FALSE(read_target("/api/a%20b?status=in+stock&&cursor=%2F%3D&empty=&bare&x=1=2", request));
  EXPECT_EQ(request.path, "/api/a%20b");
  using Params = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(
      request.query,
      (Params{
          {"status", "in stock"}, {"cursor", "/="}, {"empty", ""}, {"bare", ""}, {"x", "1=2"}}));
}

TEST(ReadTarget, TakesTheAbsoluteFormAndItsHost) {
  Request request;
  request.headers.add("Host", "other");
  ASSERT_FALSE(read_target("HTTP://topics.example:81?q=1", request));
  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.query_param("q"), "1");
  EXPECT_EQ(request.headers.find("host"), "topics.example:81");
}

TEST(ReadTarget, RefusesWhatIsMalformed) {
  for (const char* target : {"*", "example.com:443", "http:///x", "/?a=%", "/?a=%zz", "/?%00=1",
                             "/?a=%ff", "/?a=%ed%a0%80"}) {
    Request request;
    const auto fault = read_target(target, request);
    ASSERT_TRUE(fault) << target;
    EXPECT_EQ(fault->kind, ErrorKind::invalid) << target;
  }
}

struct SiteCase {
  const char* method;
  const char* site;    // Sec-Fetch-Site
  const char* origin;  // Origin
  const char* host;
  bool https;
  bool allowed;
};

TEST(CheckSameSite, RefusesUnsafeRequestsOfOtherSites) {
  const SiteCase cases[] = {
      {"POST", nullptr, nullptr, "a.example", false, true},
      {"POST", "same-origin", nullptr, "a.example", false, true},
      {"POST", "same-origin", "http://evil.example", "a.example", false, true},
      {"POST", "none", nullptr, "a.example", false, true},
      {"POST", "same-site", nullptr, "a.example", false, false},
      {"POST", "cross-site", nullptr, "a.example", false, false},
      {"POST", "cross-site", "http://a.example", "a.example", false, false},
      {"POST", "", nullptr, "a.example", false, false},
      {"GET", "cross-site", "http://evil.example", "a.example", false, true},
      {"HEAD", "cross-site", nullptr, "a.example", false, true},
      {"PUT", nullptr, "http://a.example", "a.example", false, true},
      {"PUT", nullptr, "http://A.example:80", "a.EXAMPLE", false, true},
      {"PUT", nullptr, "https://a.example", "a.example:443", false, true},
      {"DELETE", nullptr, "http://a.example:8080", "a.example:8080", false, true},
      {"DELETE", nullptr, "http://a.example:8080", "a.example", false, false},
      {"DELETE", nullptr, "http://a.example.evil", "a.example", false, false},
      {"DELETE", nullptr, "http://evil.example", "a.example", false, false},
      {"DELETE", nullptr, "null", "a.example", false, false},
      {"DELETE", nullptr, "", "", false, false},
      {"DELETE", nullptr, "http://", "", false, false},
      {"DELETE", nullptr, "ftp://a.example", "a.example", false, false},
      {"MADEUP", nullptr, "http://evil.example", "a.example", false, false},
      {"POST", nullptr, "https://a.example", "a.example", true, true},
      {"POST", nullptr, "http://a.example", "a.example", true, false},
  };
  for (const SiteCase& c : cases) {
    Request request;
    request.method = c.method;
    if (c.site) request.headers.add("Sec-Fetch-Site", c.site);
    if (c.origin) request.headers.add("Origin", c.origin);
    const auto fault = check_same_site(request, c.host, c.https);
    EXPECT_EQ(!fault, c.allowed) << c.method << ' ' << (c.site ? c.site : "-") << ' '
                                 << (c.origin ? c.origin : "-") << ' ' << c.host;
    if (fault) {
      EXPECT_EQ(fault->kind, ErrorKind::forbidden);
      EXPECT_EQ(fault->slug, "cross_site_request");
    }
  }
}

TEST(CheckMediaType, TakesJsonOnly) {
  const auto taken = [](const char* type, const char* coding = nullptr) {
    Request request;
    if (type) request.headers.add("Content-Type", type);
    if (coding) request.headers.add("Content-Encoding", coding);
    return !check_media_type(request);
  };
  EXPECT_TRUE(taken("application/json"));
  EXPECT_TRUE(taken("Application/JSON ; charset=utf-8"));
  EXPECT_TRUE(taken("application/json", "identity"));
  EXPECT_FALSE(taken(nullptr));
  EXPECT_FALSE(taken(""));
  EXPECT_FALSE(taken("text/plain"));
  EXPECT_FALSE(taken("application/jsonp"));
  EXPECT_FALSE(taken("text/plain; application/json"));
  EXPECT_FALSE(taken("application/x-www-form-urlencoded"));
  EXPECT_FALSE(taken("application/json", "gzip"));
}

TEST(CheckMediaType, RefusesTwoTypes) {
  Request request;
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Content-Type", "text/plain");
  EXPECT_TRUE(check_media_type(request));
}

TEST(PrivateAddress, IsWhereAProxyOfOursWouldBe) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255",
                              "192.168.0.9", "::1", "fc00::1", "fdff::1", "fe80::1", "febf::1"}) {
    EXPECT_TRUE(is_private_address(address)) << address;
  }
  for (const char* address : {"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "11.0.0.1",
                              "2001:db8::1", "fec0::1", "", "localhost"}) {
    EXPECT_FALSE(is_private_address(address)) << address;
  }
}

TEST(CallerAddress, IsTheEntryThatTheOutermostTrustedProxyWrote) {
  Headers headers;
  headers.add("X-Forwarded-For", "6.6.6.6, 203.0.113.7");
  headers.add("X-Forwarded-For", " 2001:DB8::1 ,nonsense");
  EXPECT_EQ(caller_address(headers, "10.0.0.1", 0), "10.0.0.1");
  EXPECT_EQ(caller_address(headers, "10.0.0.1", 1), "10.0.0.1");
  EXPECT_EQ(caller_address(headers, "10.0.0.1", 2), "2001:db8::1");
  EXPECT_EQ(caller_address(headers, "10.0.0.1", 3), "203.0.113.7");
  EXPECT_EQ(caller_address(headers, "10.0.0.1", 5), "10.0.0.1");
  EXPECT_EQ(caller_address({}, "10.0.0.1", 1), "10.0.0.1");
}

// The client's server is tested with the same cases.
TEST(ForwardedAddress, IsReadWithAndWithoutAPort) {
  const auto all =
      boost::json::parse(fixtures::read_file_of_project("tests/cases/forwarded-addresses.json"));
  for (const auto& one : all.at("cases").as_array()) {
    const std::string entry(one.at("entry").as_string());
    const auto& wanted = one.at("address");
    const auto address = read_forwarded_address(entry);
    EXPECT_EQ(address.has_value(), wanted.is_string()) << entry;
    if (address && wanted.is_string()) {
      EXPECT_EQ(*address, wanted.as_string()) << entry;
    }
  }
}

TEST(PublicHost, IsWhatATrustedProxySays) {
  Headers headers;
  headers.add("Host", "inner:3000");
  EXPECT_EQ(public_host(headers, 1), "inner:3000");
  headers.add("X-Forwarded-Host", "topics.example");
  EXPECT_EQ(public_host(headers, 1), "topics.example");
  EXPECT_EQ(public_host(headers, 0), "inner:3000");
}

TEST(KnownMethod, BoundsTheLabels) {
  EXPECT_EQ(known_method("PATCH"), "PATCH");
  EXPECT_EQ(known_method("BREW"), "other");
  EXPECT_EQ(known_method(""), "other");
}

TEST(RequestRules, ReadForwardedAddressesWithAndWithoutAPort) {
  for (const auto& [text, address] :
       std::vector<std::pair<std::string, std::string>>{{"192.0.2.1", "192.0.2.1"},
                                                        {"192.0.2.1:4711", "192.0.2.1"},
                                                        {"2001:DB8::1", "2001:db8::1"},
                                                        {"[2001:db8::1]", "2001:db8::1"},
                                                        {"[2001:db8::1]:443", "2001:db8::1"},
                                                        {"::ffff:192.0.2.1", "192.0.2.1"},
                                                        {"[::ffff:192.0.2.1]:80", "192.0.2.1"}}) {
    EXPECT_EQ(read_forwarded_address(text), address) << text;
  }
  for (const char* text : {"", ":80", "192.0.2.1:", "192.0.2.1:http", "192.0.2.1:123456", "[::1",
                           "[::1]x", "[192.0.2.1]:80", "unknown", "_hidden", "192.0.2", "a:b"}) {
    EXPECT_EQ(read_forwarded_address(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ticketing::http
