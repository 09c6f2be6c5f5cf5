package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"time"
)

func tlv(tag byte, parts ...[]byte) []byte {
	var c []byte
	for _, p := range parts {
		c = append(c, p...)
	}
	n := len(c)
	var h []byte
	switch {
	case n < 128:
		h = []byte{tag, byte(n)}
	case n < 256:
		h = []byte{tag, 0x81, byte(n)}
	case n < 65536:
		h = []byte{tag, 0x82, byte(n >> 8), byte(n)}
	default:
		h = []byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}
	}
	return append(h, c...)
}

func oid(s ...int) []byte {
	b, err := asn1.Marshal(asn1.ObjectIdentifier(s))
	if err != nil {
		panic(err)
	}
	return b
}

var null = []byte{5, 0}

func integer(n int64) []byte { return bigint(big.NewInt(n)) }
func bigint(n *big.Int) []byte {
	b, err := asn1.Marshal(n)
	if err != nil {
		panic(err)
	}
	return b
}

func seq(parts ...[]byte) []byte { return tlv(0x30, parts...) }
func bits(b []byte) []byte       { return tlv(3, []byte{0}, b) }
func utf8(s string) []byte       { return tlv(12, []byte(s)) }

func attr(o []byte, s string) []byte { return tlv(0x31, seq(o, utf8(s))) }

func cn(s string) []byte  { return seq(attr(oid(2, 5, 4, 3), s)) }
func org(s string) []byte { return seq(attr(oid(2, 5, 4, 10), s)) }

// ---- keys

type key struct {
	spki []byte
	kind string
	ed   ed25519.PrivateKey
	ec   *ecdsa.PrivateKey
	n, d *big.Int
}

func edKey() *key {
	pub, priv, _ := ed25519.GenerateKey(rand.Reader)
	return &key{spki: seq(seq(oid(1, 3, 101, 112)), bits(pub)), kind: "ed", ed: priv}
}

func ecKey(c elliptic.Curve) *key {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		panic(err)
	}
	return &key{spki: spki, kind: "ec", ec: k}
}

func rsaSpki(n *big.Int, e int64) []byte {
	return seq(seq(oid(1, 2, 840, 113549, 1, 1, 1), null), bits(seq(bigint(n), integer(e))))
}

func rsaKey(size int, e int64) *key {
	for {
		p, _ := rand.Prime(rand.Reader, (size+1)/2)
		q, _ := rand.Prime(rand.Reader, size/2)
		n := new(big.Int).Mul(p, q)
		if n.BitLen() != size {
			continue
		}
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(big.NewInt(e), phi)
		if d == nil {
			if e%2 == 0 || e == 1 {
				d = one
			} else {
				continue
			}
		}
		return &key{spki: rsaSpki(n, e), kind: "rsa", n: n, d: d}
	}
}

// ---- signing

type alg struct {
	name string
	id   []byte
	kind string
	hash crypto.Hash
	pss  bool
}

func sum(h crypto.Hash, b []byte) []byte {
	switch h {
	case crypto.MD5:
		s := md5.Sum(b)
		return s[:]
	case crypto.SHA1:
		s := sha1.Sum(b)
		return s[:]
	case crypto.SHA224:
		s := sha256.Sum224(b)
		return s[:]
	case crypto.SHA256:
		s := sha256.Sum256(b)
		return s[:]
	case crypto.SHA384:
		s := sha512.Sum384(b)
		return s[:]
	case crypto.SHA512:
		s := sha512.Sum512(b)
		return s[:]
	}
	return b
}

var hashOid = map[crypto.Hash][]byte{
	crypto.MD5:    oid(1, 2, 840, 113549, 2, 5),
	crypto.SHA1:   oid(1, 3, 14, 3, 2, 26),
	crypto.SHA224: oid(2, 16, 840, 1, 101, 3, 4, 2, 4),
	crypto.SHA256: oid(2, 16, 840, 1, 101, 3, 4, 2, 1),
	crypto.SHA384: oid(2, 16, 840, 1, 101, 3, 4, 2, 2),
	crypto.SHA512: oid(2, 16, 840, 1, 101, 3, 4, 2, 3),
}

