package main

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"math/big"
	mrand "math/rand"
	"os"
	"strconv"
	"strings"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/pbkdf2"
	"golang.org/x/crypto/scrypt"
)

// ---- copied from internal/tls/type.go
func getKeyPair(cert []byte, keyType string, keyBytes []byte) (tls.Certificate, error) {
	return tls.X509KeyPair(cert, pem.EncodeToMemory(&pem.Block{Type: keyType, Bytes: keyBytes}))
}

func loadKeyPair(cert, key []byte, password string) (tls.Certificate, error) {
	keyPem, _ := pem.Decode(key)
	if keyPem == nil {
		return tls.Certificate{}, errors.New("failed to decode private key")
	}
	var err error
	if x509.IsEncryptedPEMBlock(keyPem) {
		if password == "" {
			return tls.Certificate{}, errors.New("missing password for PKCS#1 encrypted private key")
		}
		var decryptedKey []byte
		if decryptedKey, err = x509.DecryptPEMBlock(keyPem, []byte(password)); err != nil {
			return tls.Certificate{}, fmt.Errorf("failed to parse encrypted PKCS#1 private key: %s", err)
		}
		validKey := false
		if _, err = x509.ParsePKCS1PrivateKey(decryptedKey); err == nil {
			validKey = true
		}
		if _, err = x509.ParsePKCS8PrivateKey(decryptedKey); err == nil {
			validKey = true
		}
		if _, err := x509.ParseECPrivateKey(decryptedKey); err == nil {
			validKey = true
		}
		if !validKey {
			return tls.Certificate{}, fmt.Errorf("failed to decrypt PKCS#1 key: %s", x509.IncorrectPasswordError)
		}
		return getKeyPair(cert, keyPem.Type, decryptedKey)
	} else if keyPem.Type == "ENCRYPTED PRIVATE KEY" {
		if password == "" {
			return tls.Certificate{}, errors.New("missing password for PKCS#8 encrypted private key")
		}
		var decryptedKey *rsa.PrivateKey
		if decryptedKey, err = pkcs8.ParsePKCS8PrivateKeyRSA(keyPem.Bytes, []byte(password)); err != nil {
			return tls.Certificate{}, fmt.Errorf("failed to parse encrypted PKCS#8 private key: %s", err)
		}
		return getKeyPair(cert, keyPem.Type, x509.MarshalPKCS1PrivateKey(decryptedKey))
	}
	return tls.X509KeyPair(cert, key)
}

// ----

type Part struct {
	L string   `json:"l,omitempty"` // label
	B string   `json:"b,omitempty"` // blob
	X [][2]int `json:"x,omitempty"` // offset, xor
	C *int     `json:"c,omitempty"` // cut to this length
	A string   `json:"a,omitempty"` // hex added at the end
	H []string `json:"h,omitempty"` // headers
	R *string  `json:"r,omitempty"` // raw text instead
}

// A lone certificate is told by its blob.
type Text []Part

func (t Text) MarshalJSON() ([]byte, error) {
	if len(t) == 1 && t[0].L == "CERTIFICATE" && t[0].X == nil && t[0].C == nil && t[0].A == "" && t[0].H == nil {
		return json.Marshal(t[0].B)
	}
	return json.Marshal([]Part(t))
}

type Row struct {
	N string `json:"n"`
	C Text   `json:"c"`
	K Text   `json:"k"`
	P string `json:"p,omitempty"`
	V string `json:"v"`
}

var blobs = map[string]string{}
var names = []string{}
var byText = map[string]string{}
var rows []Row

