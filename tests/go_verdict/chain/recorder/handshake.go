package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	_ "unsafe"
)

//go:linkname verifyHandshakeSignature crypto/tls.verifyHandshakeSignature
func verifyHandshakeSignature(sigType uint8, pubkey crypto.PublicKey, hashFunc crypto.Hash, signed, sig []byte) error

//go:linkname typeAndHash crypto/tls.typeAndHashFromSignatureScheme
func typeAndHash(s tls.SignatureScheme) (uint8, crypto.Hash, error)

//go:linkname schemesFor crypto/tls.signatureSchemesForPublicKey
func schemesFor(version uint16, pub crypto.PublicKey) []tls.SignatureScheme

//go:linkname supported crypto/tls.supportedSignatureAlgorithms
func supported(minVers uint16) []tls.SignatureScheme

func newInt(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
func rev(b []byte)             { slices.Reverse(b) }

// firstPart is the element that a certificate begins with.
func firstPart(der []byte) []byte {
	in := der[4:]
	if der[1] < 0x80 {
		in = der[2:]
	} else if der[1] == 0x81 {
		in = der[3:]
	}
	n, h := int(in[1]), 2
	if in[1] == 0x81 {
		n, h = int(in[2]), 3
	} else if in[1] == 0x82 {
		n, h = int(in[2])<<8|int(in[3]), 4
	}
	return in[:h+n]
}

func handshakes() {
	type holder struct {
		k *key
		n int
	}
	var hs []holder
	ks := []*key{ecKey(elliptic.P224()), ecKey(elliptic.P256()), ecKey(elliptic.P384()), ecKey(elliptic.P521()), edKey(), rsaKey(768, 65537), rsaKey(1024, 65537), rsaKey(1025, 65537), rsaKey(2048, 65537),
		{spki: seq(seq(oid(1, 2, 840, 10040, 4, 1), seq(integer(23), integer(11), integer(2))), bits(integer(8))), kind: "dsa"}}
	for _, k := range ks {
		l := leafOf(rootN, rootK, feed)
		l.key = k
		hs = append(hs, holder{k, cert(l)})
	}
	signed := []byte("                                what the server signs")
	var rows []string
	schemes := []tls.SignatureScheme{0x0201, 0x0203, 0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809, 0x0402, 0x0000, 0xffff}
	for _, h := range hs {
		pub := T.parsed[h.n].PublicKey
		for _, s := range schemes {
			_, hash, err := typeAndHash(s)
			var sig []byte
			if err == nil {
				switch h.k.kind {
				case "ed":
					sig = ed25519.Sign(h.k.ed, signed)
				default:
					a := alg{hash: hash, kind: h.k.kind, pss: s>>8 == 8}
					if hash == 0 || s == 0x0807 {
						a.hash = crypto.SHA256
					}
					sig = h.k.sign(a, signed)
				}
			}
			bad := append([]byte{}, sig...)
			if len(bad) > 8 {
				bad[len(bad)-3] ^= 1
			}
			for _, sg := range [][]byte{sig, bad} {
				row := []string{fmt.Sprint(h.n), fmt.Sprintf("%04x", uint16(s)), base64.StdEncoding.EncodeToString(sg)}
				for _, proto := range []string{"13", "12-rsa", "12-ecdsa"} {
					err := judge(proto, pub, s, signed, sg)
					v := "ok"
					if err != nil {
						v = err.Error()
					}
					row = append(row, v)
				}
				rows = append(rows, strings.Join(row, "\t"))
			}
		}
	}
	os.WriteFile("handshakes.tsv", []byte(base64.StdEncoding.EncodeToString(signed)+"\n"+strings.Join(rows, "\n")+"\n"), 0o644)
	fmt.Println(len(rows), "handshakes")
	_ = ecdsa.PublicKey{}
	_ = rsa.PublicKey{}
}

// judge is what readServerCertificate and processServerKeyExchange do around the signature.
func judge(proto string, pub crypto.PublicKey, s tls.SignatureScheme, signed, sig []byte) error {
	if proto == "13" {
		if !slices.Contains(supported(tls.VersionTLS13), s) || !slices.Contains(schemesFor(tls.VersionTLS13, pub), s) {
			return errors.New("tls: certificate used with invalid signature algorithm")
		}
	} else if !slices.Contains(supported(tls.VersionTLS12), s) {
		return errors.New("tls: certificate used with invalid signature algorithm")
	}
	t, h, err := typeAndHash(s)
	if err != nil {
		return err
	}
	if proto != "13" {
		isRSA := t == 225 || t == 226
		if isRSA != (proto == "12-rsa") {
			return errors.New("tls: invalid ServerKeyExchange message")
		}
	}
	if err := verifyHandshakeSignature(t, pub, h, signed, sig); err != nil {
		return errors.New("tls: invalid signature by the server certificate: " + err.Error())
	}
	return nil
}