func pssId(h crypto.Hash, salt int64) []byte {
	hi := seq(hashOid[h], null)
	return seq(oid(1, 2, 840, 113549, 1, 1, 10), seq(tlv(0xa0, hi), tlv(0xa1, seq(oid(1, 2, 840, 113549, 1, 1, 8), hi)), tlv(0xa2, integer(salt))))
}

func rsaId(n int) []byte { return seq(oid(1, 2, 840, 113549, 1, 1, n), null) }
func ecId(n ...int) []byte {
	return seq(oid(append([]int{1, 2, 840, 10045, 4}, n...)...))
}

var algs = []alg{
	{"md5-rsa", rsaId(4), "rsa", crypto.MD5, false},
	{"sha1-rsa", rsaId(5), "rsa", crypto.SHA1, false},
	{"sha1-rsa-iso", seq(oid(1, 3, 14, 3, 2, 29), null), "rsa", crypto.SHA1, false},
	{"sha224-rsa", rsaId(14), "rsa", crypto.SHA224, false},
	{"sha256-rsa", rsaId(11), "rsa", crypto.SHA256, false},
	{"sha384-rsa", rsaId(12), "rsa", crypto.SHA384, false},
	{"sha512-rsa", rsaId(13), "rsa", crypto.SHA512, false},
	{"pss-sha256", pssId(crypto.SHA256, 32), "rsa", crypto.SHA256, true},
	{"pss-sha384", pssId(crypto.SHA384, 48), "rsa", crypto.SHA384, true},
	{"pss-sha512", pssId(crypto.SHA512, 64), "rsa", crypto.SHA512, true},
	{"pss-sha256-salt20", pssId(crypto.SHA256, 20), "rsa", crypto.SHA256, true},
	{"ecdsa-sha1", ecId(1), "ec", crypto.SHA1, false},
	{"ecdsa-sha224", ecId(3, 1), "ec", crypto.SHA224, false},
	{"ecdsa-sha256", ecId(3, 2), "ec", crypto.SHA256, false},
	{"ecdsa-sha384", ecId(3, 3), "ec", crypto.SHA384, false},
	{"ecdsa-sha512", ecId(3, 4), "ec", crypto.SHA512, false},
	{"ed25519", seq(oid(1, 3, 101, 112)), "ed", 0, false},
	{"ed448", seq(oid(1, 3, 101, 113)), "ed", 0, false},
	{"dsa-sha1", seq(oid(1, 2, 840, 10040, 4, 3)), "dsa", crypto.SHA1, false},
	{"dsa-sha256", seq(oid(2, 16, 840, 1, 101, 3, 4, 3, 2)), "dsa", crypto.SHA256, false},
}

func algNamed(name string) alg {
	for _, a := range algs {
		if a.name == name {
			return a
		}
	}
	panic(name)
}

func (k *key) raw(em []byte) []byte {
	s := new(big.Int).Exp(new(big.Int).SetBytes(em), k.d, k.n)
	return s.FillBytes(make([]byte, (k.n.BitLen()+7)/8))
}

func mgf(h crypto.Hash, seed []byte, n int) []byte {
	var out []byte
	for i := 0; len(out) < n; i++ {
		out = append(out, sum(h, append(append([]byte{}, seed...), byte(i>>24), byte(i>>16), byte(i>>8), byte(i)))...)
	}
	return out[:n]
}

