#!/bin/sh
# Writes entries.jsonl and presented.jsonl anew, with fresh keys, into a scratch folder. Wants Go, OpenSSL 3 and patch.
#
# `loadKeyPair` is the engine's, copied. The server of the handshakes is that of Go with tls.patch, which lets it ask for
# any schemes, types and authorities; the client is untouched.
set -e
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$(mktemp -d)}
mkdir -p "$out/k" "$out/crypto/tls"
cp "$here"/*.go "$here"/go.* "$out"
tls=$(go env GOROOT)/src/crypto/tls
cp "$tls/handshake_server.go" "$tls/handshake_server_tls13.go" "$out/crypto/tls"
cd "$out"
patch -s -p0 < "$here/tls.patch"
printf '{"Replace": {"%s": "%s", "%s": "%s"}}' \
  "$tls/handshake_server.go" "$out/crypto/tls/handshake_server.go" \
  "$tls/handshake_server_tls13.go" "$out/crypto/tls/handshake_server_tls13.go" > overlay.json
(
  cd k
  for bits in 512 768 1024 1025 1536 2048; do openssl genrsa -traditional -out rsa$bits.pem $bits; done
  openssl genrsa -traditional -primes 3 -out rsa3p.pem 2048
  openssl genrsa -traditional -3 -out rsae3.pem 1024
  for curve in secp224r1 prime256v1 secp384r1 secp521r1 secp256k1; do openssl ecparam -name $curve -genkey -noout -out $curve.pem; done
  for kind in ed25519 ed448 x25519; do openssl genpkey -algorithm $kind -out $kind.pem; done
  openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out rsapss.pem
  openssl dsaparam -genkey 1024 | openssl dsa -out dsa.pem
  openssl ec -in prime256v1.pem -param_enc explicit -out p256explicit.pem
  openssl ec -in prime256v1.pem -conv_form compressed -out p256compressed.pem
  openssl ec -in prime256v1.pem -no_public -out p256nopublic.pem
  openssl pkey -in p256explicit.pem -ec_param_enc explicit -out p256explicit8.pem
  for key in *.pem; do [ $key = x25519.pem ] || openssl req -x509 -new -key $key -subj "/CN=${key%.pem}" -days 3000 -out ${key%.pem}.crt; done
) > /dev/null 2>&1
mv crypto patched && sed -i "s#$out/crypto#$out/patched#g" overlay.json
GOFLAGS=-mod=mod go build -overlay overlay.json -o recorder .
./recorder
echo "written to $out"
