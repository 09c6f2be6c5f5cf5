package main

import (
	"bytes"
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/rand"
	"os"
)

var out *bufio.Writer
var said = map[string]int{}
var saidList []string
var lines []string
var rows = map[string]int{}
var seen = map[string]bool{}
var r = rand.New(rand.NewSource(20261128))

func say(text string) int {
	n, ok := said[text]
	if !ok {
		n = len(saidList)
		said[text] = n
		saidList = append(saidList, text)
	}
	return n
}

// verdict is the number of the error or of the digest's text.
func verdict(der []byte) int {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return say("! " + esc2(err.Error()))
	}
	return say("+ " + digest(c))
}

// short is as verdict, with a hash for the digest.
func short(der []byte) string {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Sprint(say("! " + esc2(err.Error())))
	}
	return "+" + sum([]byte(digest(c)))
}

func esc2(s string) string {
	q := ""
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' || s[i] == '%' {
			q += fmt.Sprintf("%%%02x", s[i])
		} else {
			q += string(s[i])
		}
	}
	return q
}

func row(kind, format string, a ...any) {
	lines = append(lines, kind+" "+fmt.Sprintf(format, a...))
	rows[kind]++
}

func b64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

func der(d []byte) {
	if seen[string(d)] {
		return
	}
	seen[string(d)] = true
	row("der", "%s %d", b64(d), verdict(d))
}

func put(change func(f *fields)) {
	f := base()
	change(&f)
	d := f.der()
	if seen[string(d)] {
		return
	}
	seen[string(d)] = true
	b := base()
	text := ""
	change2 := func(name string, was, is []byte) {
		if !bytes.Equal(was, is) {
			text += fmt.Sprintf("%s=%s ", name, b64(is))
		}
	}
	change2("version", b.version, f.version)
	change2("serial", b.serial, f.serial)
	change2("inner", b.inner, f.inner)
	if !bytes.Equal(f.outer, f.inner) {
		change2("outer", nil, f.outer)
		if len(f.outer) == 0 {
			text += "outer= "
		}
	}
	change2("issuer", b.issuer, f.issuer)
	change2("validity", b.validity, f.validity)
	change2("subject", b.subject, f.subject)
	change2("spki", b.spki, f.spki)
	change2("unique", b.unique, f.unique)
	change2("exts", b.exts, f.exts)
	change2("tbstail", b.tbsTail, f.tbsTail)
	change2("sig", b.sig, f.sig)
	change2("tail", b.tail, f.tail)
	change2("after", b.after, f.after)
	row("put", "%s%d", text, verdict(d))
}

var certs int

func mutations(d []byte, masks []byte, cuts bool) {
	n := certs
	certs++
	lines = append(lines, fmt.Sprintf("cert %s %d", b64(d), verdict(d)))
	m := make([]byte, len(d))
	for i := range d {
		for _, mask := range masks {
			copy(m, d)
			m[i] ^= mask
			row("flip", "%d %d %d %s", n, i, mask, short(m))
		}
		copy(m, d)
		mask := byte(1 + r.Intn(255))
		m[i] ^= mask
		row("flip", "%d %d %d %s", n, i, mask, short(m))
	}
	if cuts {
		for i := range d {
			row("cut", "%d %d %s", n, i, short(d[:i]))
		}
	}
}

func main() {
	certificates()
	f, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	out = bufio.NewWriter(f)
	for _, s := range saidList {
		fmt.Fprintf(out, "said %s\n", s)
	}
	for _, l := range lines {
		fmt.Fprintln(out, l)
	}
	out.Flush()
	f.Close()
	fmt.Println(rows, len(saidList))
	pems(os.Args[2])
}
