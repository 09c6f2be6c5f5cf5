package main

import (
	"bufio"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

type steady struct{ n byte }

func (s *steady) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s.n
		s.n = s.n*5 + 17
	}
	return len(p), nil
}

type scripted struct {
	say  []byte
	end  string
	sent []byte
}

var errWaits = errors.New("WAITS")
var local = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40000}
var remote = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443}

func (s *scripted) Read(p []byte) (int, error) {
	if len(s.say) > 0 {
		n := copy(p, s.say)
		s.say = s.say[n:]
		return n, nil
	}
	switch s.end {
	case "reset":
		return 0, &net.OpError{Op: "read", Net: "tcp", Source: local, Addr: remote, Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case "waits":
		return 0, errWaits
	}
	return 0, io.EOF
}
func (s *scripted) Write(p []byte) (int, error)      { s.sent = append(s.sent, p...); return len(p), nil }
func (s *scripted) Close() error                     { return nil }
func (s *scripted) LocalAddr() net.Addr              { return local }
func (s *scripted) RemoteAddr() net.Addr             { return remote }
func (s *scripted) SetDeadline(time.Time) error      { return nil }
func (s *scripted) SetReadDeadline(time.Time) error  { return nil }
func (s *scripted) SetWriteDeadline(time.Time) error { return nil }

func config(block string) *tls.Config {
	c := &tls.Config{}
	if block == "on" {
		c.MinVersion = tls.VersionTLS12
		c.CipherSuites = []uint16{
			tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256, tls.TLS_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		}
	}
	c.InsecureSkipVerify = true
	c.ServerName = "feed.test"
	c.Rand = &steady{}
	return c
}

func dial(block, end string, say []byte) (string, []byte) {
	s := &scripted{say: say, end: end}
	err := tls.Client(s, config(block)).Handshake()
	if err == nil {
		return "OPEN", s.sent
	}
	return err.Error(), s.sent
}

var out *bufio.Writer
var rows int
var seen = map[string]bool{}

// row plays a script and writes what Go says.
func row(block, end, tokens string) {
	tokens = strings.Join(strings.Fields(tokens), " ")
	key := block + end + tokens
	if seen[key] {
		return
	}
	seen[key] = true
	line, _ := dial(block, end, expand(tokens))
	if _, ok := lineNumbers[line]; !ok {
		lineNumbers[line] = len(lineNumbers)
		lines = append(lines, line)
	}
	fmt.Fprintf(out, "%s%s\t%s\t%d\n", map[string]string{"on": "+", "off": "-"}[block], end[:1], tight(tokens), lineNumbers[line])
	rows++
}
func off(tokens string) { row("off", "close", tokens) }
func on(tokens string)  { row("on", "close", tokens) }
func both(tokens string) { off(tokens); on(tokens) }

var lineNumbers = map[string]int{}
var lines []string

// tight joins tokens of plain hex.
func tight(tokens string) string {
	var all []string
	plain := false
	for _, t := range strings.Fields(tokens) {
		isPlain := !strings.ContainsAny(t, "@*")
		if isPlain && plain {
			all[len(all)-1] += t
		} else {
			all = append(all, t)
		}
		plain = isPlain
	}
	return strings.Join(all, " ")
}

var clientRandom, sessionID []byte
var leafKey *ecdsa.PrivateKey

func makeLeaf() []byte {
	leafKey, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	t := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "l"}, NotAfter: time.Unix(4e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, leafKey.Public(), leafKey)
	if err != nil {
		panic(err)
	}
	return der
}

func sign(serverRandom, params []byte) []byte {
	all := append(append(append([]byte{}, clientRandom...), serverRandom...), params...)
	sum := sha256.Sum256(all)
	sig, err := leafKey.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return sig
}

func point(c ecdh.Curve) []byte {
	k, _ := c.GenerateKey(rand.Reader)
	return k.PublicKey().Bytes()
}

func main() {
	f, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	out = bufio.NewWriter(f)
	var body strings.Builder
	hello := map[string][]byte{}
	for _, b := range []string{"off", "on"} {
		_, sent := dial(b, "close", nil)
		hello[b] = sent
	}
	sent := hello["off"]
	clientRandom = sent[11:43]
	sessionID = sent[44:76]
	w := out
	out = bufio.NewWriter(&body)
	build()
	out.Flush()
	for _, b := range []string{"off", "on"} {
		n := 5 + int(hello[b][3])<<8 + int(hello[b][4])
		fmt.Fprintf(w, "hello\t%s\t%x\n", b, hello[b][:n])
	}
	for _, n := range []string{"hrr", "hrrcookie", "cookie"} {
		_, again := dial("off", "close", expand(hs("@"+n)))
		n1 := 5 + int(again[3])<<8 + int(again[4]) + 6
		n2 := n1 + 5 + int(again[n1+3])<<8 + int(again[n1+4])
		fmt.Fprintf(w, "again\t%s\t%x\n", n, again[n1:n2])
	}
	for _, n := range pieceOrder {
		fmt.Fprintf(w, "piece\t%s\t%x\n", n, pieces[n])
	}
	for i, l := range lines {
		fmt.Fprintf(w, "line\t%d\t%s\n", i, l)
	}
	w.WriteString(body.String())
	w.Flush()
	f.Close()
	fmt.Println(rows, "rows")
}
