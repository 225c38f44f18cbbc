// Connections over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "http/certificate.h"
#include "http/test_server.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Tls : public testing::Test {
 protected:
  Tls() { make_certificate(dir_ / "cert.pem", dir_ / "key.pem"); }
  http::ServerOptions options() const { return {.certificate_file = dir_ / "cert.pem", .key_file = dir_ / "key.pem"}; }
  Error error_of_files(const std::string& certificate, const std::string& key) const {
    return error_of([&] {
      TestServer({.certificate_file = certificate.empty() ? "" : (dir_ / certificate).string(),
                  .key_file = key.empty() ? "" : (dir_ / key).string()});
    });
  }

  TempDir dir_;
};

TEST_F(Tls, RequestsAreAnswered) {
  const TestServer server(options());
  EXPECT_THAT(server.server().url(), StartsWith("https://127.0.0.1:"));
  const auto client = tls_client(server.port());
  EXPECT_EQ(client->ask(get("/quick")).body, "quick");
  EXPECT_EQ(client->ask(post("/echo", std::string(300'000, 'a'))).body, std::string(300'000, 'a'));
  EXPECT_EQ(client->ask(get("/big")).body.size(), kBigBytes);
}

TEST_F(Tls, AnEndIsAnEnd) {
  const TestServer server(options());
  const auto client = tls_client(server.port());
  EXPECT_EQ(client->ask(post("/echo", "a", "Connection: close\r\n")).body, "a");
  EXPECT_TRUE(client->is_ended());
}

TEST_F(Tls, ARefusalReachesAClientThatKeepsSending) {
  http::ServerOptions small = options();
  small.most_body_bytes = 1'000;
  const TestServer server(small);
  const auto client = tls_client(server.port());
  client->send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n");
  for (int i = 0; i < 30; ++i) client->send(std::string(10'000, 'a'));
  EXPECT_EQ(client->read().status, 413);
}

TEST_F(Tls, AClientThatGoesAwayFreesItsPlace) {
  TestServer server(options());
  const auto client = tls_client(server.port());
  client->send(post("/hold", "{}"));
  ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == 1; }));
  client->close();
  EXPECT_TRUE(comes_true([&] { return server.server().n_waiting() == 0; }));
  EXPECT_EQ(server.n_stopped(), 1);
}

TEST_F(Tls, AFailedOrSlowHandshakeHarmsNobody) {
  http::ServerOptions hasty = options();
  hasty.idle = 500ms;
  const TestServer server(hasty);
  Client plain = server.client(), silent = server.client();
  plain.send(get("/quick"));
  EXPECT_EQ(tls_client(server.port())->ask(get("/quick")).body, "quick");
  EXPECT_EQ(plain.read().status, 0);
  EXPECT_TRUE(silent.is_ended());
}

TEST_F(Tls, OldVersionsAreRefused) {
  const TestServer server(options());
  EXPECT_FALSE(tls_client(server.port(), TLS1_1_VERSION)->send(get("/quick")));
  EXPECT_EQ(tls_client(server.port(), TLS1_2_VERSION)->ask(get("/quick")).body, "quick");
}

TEST_F(Tls, OneFileIsNotEnough) {
  EXPECT_EQ(error_of_files("cert.pem", "").code(), ErrorCode::usage);
  EXPECT_EQ(error_of_files("", "key.pem").code(), ErrorCode::usage);
}

TEST_F(Tls, MissingAndWrongFilesAreNamed) {
  const Error missing = error_of_files("none.pem", "key.pem");
  EXPECT_EQ(missing.code(), ErrorCode::missing_input);
  EXPECT_THAT(missing.what(), HasSubstr("none.pem"));
  EXPECT_EQ(error_of_files("cert.pem", "none.pem").code(), ErrorCode::missing_input);
  const Error no_certificate = error_of_files("key.pem", "key.pem");
  EXPECT_EQ(no_certificate.code(), ErrorCode::bad_data);
  EXPECT_THAT(no_certificate.what(), HasSubstr("key.pem: this is no certificate"));
  const Error no_key = error_of_files("cert.pem", "cert.pem");
  EXPECT_EQ(no_key.code(), ErrorCode::bad_data);
  EXPECT_THAT(no_key.what(), HasSubstr("cert.pem: this is no private key"));
}

TEST_F(Tls, AKeyOfAnotherCertificateIsNamed) {
  make_certificate(dir_ / "other.pem", dir_ / "other-key.pem");
  const Error error = error_of_files("cert.pem", "other-key.pem");
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("other-key.pem: this key does not belong to the certificate"));
}

TEST_F(Tls, AKeyWithAPasswordIsRefusedWithoutAsking) {
  make_certificate(dir_ / "other.pem", dir_ / "locked.pem", "secret");
  EXPECT_THAT(error_of_files("other.pem", "locked.pem").what(), HasSubstr("without a password"));
}

}  // namespace
}  // namespace partwise::internal::test
