package main

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"sort"
	"strings"
	"unicode/utf8"
)

// blocks tells what Decode finds one after the other: label, headers, bytes and how much is left.
func blocks(text []byte) string {
	var out []string
	rest := text
	for {
		var b *pem.Block
		b, rest = pem.Decode(rest)
		if b == nil {
			break
		}
		var hs []string
		for k, v := range b.Headers {
			hs = append(hs, esc(k)+":"+esc(v))
		}
		sort.Strings(hs)
		out = append(out, esc(b.Type)+";"+strings.Join(hs, ",")+";"+hex.EncodeToString(b.Bytes)+";"+fmt.Sprint(len(rest)))
	}
	return strings.Join(out, "|")
}

func pool(text []byte) string {
	p := x509.NewCertPool()
	p.AppendCertsFromPEM(text)
	var out []string
	for _, s := range p.Subjects() {
		out = append(out, sum(s))
	}
	return strings.Join(out, ",")
}

func pems(path string) {
	f, _ := os.Create(path)
	defer f.Close()
	n := 0
	seen := map[string]bool{}
	put := func(kind, text string) {
		if seen[text] || !utf8.ValidString(text) && kind == "x" {
			return
		}
		seen[text] = true
		got := ""
		if kind == "blocks" {
			got = blocks([]byte(text))
		} else {
			got = pool([]byte(text))
		}
		fmt.Fprintf(f, "%s %s %s\n", kind, base64.RawStdEncoding.EncodeToString([]byte(text)), got)
		n++
	}
	for _, t := range []string{"", "\n", "-----BEGIN X-----\n-----END X-----", "-----BEGIN X-----\n-----END X-----\n", "-----BEGIN X-----\r\nQQ==\r\n-----END X-----\r\n", "-----BEGIN X-----\nQQ==\n-----END X-----\r", "-----BEGIN X-----\rQQ==\r-----END X-----", "-----BEGIN X-----QQ==-----END X-----", "-----BEGIN X-----\nQQ==-----END X-----\n", "\ufeff-----BEGIN X-----\nQQ==\n-----END X-----\n", " -----BEGIN X-----\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nQQ==\n -----END X-----\n", "-----BEGIN X-----\nQQ==\n-----END Y-----\n", "-----BEGIN X-----\nQR==\n-----END X-----\n", "-----BEGIN X-----\nQQ=\n=\n-----END X-----\n", "-----BEGIN X-----\nQQ\n-----END X-----\n", "-----BEGIN X-----\nQQ==QQ==\n-----END X-----\n", "-----BEGIN X-----\nQQ==\n\n\n-----END X-----\n", "-----BEGIN X-----\n\n\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nQ Q\t=\t=\n-----END X-----\n", "-----BEGIN X-----\nQ\x0bQ==\n-----END X-----\n", "-----BEGIN X-----\nQ-_=\n-----END X-----\n", "-----BEGIN X-----\nA: b\n\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nA: b\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nA: b\n-----END X-----\n", "-----BEGIN X-----\nA: b\n\n-----END X-----\n", "-----BEGIN X-----\nA: b\nA: c\nB:d:e\n:\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nQQ==\nA: b\n-----END X-----\n", "-----BEGIN X:Y-----\nQQ==\n-----END X:Y-----\n", "-----BEGIN X-----\nA:b\n-----END X:-----\nQQ==\n-----END X-----\n", "-----BEGIN -----\nQQ==\n-----END -----\n", "-----BEGIN X----- \t\nQQ==\n-----END X----- \t\nrest", "-----BEGIN X-----  x\nQQ==\n-----END X-----\n", "-----BEGIN X----\nQQ==\n-----END X----\n", "-----BEGIN X-----\nQQ==\n-----END X-----x\n-----BEGIN Y-----\nQg==\n-----END Y-----\n", "-----BEGIN X-----\n-----BEGIN Y-----\nQg==\n-----END Y-----\n", "-----BEGIN X-----\nQQ==\n-----BEGIN Y-----\nQg==\n-----END Y-----\n-----END X-----\n", "-----END X-----\n-----BEGIN Y-----\nQg==\n-----END Y-----\n", "\n-----END -----BEGIN X-----\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nQQ==\n-----END X-----\ngarbage\n-----BEGIN Y-----\nQg==\n-----END Y-----\ntail", "-----BEGIN X-----\nA\u00a0: \u2003b\u0085\n\nQQ==\n-----END X-----\n", "-----BEGIN X-----\nQUJD\nREVG\n-----END X-----\n", "-----BEGIN X-----\nQUJ\nDRE\nVG\n-----END X-----\n"} {
		put("blocks", t)
	}
	pieces := []string{"-----BEGIN X-----\n", "-----BEGIN X-----\n", "-----BEGIN Y-----\n", "-----BEGIN X-----\r\n", "-----BEGIN X", "-----BEGIN ", "-----\n", "-----", "\n-----END X-----\n", "-----END X-----\n", "-----END X-----\n", "-----END Y-----\n", "-----END X-----", "\n-----END ", "X", "QQ==\n", "QUJD\n", "QQ==", "QUJD", "Q", "=", "\n", "\n", "\r\n", " ", "\t", "A: b\n", "k:v", ":", "Proc-Type: 4,ENCRYPTED\n", "#\n"}
	for i := 0; i < 700; i++ {
		t := ""
		for k := 2 + r.Intn(9); k > 0; k-- {
			t += pieces[r.Intn(len(pieces))]
		}
		put("blocks", t)
	}
	body := func(f fields) string { return base64.StdEncoding.EncodeToString(f.der()) }
	a, b, bad := base(), base(), base()
	a.subject = seq(attr(cnOid, 12, "a"))
	b.subject = seq(attr(cnOid, 12, "b"))
	bad.subject = seq(attr(cnOid, 0x13, "_"))
	begin, end := "-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----\n"
	cert := func(f fields) string { return begin + body(f) + end }
	trail := base()
	trail.subject = a.subject
	trail.after = []byte{0}
	for _, t := range []string{cert(a), cert(a) + cert(b), cert(b) + cert(a) + cert(b), cert(a) + cert(bad) + cert(b), cert(trail) + cert(b), begin + body(a) + "\n" + cert(b), "\ufeff" + cert(a) + cert(b), "# comment\n" + cert(a), " " + cert(a) + cert(b), strings.ReplaceAll(cert(a), "CERTIFICATE", "TRUSTED CERTIFICATE") + cert(b), strings.ReplaceAll(cert(a), "CERTIFICATE", "X509 CERTIFICATE"), begin + "A: b\n\n" + body(a) + end + cert(b), begin + body(a)[1:] + end + cert(b), begin + end + cert(b), strings.ReplaceAll(cert(a)+cert(b), "\n", "\r\n"), cert(a)[:60] + cert(b)} {
		put("pool", t)
	}
	_ = bytes.Clone
	fmt.Println("pem", n)
}
