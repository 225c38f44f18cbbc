// Certificates for tests.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace partwise::internal::test {

/// Writes a certificate that signs itself, and its private key, both as PEM. The key gets the password if there is one.
inline void make_certificate(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file,
                             const std::string& password = "") {
  using File = std::unique_ptr<FILE, int (*)(FILE*)>;
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  PEM_write_X509(File(std::fopen(certificate_file.c_str(), "w"), std::fclose).get(), certificate.get());
  PEM_write_PrivateKey(File(std::fopen(key_file.c_str(), "w"), std::fclose).get(), key.get(),
                       password.empty() ? nullptr : EVP_aes_256_cbc(), nullptr, 0, nullptr,
                       password.empty() ? nullptr : const_cast<char*>(password.c_str()));
}

}  // namespace partwise::internal::test