func blob(der []byte) string {
	text := base64.StdEncoding.EncodeToString(der)
	name, ok := byText[text]
	if !ok {
		name = strconv.FormatInt(int64(len(names)), 36)
		byText[text] = name
		blobs[name] = text
		names = append(names, name)
	}
	return name
}
func render(parts []Part) []byte {
	var out bytes.Buffer
	for _, p := range parts {
		if p.R != nil {
			out.WriteString(*p.R)
			continue
		}
		der, _ := base64.StdEncoding.DecodeString(blobs[p.B])
		for _, x := range p.X {
			der[x[0]] ^= byte(x[1])
		}
		if p.C != nil {
			der = der[:*p.C]
		}
		if p.A != "" {
			b, _ := hex.DecodeString(p.A)
			der = append(der, b...)
		}
		out.WriteString("-----BEGIN " + p.L + "-----\n")
		for _, h := range p.H {
			out.WriteString(h + "\n")
		}
		if len(p.H) > 0 {
			out.WriteString("\n")
		}
		s := base64.StdEncoding.EncodeToString(der)
		for len(s) > 64 {
			out.WriteString(s[:64] + "\n")
			s = s[64:]
		}
		if s != "" {
			out.WriteString(s + "\n")
		}
		out.WriteString("-----END " + p.L + "-----\n")
	}
	return out.Bytes()
}
func verdict(cert, key []byte, password string) (v string) {
	defer func() {
		if r := recover(); r != nil {
			v = fmt.Sprintf("panic: %v", r)
		}
	}()
	c, err := loadKeyPair(cert, key, password)
	if err != nil {
		return err.Error()
	}
	what := ""
	switch k := c.PrivateKey.(type) {
	case *rsa.PrivateKey:
		what = fmt.Sprintf("rsa %d", k.N.BitLen())
		if len(k.Primes) > 2 {
			return fmt.Sprintf("ok %d %s", len(c.Certificate), what)
		}
	case *ecdsa.PrivateKey:
		what = "ec " + k.Curve.Params().Name
	case ed25519.PrivateKey:
		what = "ed25519"
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(der)
	return fmt.Sprintf("ok %d %s %s", len(c.Certificate), what, hex.EncodeToString(sum[:6]))
}
func row(name string, cert, key []Part, password string) string {
	v := verdict(render(cert), render(key), password)
	rows = append(rows, Row{name, cert, key, password, v})
	return v
}
func raw(s string) Part               { return Part{R: &s} }
func block(l string, der []byte) Part { return Part{L: l, B: blob(der)} }
func one(p Part) []Part               { return []Part{p} }
func must[T any](t T, err error) T {
	if err != nil {
		panic(err)
	}
	return t
}
func der(file string) []byte {
	b := must(os.ReadFile("k/" + file))
	for {
		p, rest := pem.Decode(b)
		if p == nil {
			panic(file)
		}
		if !strings.HasSuffix(p.Type, "PARAMETERS") {
			return p.Bytes
		}
		b = rest
	}
}

var label = map[string]string{}

func cert(name string) []Part { return one(block("CERTIFICATE", der(name+".crt"))) }
func seq(parts ...[]byte) []byte {
	return tlv(0x30, bytes.Join(parts, nil))
}
func tlv(tag byte, c []byte) []byte {
	n := len(c)
	switch {
	case n < 128:
		return append([]byte{tag, byte(n)}, c...)
	case n < 256:
		return append([]byte{tag, 0x81, byte(n)}, c...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, c...)
	}
}
func num(n any) []byte { return must(asn1.Marshal(n)) }
func oid(s string) []byte {
	var o asn1.ObjectIdentifier
	for _, p := range strings.Split(s, ".") {
		var n int
		fmt.Sscan(p, &n)
		o = append(o, n)
	}
	return must(asn1.Marshal(o))
}

var null = []byte{5, 0}

type enc struct {
	kdf, prf, cipher     string
	iter                 int
	keyLen               int
	salt, iv, params     []byte // params: raw KDF parameters
	n, r, p              int
	ivRaw                []byte // raw cipher parameters
	scheme               string
	text                 []byte
	noPad, rawPRF, extra bool
}

var cipherOID = map[string]string{"3des": "1.2.840.113549.3.7", "aes128": "2.16.840.1.101.3.4.1.2", "aes192": "2.16.840.1.101.3.4.1.22", "aes256": "2.16.840.1.101.3.4.1.42",
	"gcm128": "2.16.840.1.101.3.4.1.6", "gcm192": "2.16.840.1.101.3.4.1.26", "gcm256": "2.16.840.1.101.3.4.1.46", "des": "1.3.14.3.2.7", "rc2": "1.2.840.113549.3.2", "aria": "1.2.410.200046.1.1.12", "camellia": "1.2.392.200011.61.1.1.1.4", "ecb": "2.16.840.1.101.3.4.1.1"}
var prfOID = map[string]string{"sha1": "1.2.840.113549.2.7", "sha224": "1.2.840.113549.2.8", "sha256": "1.2.840.113549.2.9", "sha384": "1.2.840.113549.2.10", "sha512": "1.2.840.113549.2.11", "md5": "1.2.840.113549.2.6", "sha512-256": "1.2.840.113549.2.13", "sm3": "1.2.156.10197.1.401.2"}

func encrypt(plain []byte, password string, e enc) []byte {
	if e.salt == nil {
		e.salt = []byte("saltsalt")
	}
	size := map[string]int{"3des": 24, "aes128": 16, "aes192": 24, "aes256": 32, "gcm128": 16, "gcm192": 24, "gcm256": 32}[e.cipher]
	bs := 16
	if e.cipher == "3des" {
		bs = 8
	}
	if size == 0 {
		size = 16
	}
	if e.iv == nil {
		e.iv = bytes.Repeat([]byte{7}, bs)
	}
	var key []byte
	var params []byte
	kdf := "1.2.840.113549.1.5.12"
	if e.kdf == "scrypt" {
		kdf = "1.3.6.1.4.1.11591.4.11"
		key, _ = scrypt.Key([]byte(password), e.salt, e.n, e.r, e.p, size)
		params = seq(tlv(4, e.salt), num(e.n), num(e.r), num(e.p))
		if e.keyLen > 0 {
			params = seq(tlv(4, e.salt), num(e.n), num(e.r), num(e.p), num(e.keyLen))
		}
	} else {
		h := map[string]func() hash.Hash{"": sha1.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New, "sha384": sha512.New384}[e.prf]
		if h == nil {
			h = sha1.New
		}
		key = pbkdf2.Key([]byte(password), e.salt, e.iter, size, h)
		list := [][]byte{tlv(4, e.salt), num(e.iter)}
		if e.keyLen > 0 {
			list = append(list, num(e.keyLen))
		}
		if e.prf != "" {
			if e.rawPRF {
				list = append(list, seq(oid(prfOID[e.prf])))
			} else {
				list = append(list, seq(oid(prfOID[e.prf]), null))
			}
		}
		params = seq(list...)
		if e.kdf != "" {
			kdf = e.kdf
		}
	}
	if e.params != nil {
		params = e.params
	}
	var text []byte
	if e.text != nil {
		text = e.text
	} else if key != nil {
		var b cipher.Block
		if e.cipher == "3des" {
			b = must(des.NewTripleDESCipher(key))
		} else {
			b = must(aes.NewCipher(key))
		}
		pad := bs - len(plain)%bs
		padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
		if e.noPad {
			padded = append(bytes.Clone(plain), make([]byte, pad%bs)...)
		}
		text = make([]byte, len(padded))
		iv := make([]byte, bs)
		copy(iv, e.iv)
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(text, padded)
	}
	ivp := tlv(4, e.iv)
	if e.ivRaw != nil {
		ivp = e.ivRaw
	}
	scheme := "1.2.840.113549.1.5.13"
	if e.scheme != "" {
		scheme = e.scheme
	}
	alg := seq(oid(scheme), seq(seq(oid(kdf), params), seq(oid(cipherOID[e.cipher]), ivp)))
	if e.extra {
		return seq(alg, tlv(4, text), num(5))
	}
	return seq(alg, tlv(4, text))
}

type rsaParts struct {
	Version             int
	N                   *big.Int
	E                   *big.Int
	D, P, Q, Dp, Dq, Qi *big.Int
}

func main() {
	mrand.Seed(1)
	keys := []string{"rsa512", "rsa768", "rsa1024", "rsa1025", "rsa1536", "rsa2048", "rsae3", "rsa3p", "secp224r1", "prime256v1", "secp384r1", "secp521r1", "secp256k1", "ed25519", "ed448", "rsapss", "dsa", "p256explicit", "p256explicit8", "p256compressed", "p256nopublic"}
	pemOf := map[string]*pem.Block{}
	for _, k := range keys {
		b := must(os.ReadFile("k/" + k + ".pem"))
		for {
			var p *pem.Block
			p, b = pem.Decode(b)
			if !strings.HasSuffix(p.Type, "PARAMETERS") {
				pemOf[k] = p
				break
			}
		}
	}
	x25519 := der("x25519.pem")
	keyOf := func(k string) Part { return block(pemOf[k].Type, pemOf[k].Bytes) }
	// A: each key with its own certificate, in each form
	for _, k := range keys {
		d := pemOf[k].Bytes
		row("own "+k, cert(k), one(keyOf(k)), "")
		row("own password unneeded "+k, cert(k), one(keyOf(k)), "x")
		for _, l := range []string{"PRIVATE KEY", "RSA PRIVATE KEY", "FOO PRIVATE KEY", "FOO  PRIVATE KEY"} {
			row("label "+l+" "+k, cert(k), one(block(l, d)), "")
		}
		if key, err := x509.ParsePKCS1PrivateKey(d); err == nil {
			row("pkcs8 "+k, cert(k), one(block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))), "")
		}
		if key, err := x509.ParseECPrivateKey(d); err == nil {
			row("pkcs8 "+k, cert(k), one(block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))), "")
		}
	}
	small := []string{"rsa512", "rsa1024", "secp224r1", "prime256v1", "secp384r1", "ed25519", "rsapss", "dsa", "ed448"}
	// F: mismatches
	for _, a := range small {
		for _, b := range small {
			if a != b {
				row("mismatch "+a+" "+b, cert(a), one(keyOf(b)), "")
			}
		}
	}
	row("mismatch same curve", cert("prime256v1"), one(block("EC PRIVATE KEY", func() []byte {
		k := must(ecdsa.GenerateKey(ec256(), rand.Reader))
		return must(x509.MarshalECPrivateKey(k))
	}())), "")
	row("mismatch rsa same size", cert("rsa1024"), one(keyOf("rsae3")), "")
	row("x25519 key", cert("ed25519"), one(block("PRIVATE KEY", x25519)), "")
	// labels
	for _, l := range []string{"PRIVATEKEY", "XPRIVATE KEY", "PRIVATE KEY ", "private key", "PUBLIC KEY", "CERTIFICATE", "EC PARAMETERS", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "ANY PRIVATE KEY", ""} {
		row("key label "+l, cert("prime256v1"), one(block(l, pemOf["prime256v1"].Bytes)), "")
		row("key label with password "+l, cert("prime256v1"), one(block(l, pemOf["prime256v1"].Bytes)), "x")
		row("cert label "+l, one(block(l, der("prime256v1.crt"))), one(keyOf("prime256v1")), "")
	}
	for _, l := range []string{"X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CERTIFICATE REQUEST", "RSA PRIVATE KEY", "XPRIVATE KEY"} {
		row("cert label "+l, one(block(l, der("prime256v1.crt"))), one(keyOf("prime256v1")), "")
	}
	c := der("prime256v1.crt")
	ck := keyOf("prime256v1")
	params := block("EC PARAMETERS", oid("1.2.840.10045.3.1.7"))
	okc := cert("prime256v1")
	row("parameters before key", okc, []Part{params, ck}, "")
	row("parameters only", okc, []Part{params}, "")
	row("parameters twice", okc, []Part{params, params}, "")
	row("cert before key", okc, []Part{okc[0], ck}, "")
	row("cert twice as key", okc, []Part{okc[0], okc[0]}, "")
	row("two keys, first counts", okc, []Part{ck, keyOf("rsa1024")}, "")
	row("two keys, first wrong", okc, []Part{keyOf("rsa1024"), ck}, "")
	row("two switched", []Part{ck, ck}, okc, "")
	row("switched", one(ck), okc, "")
	row("combined in both", []Part{okc[0], ck}, []Part{okc[0], ck}, "")
	row("combined key first", []Part{ck, okc[0]}, []Part{ck, okc[0]}, "")
	row("chain", []Part{okc[0], cert("rsa1024")[0]}, one(ck), "")
	row("chain wrong order", []Part{cert("rsa1024")[0], okc[0]}, one(ck), "")
	row("chain second broken", []Part{okc[0], {L: "CERTIFICATE", B: blob(c), C: ptr(40)}}, one(ck), "")
	row("chain first broken", []Part{{L: "CERTIFICATE", B: blob(c), C: ptr(40)}, okc[0]}, one(ck), "")
	row("chain with headers", []Part{{L: "CERTIFICATE", B: blob(c), H: []string{"A: b"}}}, one(ck), "")
	row("key with headers", okc, []Part{{L: "EC PRIVATE KEY", B: blob(pemOf["prime256v1"].Bytes), H: []string{"A: b"}}}, "")
	row("empty cert", one(raw("")), one(ck), "")
	row("empty key", okc, one(raw("")), "")
	row("both empty", one(raw("")), one(raw("")), "")
	row("garbage cert", one(raw("a")), one(ck), "")
	row("garbage key", okc, one(raw("b")), "")
	row("bom cert", []Part{raw("\ufeff"), okc[0]}, one(ck), "")
	row("bom key", okc, []Part{raw("\ufeff"), ck}, "")
	row("bom and second", []Part{raw("\ufeff"), okc[0], okc[0]}, one(ck), "")
	row("space cert", []Part{raw(" "), okc[0]}, one(ck), "")
	row("text before", []Part{raw("hello\n"), okc[0]}, []Part{raw("hello\n"), ck}, "")
	row("cut cert", one(raw("-----BEGIN CERTIFICATE-----\nMIIB\n")), one(ck), "")
	row("cert empty block", one(Part{L: "CERTIFICATE", B: blob(nil)}), one(ck), "")
	row("key empty block", okc, one(Part{L: "PRIVATE KEY", B: blob(nil)}), "")
	row("enc empty block", okc, one(Part{L: "ENCRYPTED PRIVATE KEY", B: blob(nil)}), "x")
	row("trailing data cert", []Part{{L: "CERTIFICATE", B: blob(c), A: "00"}}, one(ck), "")
	for _, k := range []string{"rsa1024", "prime256v1", "ed25519"} {
		row("trailing data key "+k, cert(k), []Part{{L: "PRIVATE KEY", B: blob(pemOf[k].Bytes), A: "00"}}, "")
	}
	row("trailing data pkcs8 rsa", cert("rsa1024"), []Part{{L: "PRIVATE KEY", B: blob(p8(pemOf["rsa1024"].Bytes)), A: "0500"}}, "")
	row("bad cert and bad key: cert first", []Part{{L: "CERTIFICATE", B: blob(c), C: ptr(40)}}, []Part{{L: "PRIVATE KEY", B: blob(pemOf["prime256v1"].Bytes), C: ptr(40)}}, "")
	row("no cert and bad key", one(raw("")), []Part{{L: "PRIVATE KEY", B: blob(pemOf["prime256v1"].Bytes), C: ptr(40)}}, "")
	row("no cert and wrong key label", one(raw("")), one(params), "")
	// B: legacy
	ecd, edd := pemOf["prime256v1"].Bytes, pemOf["ed25519"].Bytes
	type lk struct {
		n, l string
		d    []byte
	}
	for _, k := range []lk{{"prime256v1", "EC PRIVATE KEY", ecd}, {"rsa512", "RSA PRIVATE KEY", pemOf["rsa512"].Bytes}, {"ed25519", "PRIVATE KEY", edd}} {
		for _, a := range []x509.PEMCipher{x509.PEMCipherDES, x509.PEMCipher3DES, x509.PEMCipherAES128, x509.PEMCipherAES192, x509.PEMCipherAES256} {
			b := must(x509.EncryptPEMBlock(rand.Reader, k.l, k.d, []byte("secret"), a))
			p := Part{L: k.l, B: blob(b.Bytes), H: []string{"Proc-Type: 4,ENCRYPTED", "DEK-Info: " + b.Headers["DEK-Info"]}}
			for _, pw := range []string{"secret", "wrong", "", "other", "Secret"} {
				row(fmt.Sprint("legacy ", k.n, a, " ", pw), cert(k.n), one(p), pw)
			}
			q := p
			q.H = p.H[1:]
			row(fmt.Sprint("legacy no proc-type ", k.n, a), cert(k.n), one(q), "secret")
			q.H = p.H[:1]
			row(fmt.Sprint("legacy no dek-info ", k.n, a), cert(k.n), one(q), "secret")
			if a == x509.PEMCipherAES128 {
				dek := b.Headers["DEK-Info"]
				iv := dek[strings.Index(dek, ",")+1:]
				for _, h := range []string{"", "AES-128-CBC", "AES-128-CBC,", "AES-128-CBC,zz", "AES-128-CBC,0", "AES-128-CBC,00", "AES-128-CBC, " + iv, "AES-128-CBC," + iv + "00", "AES-128-CBC," + iv + "0", "AES-128-CBC," + strings.ToLower(iv), "aes-128-cbc," + iv, "CAMELLIA-128-CBC," + iv, "SEED-CBC," + iv, "AES-256-CBC," + iv, "AES-192-CBC," + iv, "DES-CBC," + iv, "DES-CBC," + iv[:16], "DES-EDE3-CBC," + iv[:16], "AES-128-CBC," + iv[1:] + "\x01", "AES-128-CBC," + iv[1:] + "~", "AES-128-CBC," + iv[:30] + "0g", "AES-128-CBC," + iv[:31] + ",", "," + iv, "AES-128-CBC ," + iv, "AES-128-GCM," + iv} {
					r := p
					r.H = []string{"Proc-Type: 4,ENCRYPTED", "DEK-Info: " + h}
					row("legacy header "+k.n+" "+h, cert(k.n), one(r), "secret")
				}
				for _, h := range [][]string{{"Dek-Info: " + dek}, {"DEK-Info:" + dek}, {"DEK-Info : " + dek}, {" DEK-Info:  " + dek + "  "}, {"DEK-Info: x", "DEK-Info: " + dek}, {"DEK-Info: " + dek, "DEK-Info: x"}} {
					r := p
					r.H = h
					row("legacy headers "+k.n+" "+h[0], cert(k.n), one(r), "secret")
				}
				for _, n := range []int{0, 8, 15, 16, 32, len(b.Bytes) - 16, len(b.Bytes) - 1} {
					r := p
					r.C = ptr(n)
					row(fmt.Sprint("legacy cut ", k.n, n), cert(k.n), one(r), "secret")
				}
				for i := 0; i < 12; i++ {
					r := p
					r.X = [][2]int{{mrand.Intn(len(b.Bytes)), 1 + mrand.Intn(255)}}
					row(fmt.Sprint("legacy flip ", k.n, i), cert(k.n), one(r), "secret")
				}
				for _, l := range []string{"ENCRYPTED PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE", "FOO", "PRIVATE KEY"} {
					r := p
					r.L = l
					row("legacy label "+k.n+l, cert(k.n), one(r), "secret")
				}
				row("legacy second "+k.n, cert(k.n), []Part{params, p}, "secret")
				row("legacy before a plain one "+k.n, cert(k.n), []Part{p, keyOf(k.n)}, "secret")
				row("legacy and another certificate "+k.n, cert("secp384r1"), one(p), "secret")
				row("legacy and no certificate "+k.n, one(raw("")), one(p), "secret")
			}
		}
	}
	bx := must(x509.EncryptPEMBlock(rand.Reader, "PRIVATE KEY", x25519, []byte("secret"), x509.PEMCipherAES128))
	row("legacy x25519", cert("ed25519"), one(Part{L: "PRIVATE KEY", B: blob(bx.Bytes), H: []string{"DEK-Info: " + bx.Headers["DEK-Info"]}}), "secret")
	bx = must(x509.EncryptPEMBlock(rand.Reader, "PRIVATE KEY", pemOf["secp256k1"].Bytes, []byte("secret"), x509.PEMCipherAES128))
	row("legacy secp256k1", cert("prime256v1"), one(Part{L: "EC PRIVATE KEY", B: blob(bx.Bytes), H: []string{"DEK-Info: " + bx.Headers["DEK-Info"]}}), "secret")
	for i := 0; i < 400; i++ { // a wrong password with right padding
		pw := fmt.Sprint("guess", i)
		b := must(x509.EncryptPEMBlock(rand.Reader, "EC PRIVATE KEY", ecd, []byte("secret"), x509.PEMCipherAES128))
		if _, err := x509.DecryptPEMBlock(&pem.Block{Headers: b.Headers, Bytes: b.Bytes}, []byte(pw)); err == nil {
			row("legacy wrong password, right padding", okc, one(Part{L: "EC PRIVATE KEY", B: blob(b.Bytes), H: []string{"DEK-Info: " + b.Headers["DEK-Info"]}}), pw)
			break
		}
	}
	// C: PBES2
	r5 := p8(pemOf["rsa512"].Bytes)
	rc := cert("rsa512")
	e8 := func(name string, c []Part, d []byte, e enc, pws ...string) Part {
		if pws == nil {
			pws = []string{"secret"}
		}
		p := block("ENCRYPTED PRIVATE KEY", encrypt(d, "secret", e))
		for _, pw := range pws {
			row("pkcs8 "+name+" "+pw, c, one(p), pw)
		}
		return p
	}
	for _, prf := range []string{"", "sha1", "sha224", "sha256", "sha384", "sha512", "md5", "sha512-256", "sm3"} {
		e8("prf "+prf, rc, r5, enc{prf: prf, cipher: "aes256", iter: 2048}, "secret", "wrong", "")
		e8("prf no null "+prf, rc, r5, enc{prf: prf, cipher: "aes128", iter: 100, rawPRF: true})
		e8("prf key length "+prf, rc, r5, enc{prf: prf, cipher: "aes256", iter: 100, keyLen: 32})
	}
	for ci := range cipherOID {
		for _, prf := range []string{"sha1", "sha256"} {
			e8("cipher "+ci+prf, rc, r5, enc{prf: prf, cipher: ci, iter: 10}, "secret", "wrong")
		}
		e8("cipher scrypt "+ci, rc, r5, enc{kdf: "scrypt", n: 16, r: 1, p: 1, cipher: ci})
	}
	for _, k := range []lk{{"prime256v1", "", p8e(ecd)}, {"ed25519", "", edd}, {"ed25519", "", x25519}, {"rsapss", "", pemOf["rsapss"].Bytes}, {"ed448", "", pemOf["ed448"].Bytes}, {"rsa512", "", pemOf["rsa512"].Bytes}, {"prime256v1", "", ecd}, {"rsa3p", "", p8(pemOf["rsa3p"].Bytes)}, {"rsa2048", "", p8(pemOf["rsa2048"].Bytes)}} {
		e8("kind "+k.n, cert(k.n), k.d, enc{prf: "sha256", cipher: "aes256", iter: 50}, "secret", "wrong")
	}
	for _, it := range []int{-5, -1, 0, 1, 2, 1000} {
		e8(fmt.Sprint("iterations ", it), rc, r5, enc{prf: "sha256", cipher: "aes128", iter: it})
	}
	for _, s := range [][3]int{{2, 1, 1}, {16, 8, 2}, {16384, 8, 1}, {1, 1, 1}, {0, 1, 1}, {-2, 1, 1}, {3, 1, 1}, {16, 0, 1}, {16, 1, 0}, {16, -1, 1}, {16, 1, -1}, {16, 1 << 15, 1 << 15}, {16, 1 << 40, 1}, {1 << 62, 8, 1}, {16, 3, 5}} {
		e8(fmt.Sprint("scrypt ", s), rc, r5, enc{kdf: "scrypt", cipher: "aes256", n: s[0], r: s[1], p: s[2], text: textFor(s, r5)})
	}
	e8("scrypt key length", rc, r5, enc{kdf: "scrypt", cipher: "aes256", n: 16, r: 1, p: 1, keyLen: 32})
	salt := tlv(4, []byte("saltsalt"))
	for i, p := range [][]byte{null, seq(), salt, seq(salt), seq(num(5), num(5)), seq(salt, salt), seq(seq(oid("1.2.3")), num(5)), seq(salt, num(5), num(5), num(5)), seq(salt, num(5), null), seq(salt, num(5), seq()), seq(salt, num(5), seq(oid("1.2.840.113549.2.9"), null, null)), seq(salt, []byte{2, 2, 0, 5}), seq(salt, []byte{2, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1}), {}, seq(tlv(4, nil), num(5)), seq(salt, num(5), seq(num(5)))} {
		e8(fmt.Sprint("kdf parameters ", i), rc, r5, enc{prf: "sha1", cipher: "aes256", iter: 5, params: p})
		e8(fmt.Sprint("scrypt parameters ", i), rc, r5, enc{kdf: "scrypt", n: 2, r: 1, p: 1, cipher: "aes256", params: p})
	}
	for i, p := range [][]byte{null, seq(), tlv(4, nil), tlv(4, make([]byte, 8)), tlv(4, make([]byte, 12)), tlv(4, make([]byte, 17)), tlv(4, make([]byte, 32)), {}, num(5), seq(tlv(4, make([]byte, 12)), num(16))} {
		for _, ci := range []string{"aes128", "3des", "gcm256"} {
			e8(fmt.Sprint("cipher parameters ", ci, i), rc, r5, enc{prf: "sha1", cipher: ci, iter: 5, ivRaw: p, text: make([]byte, 64)})
		}
	}
	for _, n := range []int{1, 7, 8, 15, 16, 17, 24, 64} {
		for _, ci := range []string{"aes128", "3des"} {
			e8(fmt.Sprint("text ", ci, n), rc, r5, enc{prf: "sha1", cipher: ci, iter: 5, text: make([]byte, n)})
		}
	}
	e8("no padding", rc, r5, enc{prf: "sha1", cipher: "aes128", iter: 5, noPad: true})
	e8("extra member", rc, r5, enc{prf: "sha1", cipher: "aes128", iter: 5, extra: true})
	for _, s := range []string{"1.2.840.113549.1.5.3", "1.2.840.113549.1.5.10", "1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.6", "1.2.840.113549.1.5.14", "2.999.5"} {
		e8("scheme "+s, rc, r5, enc{prf: "sha1", cipher: "aes128", iter: 5, scheme: s}, "secret", "")
	}
	for _, s := range []string{"1.2.840.113549.1.5.13", "2.999.2147483000", "0.5", "1.39.1"} {
		e8("kdf oid "+s, rc, r5, enc{kdf: s, prf: "sha1", cipher: "aes128", iter: 5})
	}
	base := e8("base", rc, r5, enc{prf: "sha256", cipher: "aes128", iter: 5}, "secret", "wrong", "", "Secret", "secret ")
	for i := 0; i < 112; i++ {
		for _, x := range []int{1, 0x80} {
			p := base
			p.X = [][2]int{{i, x}}
			bad := render(one(p))
			if costly(bad) {
				continue
			}
			row(fmt.Sprint("pkcs8 flip ", i, " ", x), rc, one(p), "secret")
		}
	}
	for i := 0; i < 30; i++ {
		p := base
		p.C = ptr(mrand.Intn(200))
		row(fmt.Sprint("pkcs8 cut ", *p.C), rc, one(p), "secret")
	}
	p := base
	p.A = "0500"
	row("pkcs8 trailing", rc, one(p), "secret")
	row("pkcs8 second", rc, []Part{params, base}, "secret")
	row("pkcs8 after cert", rc, []Part{rc[0], base}, "secret")
	row("pkcs8 before plain", rc, []Part{base, keyOf("rsa512")}, "secret")
	row("pkcs8 other cert", okc, one(base), "secret")
	row("pkcs8 other rsa cert", cert("rsa1024"), one(base), "secret")
	row("pkcs8 no cert", one(raw("")), one(base), "secret")
	q := base
	q.L = "PRIVATE KEY"
	row("pkcs8 encrypted under the plain label", rc, one(q), "secret")
	q = keyOf("rsa512")
	q.L = "ENCRYPTED PRIVATE KEY"
	row("plain under the encrypted label", rc, one(q), "secret")
	q = block("ENCRYPTED PRIVATE KEY", r5)
	row("plain pkcs8 under the encrypted label", rc, one(q), "secret")
	// D: mutations of plain keys
	flip := func(name string, c []Part, l string, d []byte, max int) {
		for i := 0; i < len(d) && i < max; i++ {
			x := []int{1, 2, 0x80, 0x20, 0xff, 4}[mrand.Intn(6)]
			row(fmt.Sprint("flip ", name, " ", i, " ", x), c, []Part{{L: l, B: blob(d), X: [][2]int{{i, x}}}}, "")
		}
		for i := 0; i < 12; i++ {
			n := mrand.Intn(len(d))
			row(fmt.Sprint("cut ", name, " ", n), c, []Part{{L: l, B: blob(d), C: ptr(n)}}, "")
		}
	}
	flip("sec1", okc, "EC PRIVATE KEY", ecd, 60)
	flip("pkcs8 ec", okc, "PRIVATE KEY", p8e(ecd), 75)
	flip("pkcs8 ed25519", cert("ed25519"), "PRIVATE KEY", edd, 50)
	flip("pkcs1", rc, "RSA PRIVATE KEY", pemOf["rsa512"].Bytes, 12)
	for i := 0; i < 60; i++ {
		d := pemOf["rsa512"].Bytes
		row(fmt.Sprint("flip pkcs1 at random ", i), rc, []Part{{L: "RSA PRIVATE KEY", B: blob(d), X: [][2]int{{mrand.Intn(len(d)), 1 << mrand.Intn(8)}}}}, "")
	}
	flip("pkcs8 rsa", rc, "PRIVATE KEY", r5, 30)
	flip("certificate", okc, "X", c, 0)
	for i := 0; i < 40; i++ {
		row(fmt.Sprint("flip certificate ", i), []Part{{L: "CERTIFICATE", B: blob(c), X: [][2]int{{mrand.Intn(len(c)), 1 << mrand.Intn(8)}}}}, one(ck), "")
	}
	// E: RSA numbers
	rk := must(x509.ParsePKCS1PrivateKey(pemOf["rsa512"].Bytes))
	b := func(n int64) *big.Int { return big.NewInt(n) }
	good := rsaParts{0, rk.N, b(int64(rk.E)), rk.D, rk.Primes[0], rk.Primes[1], rk.Precomputed.Dp, rk.Precomputed.Dq, rk.Precomputed.Qinv}
	cc := cert("rsa512")
	try := func(name string, change func(*rsaParts)) {
		g := good
		change(&g)
		row("rsa "+name, cc, one(block("RSA PRIVATE KEY", must(asn1.Marshal(g)))), "")
	}
	add := func(x *big.Int, y *big.Int) *big.Int { return new(big.Int).Add(x, y) }
	mul := func(x *big.Int, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }
	sub := func(x *big.Int, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }
	one_ := b(1)
	phi := mul(sub(good.P, one_), sub(good.Q, one_))
	gcd := new(big.Int).GCD(nil, nil, sub(good.P, one_), sub(good.Q, one_))
	lam := new(big.Int).Div(phi, gcd)
	try("good", func(g *rsaParts) {})
	try("version 1", func(g *rsaParts) { g.Version = 1 })
	try("version 2", func(g *rsaParts) { g.Version = 2 })
	try("version -1", func(g *rsaParts) { g.Version = -1 })
	try("swapped primes", func(g *rsaParts) { g.P, g.Q = g.Q, g.P })
	try("swapped all", func(g *rsaParts) {
		g.P, g.Q, g.Dp, g.Dq = g.Q, g.P, g.Dq, g.Dp
		g.Qi = new(big.Int).ModInverse(g.Q, g.P)
	})
	try("d by phi", func(g *rsaParts) { g.D = new(big.Int).ModInverse(g.E, phi) })
	try("d by lambda", func(g *rsaParts) { g.D = new(big.Int).ModInverse(g.E, lam) })
	try("d plus lambda", func(g *rsaParts) { g.D = add(g.D, lam) })
	try("d plus phi twice", func(g *rsaParts) { g.D = add(g.D, mul(phi, b(2))) })
	try("d plus one", func(g *rsaParts) { g.D = add(g.D, one_) })
	for _, e := range []int64{-3, 0, 1, 2, 3, 4, 65536, 65535, 1<<31 - 1, 1 << 31, 1<<31 + 1, 1 << 40} {
		try(fmt.Sprint("exponent ", e), func(g *rsaParts) { g.E = b(e) })
	}
	try("exponent 9 bytes", func(g *rsaParts) { g.E = new(big.Int).Lsh(one_, 65) })
	for i, f := range []func(*rsaParts) **big.Int{func(g *rsaParts) **big.Int { return &g.N }, func(g *rsaParts) **big.Int { return &g.D }, func(g *rsaParts) **big.Int { return &g.P }, func(g *rsaParts) **big.Int { return &g.Q }, func(g *rsaParts) **big.Int { return &g.Dp }, func(g *rsaParts) **big.Int { return &g.Dq }, func(g *rsaParts) **big.Int { return &g.Qi }} {
		for _, v := range []*big.Int{b(0), b(-1), b(1), b(2), b(3), b(4), nil} {
			try(fmt.Sprint("number ", i, " ", v), func(g *rsaParts) {
				p := f(g)
				if v == nil {
					*p = add(*p, b(2))
				} else {
					*p = v
				}
			})
		}
		try(fmt.Sprint("number negated ", i), func(g *rsaParts) { p := f(g); *p = new(big.Int).Neg(*p) })
	}
	try("qinv plus p", func(g *rsaParts) { g.Qi = add(g.Qi, g.P) })
	try("dp plus p-1", func(g *rsaParts) { g.Dp = add(g.Dp, sub(g.P, one_)) })
	// without CRT values, and with some
	ints := func(list ...any) []byte {
		var out []byte
		for _, n := range list {
			out = append(out, num(n)...)
		}
		return out
	}
	head := ints(0, good.N, good.E, good.D, good.P, good.Q)
	k := func(name string, c []Part, d []byte) {
		row("rsa "+name, c, one(block("RSA PRIVATE KEY", d)), "")
		if strings.Contains(name, "third") {
			return
		}
		row("rsa in pkcs8 "+name, c, one(block("PRIVATE KEY", seq(num(0), seq(oid("1.2.840.113549.1.1.1"), null), tlv(4, d)))), "")
	}
	k("no crt", cc, seq(head))
	k("dp only", cc, seq(head, ints(good.Dp)))
	k("dp dq", cc, seq(head, ints(good.Dp, good.Dq)))
	k("wrong dp only", cc, seq(head, ints(b(5))))
	k("zero dp only", cc, seq(head, ints(b(0))))
	k("more integers", cc, seq(head, ints(good.Dp, good.Dq, good.Qi, b(9))))
	k("octets after", cc, seq(head, ints(good.Dp, good.Dq, good.Qi), tlv(4, []byte{1})))
	k("empty primes after", cc, seq(head, ints(good.Dp, good.Dq, good.Qi), seq()))
	k("broken primes after", cc, seq(head, ints(good.Dp, good.Dq, good.Qi), seq(num(5))))
	k("prime of two numbers", cc, seq(head, ints(good.Dp, good.Dq, good.Qi), seq(seq(ints(7, 1)))))
	for _, pr := range []int64{7, 1, 0, -7, 2} {
		k(fmt.Sprint("odd third prime ", pr), cc, seq(head, ints(good.Dp, good.Dq, good.Qi), seq(seq(ints(pr, 1, 1)))))
	}
	k("third prime repeats", cc, seq(head, ints(good.Dp, good.Dq, good.Qi), seq(seq(ints(good.P, 1, 1)))))
	k("third prime without crt", cc, seq(head, seq(seq(ints(7, 1, 1)))))
	k("third prime, p one", cc, seq(ints(0, good.N, good.E, good.D, 1, good.Q), seq(seq(ints(7, 1, 1)))))
	k("third prime, d too large", cc, seq(ints(0, good.N, good.E, add(good.N, one_), good.P, good.Q), seq(seq(ints(7, 1, 1)))))
	k("no primes", cc, seq(ints(0, good.N, good.E, good.D)))
	// keys that are consistent and weak
	weak := func(name string, p, q *big.Int, e int64) {
		n := mul(p, q)
		d := new(big.Int).ModInverse(b(e), mul(sub(p, one_), sub(q, one_)))
		if d == nil {
			return
		}
		withD(name, n, p, q, d, e, k)
	}
	prime := func(from *big.Int) *big.Int {
		x := add(from, b(0))
		for !x.ProbablyPrime(20) || new(big.Int).Mod(sub(x, one_), b(65537)).Sign() == 0 {
			x = add(x, one_)
		}
		return x
	}
	top := new(big.Int).Lsh(one_, 255)
	for _, shift := range []uint{8, 155, 156, 157, 200} {
		weak(fmt.Sprint("near primes ", shift), prime(top), prime(add(top, new(big.Int).Lsh(one_, shift))), 65537)
		weak(fmt.Sprint("near primes, larger first ", shift), prime(add(top, new(big.Int).Lsh(one_, shift))), prime(top), 65537)
	}
	weak("same prime", good.P, good.P, 65537)
	weak("toy", b(61), b(53), 17)
	weak("toy 64 bits", prime(new(big.Int).Lsh(one_, 31)), prime(new(big.Int).Lsh(b(3), 30)), 65537)
	weak("p 3", b(3), prime(top), 65537)
	weak("p 2", b(2), prime(top), 65537)
	weak("p composite", mul(prime(new(big.Int).Lsh(one_, 100)), prime(new(big.Int).Lsh(one_, 120))), prime(top), 65537)
	weak("uneven sizes", prime(new(big.Int).Lsh(one_, 100)), prime(new(big.Int).Lsh(one_, 400)), 65537)
	{ // a small d
		p, q := prime(top), prime(new(big.Int).Lsh(b(3), 254))
		n := mul(p, q)
		ph := mul(sub(p, one_), sub(q, one_))
		for d := int64(3); d < 200; d += 2 {
			e := new(big.Int).ModInverse(b(d), ph)
			if e != nil && e.IsInt64() {
				withD("small d", n, p, q, b(d), e.Int64(), k)
			}
		}
	}
	// EC oddities
	ek := must(x509.ParseECPrivateKey(ecd))
	scalar := must(ek.Bytes())
	named := tlv(0xa0, oid("1.2.840.10045.3.1.7"))
	pub := tlv(0xa1, tlv(3, append([]byte{0}, must(ek.PublicKey.Bytes())...)))
	ec := func(name string, d []byte) {
		row("ec "+name, okc, one(block("EC PRIVATE KEY", d)), "")
		row("ec in pkcs8 "+name, okc, one(block("PRIVATE KEY", seq(num(0), seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), tlv(4, d)))), "")
		row("ec in pkcs8 without curve "+name, okc, one(block("PRIVATE KEY", seq(num(0), seq(oid("1.2.840.10045.2.1")), tlv(4, d)))), "")
	}
	s4 := tlv(4, scalar)
	ec("plain", seq(num(1), s4, named, pub))
	ec("no public", seq(num(1), s4, named))
	ec("no curve", seq(num(1), s4, pub))
	ec("nothing", seq(num(1), s4))
	ec("version 0", seq(num(0), s4, named))
	ec("version 2", seq(num(2), s4, named))
	ec("zeros before", seq(num(1), tlv(4, append([]byte{0, 0, 0}, scalar...)), named))
	ec("one before", seq(num(1), tlv(4, append([]byte{1}, scalar...)), named))
	ec("short", seq(num(1), tlv(4, scalar[1:]), named))
	ec("empty", seq(num(1), tlv(4, nil), named))
	ec("scalar zero", seq(num(1), tlv(4, make([]byte, 32)), named))
	ec("scalar one", seq(num(1), tlv(4, []byte{1}), named))
	ec("scalar of the order", seq(num(1), tlv(4, ek.Params().N.Bytes()), named))
	ec("scalar below the order", seq(num(1), tlv(4, sub(ek.Params().N, one_).Bytes()), named))
	ec("scalar above the order", seq(num(1), tlv(4, add(ek.Params().N, new(big.Int).SetBytes(scalar[24:])).Bytes()), named))
	ec("other curve", seq(num(1), s4, tlv(0xa0, oid("1.3.132.0.34"))))
	ec("unknown curve", seq(num(1), s4, tlv(0xa0, oid("1.3.132.0.10"))))
	ec("curve null", seq(num(1), s4, tlv(0xa0, null), pub))
	ec("curve empty", seq(num(1), s4, tlv(0xa0, nil), pub))
	ec("curve primitive", seq(num(1), s4, tlv(0x80, oid("1.2.840.10045.3.1.7")), pub))
	ec("curve sequence", seq(num(1), s4, tlv(0xa0, seq(num(1))), pub))
	ec("public first", seq(num(1), s4, pub, named))
	ec("public bits odd", seq(num(1), s4, named, tlv(0xa1, tlv(3, []byte{3, 1}))))
	ec("public bits 9", seq(num(1), s4, named, tlv(0xa1, tlv(3, []byte{9, 0}))))
	ec("public bits none", seq(num(1), s4, named, tlv(0xa1, tlv(3, nil))))
	ec("public octets", seq(num(1), s4, named, tlv(0xa1, tlv(4, []byte{1}))))
	ec("public empty", seq(num(1), s4, named, tlv(0xa1, nil)))
	ec("public cut", seq(num(1), s4, named, []byte{0xa1}))
	ec("public head only", seq(num(1), s4, named, []byte{0xa1, 0x05}))
	ec("public of another", seq(num(1), s4, named, tlv(0xa1, tlv(3, append([]byte{0, 4}, bytes.Repeat([]byte{1}, 64)...)))))
	ec("more after", seq(num(1), s4, named, pub, num(5)))
	ec("trailing", append(seq(num(1), s4, named, pub), 5, 0))
	ec("outer length lies", seq(num(1), s4, append([]byte{0xa0, 0x05}, oid("1.2.840.10045.3.1.7")...)))
	ec("outer length lies more", seq(num(1), s4, append([]byte{0xa0, 0x7f}, oid("1.2.840.10045.3.1.7")...)))
	p8x := func(name string, c []Part, d []byte) { row("pkcs8 plain "+name, c, one(block("PRIVATE KEY", d)), "") }
	eca := seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
	inner := tlv(4, seq(num(1), s4, pub))
	p8x("version 1", okc, seq(num(1), eca, inner))
	p8x("version 77", okc, seq(num(77), eca, inner))
	p8x("version missing", okc, seq(eca, inner))
	p8x("attributes", okc, seq(num(0), eca, inner, tlv(0xa0, num(1))))
	p8x("curve null", okc, seq(num(0), seq(oid("1.2.840.10045.2.1"), null), tlv(4, seq(num(1), s4, named))))
	p8x("curve of another, own named", okc, seq(num(0), seq(oid("1.2.840.10045.2.1"), oid("1.3.132.0.34")), tlv(4, seq(num(1), s4, named))))
	p8x("parameters twice", okc, seq(num(0), seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"), null), inner))
	p8x("ecdh algorithm", okc, seq(num(0), seq(oid("1.3.132.1.12"), oid("1.2.840.10045.3.1.7")), inner))
	ep := edd[len(edd)-34:]
	edc := cert("ed25519")
	p8x("ed25519", edc, seq(num(0), seq(oid("1.3.101.112")), tlv(4, ep)))
	p8x("ed25519 with null", edc, seq(num(0), seq(oid("1.3.101.112"), null), tlv(4, ep)))
	p8x("ed25519 bare", edc, seq(num(0), seq(oid("1.3.101.112")), tlv(4, ep[2:])))
	p8x("ed25519 short", edc, seq(num(0), seq(oid("1.3.101.112")), tlv(4, tlv(4, ep[3:]))))
	p8x("ed25519 trailing", edc, seq(num(0), seq(oid("1.3.101.112")), tlv(4, append(bytes.Clone(ep), 1, 2))))
	p8x("ed25519 v2 with public", edc, seq(num(1), seq(oid("1.3.101.112")), tlv(4, ep), tlv(0x81, make([]byte, 33))))
	p8x("x25519 short", edc, seq(num(0), seq(oid("1.3.101.110")), tlv(4, tlv(4, ep[3:]))))
	p8x("x25519 null", edc, seq(num(0), seq(oid("1.3.101.110"), null), tlv(4, ep)))
	p8x("rsa without null", cc, seq(num(0), seq(oid("1.2.840.113549.1.1.1")), tlv(4, pemOf["rsa512"].Bytes)))
	p8x("rsa pss oid", cc, seq(num(0), seq(oid("1.2.840.113549.1.1.10"), null), tlv(4, pemOf["rsa512"].Bytes)))
	p8x("rsa trailing inside", cc, seq(num(0), seq(oid("1.2.840.113549.1.1.1"), null), tlv(4, append(bytes.Clone(pemOf["rsa512"].Bytes), 0))))

	out := must(os.Create("entries.jsonl"))
	seen := map[string]bool{}
	n := 0
	for _, name := range names {
		fmt.Fprintf(out, "{\"blob\":%q,\"der\":%q}\n", name, blobs[name])
	}
	for _, r := range rows {
		j := must(json.Marshal(r))
		if seen[r.N] {
			r.N += " again"
		}
		seen[r.N] = true
		out.Write(append(j, '\n'))
		n++
	}
	fmt.Println(n, "rows", len(names), "blobs")
	presented()
	_ = crypto.SHA1
	_ = hash.Hash(nil)
}

func withD(name string, n, p, q, d *big.Int, e int64, k func(string, []Part, []byte)) {
	one_ := big.NewInt(1)
	sub := func(x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }
	dp, dq := new(big.Int).Mod(d, sub(p, one_)), new(big.Int).Mod(d, sub(q, one_))
	qi := new(big.Int).ModInverse(q, p)
	if qi == nil {
		qi = big.NewInt(1)
	}
	c := makeCert(n, e)
	g := rsaParts{0, n, big.NewInt(e), d, p, q, dp, dq, qi}
	k(name, c, must(asn1.Marshal(g)))
	var out []byte
	for _, x := range []*big.Int{big.NewInt(0), n, big.NewInt(e), d, p, q} {
		out = append(out, num(x)...)
	}
	k(name+" without crt", c, seq(out))
}

// A certificate with any RSA public key, signed by nobody.
func makeCert(n *big.Int, e int64) []Part {
	alg := seq(oid("1.2.840.113549.1.1.11"), null)
	name := seq(tlv(0x31, seq(oid("2.5.4.3"), tlv(0x0c, []byte("x")))))
	spki := seq(seq(oid("1.2.840.113549.1.1.1"), null), tlv(3, append([]byte{0}, seq(num(n), num(big.NewInt(e)))...)))
	tbs := seq(num(1), alg, name, seq(tlv(0x17, []byte("250101000000Z")), tlv(0x17, []byte("350101000000Z"))), name, spki)
	return one(block("CERTIFICATE", seq(tbs, alg, tlv(3, []byte{0, 1}))))
}
func p8(pkcs1 []byte) []byte {
	return seq(num(0), seq(oid("1.2.840.113549.1.1.1"), null), tlv(4, pkcs1))
}
func p8e(sec1 []byte) []byte {
	return must(x509.MarshalPKCS8PrivateKey(must(x509.ParseECPrivateKey(sec1))))
}
func ptr(n int) *int { return &n }
func textFor(s [3]int, plain []byte) []byte {
	if s[0] > 1 && s[0]&(s[0]-1) == 0 && s[0] < 1<<20 && s[1] > 0 && s[1] < 100 && s[2] > 0 {
		return nil
	}
	return make([]byte, 32)
}

// Would Go stretch this password for long?
func costly(text []byte) bool {
	b, _ := pem.Decode(text)
	if b == nil {
		return false
	}
	var e struct {
		A struct {
			O asn1.ObjectIdentifier
			P struct {
				K struct {
					O asn1.ObjectIdentifier
					P struct {
						S []byte
						I int
					}
				}
			}
		}
	}
	if _, err := asn1.Unmarshal(b.Bytes, &e); err != nil {
		return false
	}
	return e.A.P.K.P.I > 1000000
}