func (k *key) pss(h crypto.Hash, digest []byte, saltLen int, bend string) []byte {
	emBits := k.n.BitLen() - 1
	emLen := (emBits + 7) / 8
	hLen := len(digest)
	if emLen < hLen+saltLen+2 {
		return make([]byte, (k.n.BitLen()+7)/8)
	}
	salt := make([]byte, saltLen)
	rand.Read(salt)
	m := append(append(make([]byte, 8), digest...), salt...)
	hh := sum(h, m)
	db := make([]byte, emLen-hLen-1)
	db[len(db)-saltLen-1] = 1
	if bend == "one" {
		db[len(db)-saltLen-1] = 2
	}
	if bend == "zeros" && len(db) > saltLen+2 {
		db[len(db)-saltLen-2] = 1
	}
	copy(db[len(db)-saltLen:], salt)
	for i, b := range mgf(h, hh, len(db)) {
		db[i] ^= b
	}
	top := byte(0xff >> (8*emLen - emBits))
	db[0] &= top
	if bend == "top" && top != 0xff {
		db[0] |= ^top & 0x80 >> 0
	}
	em := append(append(db, hh...), 0xbc)
	if bend == "end" {
		em[len(em)-1] = 0xbd
	}
	return k.raw(em)
}

var prefixes = map[crypto.Hash][]byte{}

func pkcs1Info(h crypto.Hash, digest []byte) []byte {
	return seq(seq(hashOid[h], null), tlv(4, digest))
}

func (k *key) sign(a alg, tbs []byte) []byte {
	digest := sum(a.hash, tbs)
	switch k.kind {
	case "ed":
		return ed25519.Sign(k.ed, tbs)
	case "ec":
		s, err := ecdsa.SignASN1(rand.Reader, k.ec, digest)
		if err != nil {
			panic(err)
		}
		return s
	case "rsa":
		if a.hash == 0 {
			digest = sum(crypto.SHA256, tbs)
			a.hash = crypto.SHA256
		}
		if a.pss {
			salt := len(digest)
			if a.name == "pss-sha256-salt20" {
				salt = 20
			}
			return k.pss(a.hash, digest, salt, "")
		}
		t := pkcs1Info(a.hash, digest)
		size := (k.n.BitLen() + 7) / 8
		em := make([]byte, size)
		if size < len(t)+11 {
			return em
		}
		em[1] = 1
		for i := 2; i < size-len(t)-1; i++ {
			em[i] = 0xff
		}
		copy(em[size-len(t):], t)
		return k.raw(em)
	}
	return []byte("nothing")
}

// ---- extensions

func ext(o []byte, critical bool, value []byte) []byte {
	var c []byte
	if critical {
		c = []byte{1, 1, 0xff}
	}
	return seq(o, c, tlv(4, value))
}

func bc(ca bool, pathLen int) []byte {
	var c, p []byte
	if ca {
		c = []byte{1, 1, 0xff}
	}
	if pathLen >= 0 {
		p = integer(int64(pathLen))
	}
	return ext(oid(2, 5, 29, 19), true, seq(c, p))
}

// ku takes bits as x509.KeyUsage.
func ku(u int) []byte {
	var b [2]byte
	for i := 0; i < 9; i++ {
		if u&(1<<i) != 0 {
			b[i/8] |= 0x80 >> (i % 8)
		}
	}
	n := 1
	if b[1] != 0 {
		n = 2
	}
	return ext(oid(2, 5, 29, 15), true, tlv(3, []byte{0}, b[:n]))
}

func eku(ids ...[]byte) []byte { return ext(oid(2, 5, 29, 37), false, seq(ids...)) }

var (
	serverAuth = oid(1, 3, 6, 1, 5, 5, 7, 3, 1)
	clientAuth = oid(1, 3, 6, 1, 5, 5, 7, 3, 2)
	anyUsage   = oid(2, 5, 29, 37, 0)
	netscape   = oid(2, 16, 840, 1, 113730, 4, 1)
	msGated    = oid(1, 3, 6, 1, 4, 1, 311, 10, 3, 3)
	emailUsage = oid(1, 3, 6, 1, 5, 5, 7, 3, 4)
	oddUsage   = oid(1, 2, 3, 4, 5)
)

