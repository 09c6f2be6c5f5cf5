package main

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	mrand "math/rand"
	"net"
	"os"
	"strconv"
	"time"
)

type PRow struct {
	E []int    `json:"e"`           // entries, by number
	W int      `json:"w"`           // 12 or 13
	T []int    `json:"t,omitempty"` // certificate types
	S []uint16 `json:"s"`
	A []string `json:"a,omitempty"` // authorities, blobs
	V string   `json:"v"`
}

func pair(file string) tls.Certificate {
	return must(loadKeyPair(must(os.ReadFile("k/"+file+".crt")), must(os.ReadFile("k/"+file+".pem")), ""))
}
func presented() {
	known := len(names)
	// an authority, an intermediate, and leaves of them
	mk := func(cn string, issuer *x509.Certificate, ik crypto.Signer, key crypto.Signer) *x509.Certificate {
		t := &x509.Certificate{SerialNumber: big.NewInt(5), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(1e5 * time.Hour), IsCA: true, BasicConstraintsValid: true}
		t.Subject.CommonName = cn
		if issuer == nil {
			issuer, ik = t, key
		}
		return must(x509.ParseCertificate(must(x509.CreateCertificate(nil, t, issuer, key.Public(), ik))))
	}
	p256 := pair("prime256v1").PrivateKey.(crypto.Signer)
	rsa2 := pair("rsa2048").PrivateKey.(crypto.Signer)
	root := mk("root", nil, nil, p256)
	inter := mk("inter", root, p256, p256)
	leafE := mk("leaf ec", inter, p256, p256)
	leafR := mk("leaf rsa", inter, p256, rsa2)
	other := mk("other root", nil, nil, p256)
	type ent struct {
		chain [][]byte
		file  string
	}
	var ents []ent
	for _, f := range []string{"rsa512", "rsa768", "rsa1024", "rsa1025", "rsa1536", "rsa2048", "secp224r1", "prime256v1", "secp384r1", "secp521r1", "ed25519", "rsa3p"} {
		ents = append(ents, ent{[][]byte{der(f + ".crt")}, f})
	}
	ents = append(ents,
		ent{[][]byte{leafE.Raw, inter.Raw, root.Raw}, "prime256v1"},      // 12
		ent{[][]byte{leafE.Raw}, "prime256v1"},                           // 13
		ent{[][]byte{leafE.Raw, inter.Raw[:50], root.Raw}, "prime256v1"}, // 14: second broken
		ent{[][]byte{leafR.Raw, inter.Raw}, "rsa2048"},                   // 15
		ent{[][]byte{leafE.Raw, root.Raw, inter.Raw[:50]}, "prime256v1"}, // 16: third broken
	)
	out := must(os.Create("presented.jsonl"))
	var pairs []tls.Certificate
	blobsSeen := map[string]bool{}
	writeBlob := func(b string) {
		if !blobsSeen[b] && must(strconv.ParseInt(b, 36, 64)) >= int64(known) {
			blobsSeen[b] = true
			fmt.Fprintf(out, "{\"blob\":%q,\"der\":%q}\n", b, blobs[b])
		}
	}
	for _, e := range ents {
		var pemText bytes.Buffer
		var parts []Part
		for _, c := range e.chain {
			pem.Encode(&pemText, &pem.Block{Type: "CERTIFICATE", Bytes: c})
			parts = append(parts, block("CERTIFICATE", c))
			writeBlob(blob(c))
		}
		kp := der(e.file + ".pem")
		keyPart := block("PRIVATE KEY", kp)
		writeBlob(keyPart.B)
		pairs = append(pairs, must(loadKeyPair(pemText.Bytes(), render(one(keyPart)), "")))
		out.Write(append(must(json.Marshal(map[string]any{"n": "", "c": parts, "k": one(keyPart), "v": ""})), '\n'))
	}
	issuers := [][]byte{root.RawSubject, inter.RawSubject, other.RawSubject, must(x509.ParseCertificate(der("rsa2048.crt"))).RawIssuer, must(x509.ParseCertificate(der("ed25519.crt"))).RawIssuer, {0x30, 0x00}, leafE.RawSubject}
	for _, n := range issuers {
		writeBlob(blob(n))
	}
	server := pair("rsa2048")
	all := []uint16{0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603, 0x0201, 0x0203, 0x0402, 0x0809, 0x0808, 0x081a, 0x0904, 0x0420}
	n, kinds := 0, map[string]int{}
	do := func(list []int, version int, types []int, schemes []uint16, auth []int) {
		if len(schemes) == 0 && version == 13 {
			return
		}
		tls.TestTypes = nil
		for _, t := range types {
			tls.TestTypes = append(tls.TestTypes, byte(t))
		}
		tls.TestSchemes = nil
		for _, s := range schemes {
			tls.TestSchemes = append(tls.TestSchemes, tls.SignatureScheme(s))
		}
		tls.TestAuthorities = nil
		var an []string
		for _, a := range auth {
			tls.TestAuthorities = append(tls.TestAuthorities, issuers[a])
			an = append(an, blob(issuers[a]))
		}
		tls.TestForce = true
		tls.TestGot = 0
		tls.TestGotCert = nil
		tls.TestSeen = false
		ver := uint16(tls.VersionTLS12)
		if version == 13 {
			ver = tls.VersionTLS13
		}
		sc := &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequestClientCert, MinVersion: ver, MaxVersion: ver, SessionTicketsDisabled: true}
		cc := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
		for _, e := range list {
			cc.Certificates = append(cc.Certificates, pairs[e])
		}
		b, a := tcp()
		done := make(chan error, 1)
		s := tls.Server(a, sc)
		go func() { err := s.Handshake(); done <- err; a.Close() }()
		c := tls.Client(b, cc)
		cerr := c.Handshake()
		b.Close()
		<-done
		v := "none"
		if len(tls.TestGotCert) > 0 {
			v = "?"
			for i, e := range list {
				same := len(pairs[e].Certificate) == len(tls.TestGotCert)
				for j := range tls.TestGotCert {
					same = same && bytes.Equal(pairs[e].Certificate[j], tls.TestGotCert[j])
				}
				if same {
					v = fmt.Sprintf("%d %04x", i, tls.TestGot)
					break
				}
			}
			if tls.TestGot == 0 {
				v += " " + cerr.Error()
			}
		}
		if !tls.TestSeen {
			kinds["unseen "+cerr.Error()]++
			return
		}
		kinds[v]++
		out.Write(append(must(json.Marshal(PRow{list, version, types, schemes, an, v})), '\n'))
		n++
	}
	tt := []int{1, 64}
	for e := range ents { // each entry alone with each scheme
		for _, version := range []int{12, 13} {
			for _, s := range all {
				if e < 12 {
					do([]int{e}, version, tt, []uint16{s}, nil)
				}
			}
			do([]int{e}, version, tt, all, nil)
			for a := range issuers {
				do([]int{e}, version, tt, all, []int{a})
			}
		}
		for _, t := range [][]int{{}, {1}, {64}, {2, 3}, {64, 1}} {
			do([]int{e}, 12, t, all, nil)
		}
	}
	do([]int{5}, 12, tt, []uint16{}, nil)
	do([]int{}, 12, tt, all, nil)
	do([]int{}, 13, tt, all, nil)
	for i := 0; i < 260; i++ {
		var list []int
		for _, e := range mrand.Perm(len(ents))[:1+mrand.Intn(4)] {
			list = append(list, e)
		}
		var s []uint16
		for _, j := range mrand.Perm(len(all))[:1+mrand.Intn(5)] {
			s = append(s, all[j])
		}
		var a []int
		if mrand.Intn(2) == 0 {
			a = mrand.Perm(len(issuers))[:1+mrand.Intn(3)]
		}
		t := [][]int{tt, tt, tt, {1}, {64}, {64, 2, 1}}[mrand.Intn(6)]
		do(list, 12+mrand.Intn(2), t, s, a)
	}
	fmt.Println(n, "presented", kinds)
	_ = base64.StdEncoding
}

var listener = must(net.Listen("tcp", "127.0.0.1:0"))

func tcp() (net.Conn, net.Conn) {
	c := must(net.Dial("tcp", listener.Addr().String()))
	s := must(listener.Accept())
	c.SetDeadline(time.Now().Add(5 * time.Second))
	s.SetDeadline(time.Now().Add(5 * time.Second))
	return c, s
}
