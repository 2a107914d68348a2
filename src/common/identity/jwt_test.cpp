#include "common/identity/jwt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/text.hpp"

namespace ticketing::identity {
namespace {

const Timestamp now = from_millis(1'800'000'000'000);

Claims claims() {
  return {.user_id = "u",
          .email = "a@b.c",
          .session_id = "s",
          .token_id = "t",
          .not_before = now,
          .expires_at = now + std::chrono::minutes{15}};
}

// The middle of a token: what it says.
std::string body_of(const std::string& token) {
  const std::size_t begin = token.find('.') + 1;
  return from_base64url(token.substr(begin, token.rfind('.') - begin)).value();
}

std::string encode(std::string_view text) { return to_base64url(std::as_bytes(std::span(text))); }

TEST(Jwt, VerifiesWhatItSigned) {
  const SigningKey key("a secret of sixteen");
  TokenVerifier verifier({key.public_key()});
  const auto read = verifier.verify(key.sign(claims()), now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user_id, "u");
  EXPECT_EQ(read->email, "a@b.c");
  EXPECT_EQ(read->session_id, "s");
  EXPECT_EQ(read->expires_at, now + std::chrono::minutes{15});
}

TEST(Jwt, SaysWhetherTheAddressIsVerified) {
  const SigningKey key("a secret of sixteen");
  TokenVerifier verifier({key.public_key()});
  EXPECT_FALSE(verifier.verify(key.sign(claims()), now)->email_verified);
  Claims verified = claims();
  verified.email_verified = true;
  EXPECT_TRUE(verifier.verify(key.sign(verified), now)->email_verified);
  EXPECT_NE(body_of(key.sign(verified)).find(R"("email_verified":true)"), std::string::npos);
}

TEST(Jwt, CarriesRoles) {
  const SigningKey key("a secret of sixteen");
  TokenVerifier verifier({key.public_key()});
  EXPECT_TRUE(verifier.verify(key.sign(claims()), now)->roles.empty());
  Claims with_roles = claims();
  with_roles.roles = {"member", "operator"};
  EXPECT_EQ(verifier.verify(key.sign(with_roles), now)->roles, with_roles.roles);
}

TEST(Jwt, TheSameSecretGivesTheSameKeyAndAnotherSecretAnother) {
  EXPECT_EQ(SigningKey("one secret, long").public_key().bytes,
            SigningKey("one secret, long").public_key().bytes);
  EXPECT_NE(SigningKey("one secret, long").public_key().id(),
            SigningKey("two secret, long").public_key().id());
}

TEST(Jwt, IsValidWithinItsTimeGiveOrTakeTheLeewayAlsoWhenCached) {
  const SigningKey key("a secret of sixteen");
  TokenVerifier verifier({key.public_key()});
  const std::string token = key.sign(claims());
  EXPECT_FALSE(verifier.verify(token, now - std::chrono::seconds{31}));
  EXPECT_TRUE(verifier.verify(token, now - std::chrono::seconds{29}));
  EXPECT_TRUE(verifier.verify(token, now + std::chrono::minutes{15} + std::chrono::seconds{29}));
  EXPECT_FALSE(verifier.verify(token, now + std::chrono::minutes{15} + std::chrono::seconds{31}));
  EXPECT_FALSE(verifier.verify(token, now - std::chrono::seconds{31}));
}

TEST(Jwt, RefusesEveryOtherAlgorithmKeyAndForm) {
  const SigningKey key("a secret of sixteen");
  const SigningKey other("another secret 16");
  TokenVerifier verifier({key.public_key()});
  const std::string good = key.sign(claims());
  const std::string body = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  const std::string signature = good.substr(good.rfind('.') + 1);
  const std::string kid = key.public_key().id();

  EXPECT_FALSE(verifier.verify(other.sign(claims()), now));
  EXPECT_FALSE(verifier.verify(encode(R"({"alg":"none","typ":"JWT"})") + "." + body + ".", now));
  for (const std::string alg : {"none", "HS256", "EdDSA "}) {
    const std::string header = R"({"alg":")" + alg + R"(","typ":"JWT","kid":")" + kid + R"("})";
    EXPECT_FALSE(verifier.verify(encode(header) + "." + body + "." + signature, now)) << alg;
  }
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), std::string("a.b.c"), good + "x",
        good.substr(1), good + "." + signature, std::string(5000, 'a')}) {
    EXPECT_FALSE(verifier.verify(bad, now)) << bad;
  }
}

TEST(Jwt, DistinguishesATokenOfAnUnknownKeyFromAnInvalidOne) {
  const SigningKey key("a secret of sixteen");
  const SigningKey next("the next secret 16");
  TokenVerifier verifier({key.public_key()});
  const std::string good = key.sign(claims());
  EXPECT_TRUE(verifier.has_unknown_key(next.sign(claims())));
  EXPECT_FALSE(verifier.has_unknown_key(good));
  EXPECT_FALSE(verifier.has_unknown_key(good + "x"));
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a.b.c"), std::string(5000, 'a'),
        encode(R"({"alg":"none","typ":"JWT","kid":"x"})") + ".a.b"}) {
    EXPECT_FALSE(verifier.has_unknown_key(bad)) << bad;
  }
}

TEST(Jwt, RefusesATokenWithAnyByteChanged) {
  const SigningKey key("a secret of sixteen");
  TokenVerifier verifier({key.public_key()});
  const std::string good = key.sign(claims());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifier.verify(bad, now)) << i;
  }
}

TEST(Jwt, PublicKeysTravelAsBase64UrlAndAsAJwkSet) {
  const SigningKey key("a secret of sixteen");
  const auto parsed = PublicKey::parse(key.public_key().base64url());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->bytes, key.public_key().bytes);
  EXPECT_FALSE(PublicKey::parse("tooshort"));
  EXPECT_THAT(to_jwks({key.public_key()}), testing::HasSubstr(R"("crv":"Ed25519")"));
}

TEST(Jwt, ReadsTheJwkSetThatItWroteAndPassesOverOtherKeys) {
  const SigningKey key("a secret of sixteen");
  const auto read = parse_jwks(to_jwks({key.public_key()}));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().bytes, key.public_key().bytes);
  EXPECT_TRUE(parse_jwks(R"({"keys":[{"kty":"RSA","n":"x"}]})")->empty());
  EXPECT_FALSE(parse_jwks(R"({"keys":5})"));
  EXPECT_FALSE(parse_jwks("<html>"));
}

TEST(Jwt, AcceptsOnlyTheCurrentKeys) {
  const SigningKey key("a secret of sixteen");
  const SigningKey next("another secret 16");
  TokenVerifier verifier({key.public_key()});
  const std::string old_token = key.sign(claims());
  EXPECT_TRUE(verifier.verify(old_token, now));
  verifier.replace_keys({key.public_key(), next.public_key()});
  EXPECT_TRUE(verifier.verify(old_token, now));
  EXPECT_TRUE(verifier.verify(next.sign(claims()), now));
  verifier.replace_keys({next.public_key()});
  EXPECT_FALSE(verifier.verify(old_token, now));
}

TEST(Jwt, ASecondSecretFollowsFromTheFirst) {
  const std::string one = SigningKey("a secret of sixteen").derived_secret();
  EXPECT_EQ(one, SigningKey("a secret of sixteen").derived_secret());
  EXPECT_NE(one, SigningKey("another secret 16").derived_secret());
  EXPECT_EQ(one.size(), 43U);
}

}  // namespace
}  // namespace ticketing::identity