func skid(b string) []byte { return ext(oid(2, 5, 29, 14), false, tlv(4, []byte(b))) }
func akid(b string) []byte { return ext(oid(2, 5, 29, 35), false, seq(tlv(0x80, []byte(b)))) }

func dns(s string) []byte    { return tlv(0x82, []byte(s)) }
func mail(s string) []byte   { return tlv(0x81, []byte(s)) }
func uriN(s string) []byte   { return tlv(0x86, []byte(s)) }
func ipN(b ...byte) []byte   { return tlv(0x87, b) }
func dirN(s string) []byte   { return tlv(0xa4, cn(s)) }
func san(n ...[]byte) []byte { return ext(oid(2, 5, 29, 17), false, seq(n...)) }

func nc(critical bool, permitted, excluded [][]byte) []byte {
	var parts [][]byte
	wrap := func(tag byte, l [][]byte) {
		if l == nil {
			return
		}
		var s [][]byte
		for _, n := range l {
			s = append(s, seq(n))
		}
		parts = append(parts, tlv(tag, s...))
	}
	wrap(0xa0, permitted)
	wrap(0xa1, excluded)
	return ext(oid(2, 5, 29, 30), critical, seq(parts...))
}

func policies(ids ...[]byte) []byte {
	var l [][]byte
	for _, i := range ids {
		l = append(l, seq(i))
	}
	return ext(oid(2, 5, 29, 32), false, seq(l...))
}

func mappings(pairs ...[]byte) []byte {
	var l [][]byte
	for i := 0; i+1 < len(pairs); i += 2 {
		l = append(l, seq(pairs[i], pairs[i+1]))
	}
	return ext(oid(2, 5, 29, 33), true, seq(l...))
}

func small(tag byte, n int) []byte { return tlv(tag, []byte{byte(n)}) }

func policyConstraints(explicit, mapping int) []byte {
	var e, m []byte
	if explicit >= 0 {
		e = small(0x80, explicit)
	}
	if mapping >= 0 {
		m = small(0x81, mapping)
	}
	return ext(oid(2, 5, 29, 36), true, seq(e, m))
}

func inhibitAny(n int) []byte { return ext(oid(2, 5, 29, 54), true, integer(int64(n))) }

func unknownCritical() []byte { return ext(oid(1, 2, 3, 4), true, []byte{5, 0}) }

// ---- certificates

type spec struct {
	version         int // 0: 3
	serial          int64
	issuer, subject []byte
	before, after   []byte
	key             *key // the subject's
	exts            [][]byte
	alg             string
	signer          *key
	bend            func([]byte) []byte // of the signature
}

func utc(t time.Time) []byte { return tlv(23, []byte(t.UTC().Format("060102150405Z"))) }
func gen(t time.Time) []byte { return tlv(24, []byte(t.UTC().Format("20060102150405Z"))) }

func (s spec) der() []byte {
	if s.alg == "" {
		switch s.signer.kind {
		case "ed":
			s.alg = "ed25519"
		case "ec":
			s.alg = "ecdsa-sha256"
		default:
			s.alg = "sha256-rsa"
		}
	}
	a := algNamed(s.alg)
	if s.before == nil {
		s.before = utc(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	if s.after == nil {
		s.after = utc(time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	if s.serial == 0 {
		nextSerial++
		s.serial = nextSerial
	}
	var version, exts []byte
	switch s.version {
	case 0:
		version = tlv(0xa0, integer(2))
	case 2:
		version = tlv(0xa0, integer(1))
	}
	if len(s.exts) > 0 {
		exts = tlv(0xa3, seq(s.exts...))
	}
	tbs := seq(version, integer(s.serial), a.id, s.issuer, seq(s.before, s.after), s.subject, s.key.spki, exts)
	sig := s.signer.sign(a, tbs)
	if s.bend != nil {
		sig = s.bend(sig)
	}
	return seq(tbs, a.id, bits(sig))
}

var nextSerial int64
