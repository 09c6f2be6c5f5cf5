// Command recorder writes what the tests of this folder hold the offer to: `records` those that Go and OpenSSL wrote
// under the suites with chained blocks, with their keys; `schemes` which of the keys Go signs with for which lists.
//
//	go run main.go records CERT KEY > ../records.tsv
//	go run main.go schemes ../keys > ../schemes.tsv
package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	mrand "math/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

func main() {
	if os.Args[1] == "records" {
		records(os.Args[2], os.Args[3])
	} else {
		schemes(os.Args[2])
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// tap keeps what is read and written.
type tap struct {
	net.Conn
	in, out bytes.Buffer
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.in.Write(b[:n])
	return n, err
}

func (t *tap) Write(b []byte) (int, error) {
	t.out.Write(b)
	return t.Conn.Write(b)
}

func text(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

var lengths = []int{0, 1, 10, 11, 12, 27, 28, 200, 16384}

func records(cert, key string) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	must(err)
	for _, suite := range []struct {
		id   uint16
		name string
		key  int
	}{{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE-RSA-AES128-SHA", 16}, {tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "ECDHE-RSA-AES256-SHA", 32}} {
		listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, DynamicRecordSizingDisabled: true, MaxVersion: tls.VersionTLS12})
		must(err)
		go func() {
			conn, err := listener.Accept()
			must(err)
			for _, n := range lengths {
				_, err := conn.Write(text(n))
				must(err)
			}
			time.Sleep(time.Second)
			conn.Close()
		}()
		record("go", listener.Addr().String(), suite.id, suite.name, suite.key)

		free, err := net.Listen("tcp", "127.0.0.1:0")
		must(err)
		addr := free.Addr().String()
		free.Close()
		command := exec.Command("openssl", "s_server", "-quiet", "-accept", addr, "-cert", cert, "-key", key, "-naccept", "1", "-tls1_2", "-cipher", suite.name)
		stdin, err := command.StdinPipe()
		must(err)
		must(command.Start())
		go func() {
			time.Sleep(time.Second)
			for _, n := range lengths {
				_, err := stdin.Write(text(n))
				must(err)
				time.Sleep(200 * time.Millisecond)
			}
			stdin.Close()
		}()
		time.Sleep(500 * time.Millisecond)
		record("openssl", addr, suite.id, suite.name, suite.key)
		command.Process.Kill()
	}
}

func record(who, addr string, suite uint16, name string, keyLen int) {
	raw, err := net.Dial("tcp", addr)
	must(err)
	var log bytes.Buffer
	conn := &tap{Conn: raw}
	client := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, CipherSuites: []uint16{suite}, MaxVersion: tls.VersionTLS12, KeyLogWriter: &log})
	must(client.Handshake())
	_, _ = io.ReadAll(client)
	fields := strings.Fields(log.String())
	clientRandom, err := hex.DecodeString(fields[1])
	must(err)
	master, err := hex.DecodeString(fields[2])
	must(err)
	serverRandom := conn.in.Bytes()[5+4+2 : 5+4+2+32]
	block := prf(master, append([]byte("key expansion"), append(bytes.Clone(serverRandom), clientRandom...)...), 40+2*keyLen)
	mac, key := block[20:40], block[40+keyLen:40+2*keyLen]
	stream, sealed, seq := conn.in.Bytes(), false, 0
	for len(stream) > 5 {
		n := 5 + int(stream[3])<<8 + int(stream[4])
		if sealed {
			plain := "-"
			if stream[0] == 23 {
				plain = "text"
			}
			fmt.Printf("%s\t%s\t%x\t%x\t%d\t%d\t%s\t%x\n", who, name, mac, key, seq, stream[0], plain, stream[5:n])
			seq++
		}
		sealed = sealed || stream[0] == 20
		stream = stream[n:]
	}
}

func prf(secret, seed []byte, n int) []byte {
	sum := func(parts ...[]byte) []byte {
		h := hmac.New(sha256.New, secret)
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	var out []byte
	for a := sum(seed); len(out) < n; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:n]
}

func schemes(folder string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.pem"))
	must(err)
	sort.Strings(files)
	known := []tls.SignatureScheme{
		tls.PSSWithSHA256, tls.ECDSAWithP256AndSHA256, tls.Ed25519, tls.PSSWithSHA384, tls.PSSWithSHA512, tls.PKCS1WithSHA256,
		tls.PKCS1WithSHA384, tls.PKCS1WithSHA512, tls.ECDSAWithP384AndSHA384, tls.ECDSAWithP521AndSHA512, tls.PKCS1WithSHA1, tls.ECDSAWithSHA1,
	}
	random := mrand.New(mrand.NewSource(1))
	var lists [][]tls.SignatureScheme
	for _, one := range known {
		lists = append(lists, []tls.SignatureScheme{one}, []tls.SignatureScheme{one, tls.PKCS1WithSHA1})
	}
	for range 40 {
		var l []tls.SignatureScheme
		for _, i := range random.Perm(len(known))[:1+random.Intn(6)] {
			l = append(l, known[i])
		}
		lists = append(lists, l)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(err)
		name := strings.TrimSuffix(filepath.Base(file), ".pem")
		cert, err := certificate(data)
		if err != nil {
			fmt.Printf("%s\trefused\n", name)
			continue
		}
		for _, list := range lists {
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				info := &tls.CertificateRequestInfo{SignatureSchemes: list, Version: version}
				var ids []string
				for _, s := range list {
					ids = append(ids, fmt.Sprintf("%04x", uint16(s)))
				}
				fmt.Printf("%s\t%04x\t%s\t%t\n", name, version, strings.Join(ids, ","), info.SupportsCertificate(cert) == nil)
			}
		}
	}
}

// certificate is the pair of a key with a certificate that somebody else signed, since Go signs none with some keys.
func certificate(data []byte) (*tls.Certificate, error) {
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	block, _ := pem.Decode(data)
	var key any
	if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
		if key, err = x509.ParseECPrivateKey(block.Bytes); err != nil {
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		}
	}
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "key"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.(crypto.Signer).Public(), ca)
	must(err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
