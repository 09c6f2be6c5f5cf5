package main

import (
	"bufio"
	"bytes"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

type table struct {
	ders   [][]byte
	number map[string]int
	parsed map[int]*x509.Certificate
	rows   []string
	seen   map[string]bool
	counts map[string]int
}

var T = &table{number: map[string]int{}, parsed: map[int]*x509.Certificate{}, seen: map[string]bool{}, counts: map[string]int{}}

func (t *table) add(der []byte) int {
	if n, ok := t.number[string(der)]; ok {
		return n
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(fmt.Sprintf("%d: %v %x", len(t.ders), err, der))
	}
	n := len(t.ders)
	t.ders = append(t.ders, der)
	t.number[string(der)] = n
	t.parsed[n] = c
	return n
}

func cert(s spec) int { return T.add(s.der()) }

func list(ns []int) string {
	var s []string
	for _, n := range ns {
		s = append(s, strconv.Itoa(n))
	}
	return strings.Join(s, ",")
}

var now0 = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func scene(name string, served, pool []int, host string, now time.Time) {
	key := fmt.Sprint(served, pool, host, now)
	if T.seen[key] {
		return
	}
	T.seen[key] = true
	roots, inter := x509.NewCertPool(), x509.NewCertPool()
	for _, n := range pool {
		roots.AddCert(T.parsed[n])
	}
	for _, n := range served[1:] {
		inter.AddCert(T.parsed[n])
	}
	chains, err := T.parsed[served[0]].Verify(x509.VerifyOptions{Roots: roots, Intermediates: inter, DNSName: host, CurrentTime: now})
	verdict := ""
	if err != nil {
		verdict = err.Error()
	} else {
		var cs []string
		for _, ch := range chains {
			var ns []int
			for _, c := range ch {
				ns = append(ns, T.number[string(c.Raw)])
			}
			cs = append(cs, list(ns))
		}
		verdict = "ok " + strings.Join(cs, "|")
	}
	if strings.ContainsAny(verdict+host, "\t\n") {
		panic(verdict)
	}
	_, off := now.Zone()
	T.counts[name]++
	T.rows = append(T.rows, strings.Join([]string{name, list(served), list(pool), host, fmt.Sprintf("%d.%09d", now.Unix(), now.Nanosecond()), strconv.Itoa(off), verdict}, "\t"))
}

var seed, _ = strconv.Atoi(os.Getenv("SEED"))
var rng = mrand.New(mrand.NewPCG(7, uint64(26+seed)))
var mult = func() int {
	m, _ := strconv.Atoi(os.Getenv("MULT"))
	return max(m, 1)
}()

func pick[V any](l []V) V { return l[rng.IntN(len(l))] }

var (
	rootK, midK, lowK, leafK, otherK *key
	rootN                            = cn("Lab Root")
	midN                             = cn("Lab Mid")
	lowN                             = cn("Lab Low")
	leafN                            = cn("feed.test")
	R0, M0, L0, LM, F0               int // root, mid, low, leaf of mid, leaf of low
)

const certSign = 32

func ca(exts ...[]byte) [][]byte { return append([][]byte{bc(true, -1), ku(certSign)}, exts...) }

func root(exts [][]byte) spec {
	return spec{issuer: rootN, subject: rootN, key: rootK, signer: rootK, exts: exts}
}
func mid(exts [][]byte) spec {
	return spec{issuer: rootN, subject: midN, key: midK, signer: rootK, exts: exts}
}
func low(exts [][]byte) spec {
	return spec{issuer: midN, subject: lowN, key: lowK, signer: midK, exts: exts}
}
func leafOf(issuer []byte, signer *key, exts ...[]byte) spec {
	return spec{issuer: issuer, subject: leafN, key: leafK, signer: signer, exts: exts}
}

var feed = san(dns("feed.test"))

func main() {
	rootK, midK, lowK, leafK, otherK = edKey(), edKey(), edKey(), edKey(), edKey()
	R0 = cert(root(ca()))
	M0 = cert(mid(ca()))
	L0 = cert(low(ca()))
	LM = cert(leafOf(midN, midK, feed))
	F0 = cert(leafOf(lowN, lowK, feed))
	scene("plain", []int{LM, M0}, []int{R0}, "feed.test", now0)
	scene("plain", []int{F0, L0, M0}, []int{R0}, "feed.test", now0)
	scene("plain", []int{F0, M0, L0, R0}, []int{R0}, "feed.test", now0)
	scene("plain", []int{F0, L0}, []int{R0}, "feed.test", now0)
	scene("plain", []int{F0, L0}, []int{M0}, "feed.test", now0)
	scene("plain", []int{F0}, []int{L0, M0, R0}, "feed.test", now0)
	scene("plain", []int{F0, L0, M0}, nil, "feed.test", now0)
	scene("plain", []int{F0, L0, M0}, []int{R0, M0, L0}, "feed.test", now0)
	scene("plain", []int{F0, L0, L0, M0, M0}, []int{R0, R0}, "feed.test", now0)
	scene("plain", []int{F0, L0, M0}, []int{R0}, "", now0)
	names()
	dates()
	building()
	authorities()
	signatures()
	usages()
	policyScenes()
	constraintScenes()
	mixed()
	handshakes()
	if os.Getenv("MUT") != "" {
		mutated()
	}

	f, _ := os.Create("certificates.txt")
	w := bufio.NewWriter(f)
	for _, d := range T.ders {
		fmt.Fprintln(w, base64.StdEncoding.EncodeToString(d))
	}
	w.Flush()
	f.Close()
	// Each time and each error is told once.
	verdictNo, timeNo := map[string]int{}, map[string]int{}
	var verdicts, times, rows []string
	for _, r := range T.rows {
		f := strings.Split(r, "\t")
		if !strings.HasPrefix(f[6], "ok ") {
			if _, ok := verdictNo[f[6]]; !ok {
				verdictNo[f[6]] = len(verdicts)
				verdicts = append(verdicts, f[6])
			}
			f[6] = strconv.Itoa(verdictNo[f[6]])
		}
		tm := f[4] + "\t" + f[5]
		if _, ok := timeNo[tm]; !ok {
			timeNo[tm] = len(times)
			times = append(times, tm)
		}
		f[4] = strconv.Itoa(timeNo[tm])
		f = append(f[:5], f[6])
		rows = append(rows, strings.Join(f, "\t"))
	}
	os.WriteFile("scenes.tsv", []byte(strings.Join(rows, "\n")+"\n"), 0o644)
	os.WriteFile("errors.txt", []byte(strings.Join(verdicts, "\n")+"\n"), 0o644)
	os.WriteFile("times.tsv", []byte(strings.Join(times, "\n")+"\n"), 0o644)
	fmt.Println(len(T.ders), "certificates", len(T.rows), "scenes", T.counts)
	if os.Getenv("QUIET") != "" {
		return
	}
	kinds := map[string]int{}
	for _, r := range T.rows {
		v := strings.Split(r, "\t")[6]
		if strings.HasPrefix(v, "ok") {
			v = "ok"
		}
		if len(v) > 60 {
			v = v[:60]
		}
		kinds[v]++
	}
	for k, n := range kinds {
		fmt.Println(n, k)
	}
}

func names() {
	many := func(n int) []byte {
		var l [][]byte
		for i := 0; i < n; i++ {
			l = append(l, dns(fmt.Sprintf("%d", i)))
		}
		return san(l...)
	}
	manyIP := func(n int) []byte {
		var l [][]byte
		for i := 0; i < n; i++ {
			l = append(l, ipN(10, 0, 0, byte(i)))
		}
		return san(l...)
	}
	mapped := append(append(make([]byte, 10), 0xff, 0xff), 10, 0, 0, 1)
	six := append(append([]byte{0x20, 1, 0xd, 0xb8}, make([]byte, 11)...), 1)
	sans := [][][]byte{
		nil,
		{san()},
		{feed},
		{san(dns("FEED.Test"))},
		{san(dns("*.feed.test"), dns("other.test"))},
		{san(dns("*.test"))}, {san(dns("*"))}, {san(dns("a*.feed.test"))}, {san(dns("x.*.test"))},
		{san(dns("feed.test."))}, {san(dns("*.feed.test."))},
		{san(dns("a_b:80"), dns("-feed.test"), dns("feed-.test"))},
		{san(dns(""))}, {san(dns("."))}, {san(dns(""), dns("x"))},
		{san(dns("10.0.0.1"))},
		{san(ipN(10, 0, 0, 1))}, {san(ipN(mapped...), ipN(six...))}, {san(dns("feed.test"), ipN(10, 0, 0, 2))},
		{san(ipN(six...), mail("a@feed.test"))},
		{san(mail("a@feed.test"), uriN("https://feed.test/"))},
		{san(dirN("feed.test"))},
		{many(99)}, {many(100)}, {many(101)}, {manyIP(99)}, {manyIP(100)}, {manyIP(200)},
		{san(dns("xn--bcher-kva.test"))}, {san(dns("a b.test"), dns("\"q\".test"))},
		{san(dns(strings.Repeat("a", 70) + ".test"))},
	}
	hosts := []string{"feed.test", "FEED.test", "feed.test.", "a.feed.test", "a.b.feed.test", "other.test", "test", "*.feed.test", "*", ".", "x.y.test", "-feed.test", "feed-.test", "a_b:80", "A_B:80",
		"10.0.0.1", "::ffff:10.0.0.1", "[::ffff:a00:1]", "[10.0.0.1]", "[2001:db8::1]", "2001:db8::1", "2001:DB8:0::1", "10.0.0.99", "10.0.0.2", "[feed.test]", "[]", "bücher.test", "xn--bcher-kva.test", "feed..test", "99", "aa.feed.test", "a*.feed.test", "fe80::1%eth0", "010.0.0.1", "x.*.test", strings.Repeat("a", 70) + ".test", "a b.test", "A.FEED.TEST", "a.feed.test.", "*.feed.test."}
	cns := [][]byte{leafN, cn("*.feed.test"), cn("10.0.0.1"), cn("FEED.TEST"), org("Feed"), seq(), cn("feed.test."), cn("*")}
	for si, s := range sans {
		subjects := cns[:1]
		if si < 2 {
			subjects = cns
		}
		for _, sub := range subjects {
			sp := leafOf(rootN, rootK, s...)
			sp.subject = sub
			n := cert(sp)
			for _, h := range hosts {
				if si >= 22 && si <= 27 && len(h) > 12 {
					continue
				}
				scene("names", []int{n}, []int{R0}, h, now0)
			}
		}
	}
	for _, v := range []int{1, 2} {
		sp := leafOf(rootN, rootK, feed)
		sp.version = v
		n := cert(sp)
		for _, h := range []string{"feed.test", "other.test", "10.0.0.1"} {
			scene("names", []int{n}, []int{R0}, h, now0)
		}
	}
}

func dates() {
	at := func(y int) time.Time { return time.Date(y, 6, 1, 12, 0, 0, 0, time.UTC) }
	type span struct{ b, a []byte }
	spans := []span{
		{utc(at(2026)), utc(at(2028))}, {utc(at(2024)), utc(at(2026))}, {utc(at(2027)), utc(at(2029))},
		{utc(at(1955)), utc(at(2049))}, {gen(at(2026)), gen(at(9998))}, {utc(at(2028)), utc(at(2026))},
		{tlv(23, []byte("260601120000+0130")), tlv(23, []byte("280601120000-0500"))},
		{tlv(23, []byte("2606011200Z")), tlv(23, []byte("2806011200+0545"))},
		{tlv(24, []byte("20260601120000-1100")), tlv(24, []byte("20280601120000+1400"))},
		{tlv(24, []byte("00000101000000Z")), tlv(24, []byte("99991231235959Z"))},
		{tlv(24, []byte("99991231235959Z")), tlv(24, []byte("99991231235959Z"))},
		{tlv(24, []byte("00010101000000Z")), tlv(24, []byte("00020101000000Z"))},
		{tlv(24, []byte("99991231235959-0100")), tlv(24, []byte("99991231235959-0100"))},
	}
	var rs, ms, ls []int
	for _, s := range spans {
		r := root(ca())
		r.before, r.after = s.b, s.a
		m := mid(ca())
		m.before, m.after = s.b, s.a
		l := leafOf(midN, midK, feed)
		l.before, l.after = s.b, s.a
		rs, ms, ls = append(rs, cert(r)), append(ms, cert(m)), append(ls, cert(l))
	}
	zones := []*time.Location{time.UTC, time.FixedZone("", 3600), time.FixedZone("", -16200), time.FixedZone("", 14*3600), time.FixedZone("", 3630)}
	times := []time.Time{now0, at(2026), at(2026).Add(-1), at(2026).Add(-time.Second), at(2028), at(2028).Add(1), at(2028).Add(time.Second), at(2026).Add(-90 * time.Minute), at(2028).Add(5 * time.Hour), at(2028).Add(5*time.Hour + 1), at(2025), at(2035), at(2050)}
	for i := range spans {
		for j, tm := range times {
			tm = tm.In(zones[(i+j)%len(zones)])
			scene("dates", []int{ls[i], M0}, []int{R0}, "feed.test", tm)
			scene("dates", []int{LM, ms[i]}, []int{R0}, "feed.test", tm)
			scene("dates", []int{LM, M0}, []int{rs[i]}, "feed.test", tm)
			scene("dates", []int{LM, M0, rs[i]}, []int{rs[i]}, "other.test", tm)
		}
	}
	for i := 0; i < 150*mult; i++ {
		scene("dates", []int{pick(ls), pick(ms), pick(ms)}, []int{pick(rs), pick(rs)}, "feed.test", pick(times).In(pick(zones)))
	}
	for i := range ls {
		scene("dates", []int{ls[i]}, []int{ls[i]}, "feed.test", now0)
		scene("dates", []int{ls[i]}, []int{ls[i], R0}, "feed.test", now0)
	}
}

func building() {
	// Roots and mids with key identifiers of each kind, and of other keys.
	var rs, ms, ls []int
	ids := []string{"", "one", "two"}
	for _, id := range ids {
		for _, k := range []*key{rootK, otherK} {
			e := ca()
			if id != "" {
				e = append(e, skid(id))
			}
			r := root(e)
			r.key, r.signer = k, k
			rs = append(rs, cert(r))
		}
	}
	for _, ak := range ids {
		for _, sk := range ids {
			for _, k := range []*key{midK, otherK} {
				e := ca()
				if ak != "" {
					e = append(e, akid(ak))
				}
				if sk != "" {
					e = append(e, skid(sk))
				}
				m := mid(e)
				m.key = k
				ms = append(ms, cert(m))
			}
		}
		e := [][]byte{feed}
		if ak != "" {
			e = append(e, akid(ak))
		}
		ls = append(ls, cert(leafOf(midN, midK, e...)))
	}
	some := func(l []int, n int) []int {
		var out []int
		for i := 0; i < n; i++ {
			out = append(out, pick(l))
		}
		return out
	}
	for i := 0; i < 300*mult; i++ {
		scene("identifiers", append([]int{pick(ls)}, some(ms, rng.IntN(6))...), some(rs, rng.IntN(4)), "feed.test", now0)
	}
	// Names of authorities in hints.
	subjects := [][]byte{cn("plain"), org("An Org"), seq(), seq(attr(oid(2, 5, 4, 6), "DE")), cn("quo\"te\\ and 'x'"), cn("é漢字 \u00a0\u200b\u202e"), cn("tab\there\x01\x7f"), seq(attr(oid(2, 5, 4, 10), "O1"), attr(oid(2, 5, 4, 10), "O2"), attr(oid(2, 5, 4, 3), "")), seq(attr(oid(2, 5, 4, 3), "first"), attr(oid(2, 5, 4, 3), "second")), cn("\U0001f512 \U000e0001 \u0301\u00ad\ufeff"), cn("\u0378\u0530\ud7ff\ue000"), cn("Autoridad de Certificación Raíz")}
	for i, s := range subjects {
		r := spec{issuer: s, subject: s, key: rootK, signer: rootK, exts: [][]byte{bc(false, -1)}}
		if i%2 == 0 {
			r.serial = 1 << 62
		}
		l := leafOf(s, rootK, feed)
		m := spec{issuer: rootN, subject: s, key: rootK, signer: rootK, exts: ca()}
		rn, ln, mn := cert(r), cert(l), cert(m)
		scene("hints", []int{ln}, []int{rn}, "feed.test", now0)
		scene("hints", []int{ln, rn}, []int{R0}, "feed.test", now0)
		scene("hints", []int{ln, mn}, []int{R0}, "feed.test", now0)
		scene("hints", []int{ln, mn}, []int{rn, R0}, "feed.test", now0)
		scene("hints", []int{ln, mn}, nil, "feed.test", now0)
	}
	// Cross-signing: mid by another root, root by another root, loops.
	xN := cn("Other Root")
	xR := cert(spec{issuer: xN, subject: xN, key: otherK, signer: otherK, exts: ca()})
	mX := cert(spec{issuer: xN, subject: midN, key: midK, signer: otherK, exts: ca()})
	rX := cert(spec{issuer: xN, subject: rootN, key: rootK, signer: otherK, exts: ca()})
	xByR := cert(spec{issuer: rootN, subject: xN, key: otherK, signer: rootK, exts: ca()})
	mByL := cert(spec{issuer: lowN, subject: midN, key: midK, signer: lowK, exts: ca()})
	mSan := cert(mid(ca(san(dns("mid.test")))))
	mSan2 := cert(mid(ca(san(dns("mid2.test")))))
	mByLSan := cert(spec{issuer: lowN, subject: midN, key: midK, signer: lowK, exts: ca(san(dns("mid.test")))})
	mDir := cert(mid(ca(san(dirN("mid")))))
	mDir2 := cert(mid(ca(san(dirN("mid2")))))
	mByLDir := cert(spec{issuer: lowN, subject: midN, key: midK, signer: lowK, exts: ca(san(dirN("mid2")))})
	R1 := cert(root(ca(skid("x"))))
	all := []int{xR, mX, rX, xByR, mByL, mSan, mSan2, mByLSan, mDir, mDir2, mByLDir, R0, M0, L0, R1}
	for i := 0; i < 350*mult; i++ {
		served := append([]int{pick([]int{F0, LM, F0})}, some(all, rng.IntN(8))...)
		if rng.IntN(3) > 0 {
			served = append(served, L0)
		}
		scene("cross", served, some([]int{R0, xR, rX, R1, M0}, rng.IntN(3)), "feed.test", now0)
	}
	scene("cross", append([]int{F0}, all...), []int{R0, xR, R1}, "feed.test", now0)
	scene("cross", append([]int{F0}, all...), []int{rX}, "feed.test", now0)
	scene("cross", append([]int{F0}, all...), nil, "feed.test", now0)
	// The leaf itself in the pool, self-signed ones, and renewals.
	self := func(exts [][]byte) int {
		return cert(spec{issuer: leafN, subject: leafN, key: leafK, signer: leafK, exts: exts})
	}
	selfs := []int{self([][]byte{feed}), self([][]byte{feed, bc(true, -1)}), self([][]byte{feed, bc(true, 0), ku(certSign)}), self([][]byte{feed, bc(false, -1)}), self([][]byte{feed, eku(clientAuth)}), self([][]byte{feed, unknownCritical()}), self([][]byte{feed, bc(true, -1), skid("r")}), self([][]byte{feed, policyConstraints(0, -1)}), self([][]byte{feed, nc(true, [][]byte{dns("other.test")}, nil)})}
	for _, s := range selfs {
		for _, p := range selfs {
			scene("self", []int{s}, []int{p}, "feed.test", now0)
			scene("self", []int{s, p}, []int{R0}, "feed.test", now0)
			scene("self", []int{s, p}, []int{p, s}, "feed.test", now0)
		}
		scene("self", []int{s}, nil, "other.test", now0)
	}
	// Long chains.
	parentN, parentK := rootN, rootK
	var line []int
	for i := 0; i <= 110; i++ {
		for _, n := range []int{6, 10, 30, 98, 99, 100, 101, 110} {
			if n != i {
				continue
			}
			l := cert(leafOf(parentN, parentK, feed))
			scene("long", append([]int{l}, line...), []int{R0}, "feed.test", now0)
			scene("long", append([]int{l}, line[1:]...), []int{R0}, "feed.test", now0)
			scene("long", append([]int{l}, line...), []int{line[0]}, "feed.test", now0)
		}
		k := pick([]*key{rootK, midK, lowK, otherK})
		name := cn(fmt.Sprintf("%d", i))
		line = append(line, cert(spec{issuer: parentN, subject: name, key: k, signer: parentK, exts: [][]byte{bc(true, -1)}, serial: 1}))
		parentN, parentK = name, k
	}
	// Many namesakes: 100 checks and more.
	var fakes []int
	for i := 0; i < 105; i++ {
		m := mid(ca())
		m.exts = [][]byte{bc(true, -1)}
		m.key = otherK
		m.serial = int64(10000 + i)
		fakes = append(fakes, cert(m))
	}
	for _, n := range []int{1, 50, 98, 99, 100, 101, 105} {
		scene("namesakes", append(append([]int{LM}, fakes[:n]...), M0), []int{R0}, "feed.test", now0)
		scene("namesakes", append(append([]int{LM}, M0), fakes[:n]...), []int{R0}, "feed.test", now0)
		scene("namesakes", append(append([]int{LM}, M0), fakes[:n]...), nil, "feed.test", now0)
		scene("namesakes", []int{LM, M0}, append(append([]int{}, fakes[:n]...), R0), "feed.test", now0)
	}
	// A key that Go does not know.
	ed448 := &key{spki: seq(seq(oid(1, 3, 101, 113)), bits(make([]byte, 57))), kind: "ed"}
	x25519 := &key{spki: seq(seq(oid(1, 3, 101, 110)), bits(make([]byte, 32))), kind: "ed"}
	pssKey := &key{spki: seq(seq(oid(1, 2, 840, 113549, 1, 1, 10)), bits(make([]byte, 32))), kind: "rsa"}
	dsa := &key{spki: seq(seq(oid(1, 2, 840, 10040, 4, 1), seq(integer(23), integer(11), integer(2))), bits(integer(8))), kind: "dsa"}
	for _, k := range []*key{ed448, x25519, pssKey, dsa} {
		r := root(ca())
		r.key = k
		rn := cert(r)
		m := mid(ca())
		m.key = k
		mn := cert(m)
		l := leafOf(rootN, rootK, feed)
		l.key = k
		ln := cert(l)
		for _, a := range algs {
			l2 := leafOf(midN, otherK, feed)
			l2.alg = a.name
			l3 := leafOf(rootN, otherK, feed)
			l3.alg = a.name
			scene("unknown-key", []int{cert(l2), mn}, []int{R0}, "feed.test", now0)
			scene("unknown-key", []int{cert(l3)}, []int{rn}, "feed.test", now0)
		}
		scene("unknown-key", []int{LM, M0}, []int{rn, R0}, "feed.test", now0)
		scene("unknown-key", []int{LM, mn, M0}, []int{R0}, "feed.test", now0)
		scene("unknown-key", []int{ln}, []int{R0}, "feed.test", now0)
	}
}

func authorities() {
	variants := [][][]byte{
		nil, {bc(false, -1)}, {bc(true, -1)}, {bc(true, 0)}, {bc(true, 1)}, {bc(true, 2)}, {bc(false, 0)},
		{bc(true, -1), ku(certSign)}, {bc(true, -1), ku(1)}, {bc(true, -1), ku(64)}, {bc(true, -1), ku(0)}, {ku(certSign)}, {bc(true, -1), ku(certSign | 1 | 256)}, {bc(true, -1), ku(256)}, {bc(true, 0), ku(4)}, {bc(true, -1), unknownCritical()}, {bc(true, 0), unknownCritical()},
		{bc(true, -1), ext(oid(2, 5, 29, 30), true, seq(tlv(0xa0, seq(dirN("x")))))}, {bc(true, -1), ext(oid(2, 5, 29, 30), false, seq(tlv(0xa0, seq(dirN("x")))))},
	}
	var rs, ms, ls []int
	for _, v := range variants {
		rs, ms, ls = append(rs, cert(root(v))), append(ms, cert(mid(v))), append(ls, cert(low(v)))
	}
	for _, v := range []int{1, 2} {
		for _, s := range []spec{root(nil), root(ca()), mid(nil), mid(ca()), low(nil), low(ca())} {
			s.version = v
			n := cert(s)
			switch {
			case bytes.Equal(s.subject, rootN):
				rs = append(rs, n)
			case bytes.Equal(s.subject, midN):
				ms = append(ms, n)
			default:
				ls = append(ls, n)
			}
		}
	}
	leafExtra := []int{F0, cert(leafOf(lowN, lowK, feed, bc(true, 0))), cert(leafOf(lowN, lowK, feed, unknownCritical())), cert(leafOf(lowN, lowK, san(dns("other.test")), unknownCritical()))}
	for _, r := range rs {
		scene("authority", []int{LM, M0}, []int{r}, "feed.test", now0)
		scene("authority", []int{F0, L0, M0}, []int{r}, "feed.test", now0)
	}
	for _, m := range ms {
		scene("authority", []int{LM, m}, []int{R0}, "feed.test", now0)
		scene("authority", []int{F0, L0, m}, []int{R0}, "feed.test", now0)
		scene("authority", []int{F0, L0}, []int{m}, "feed.test", now0)
		scene("authority", []int{F0, L0, m, M0}, []int{R0}, "feed.test", now0)
	}
	for i := 0; i < 200*mult; i++ {
		served := []int{pick(leafExtra), pick(ls), pick(ms)}
		if rng.IntN(2) == 0 {
			served = append(served, pick(ls), pick(ms))
		}
		scene("authority", served, []int{pick(rs)}, "feed.test", now0)
	}
}

func signatures() {
	type holder struct {
		name string
		k    *key
	}
	var hs []holder
	for _, c := range []struct {
		n string
		c elliptic.Curve
	}{{"p224", elliptic.P224()}, {"p256", elliptic.P256()}, {"p384", elliptic.P384()}, {"p521", elliptic.P521()}} {
		hs = append(hs, holder{c.n, ecKey(c.c)})
	}
	hs = append(hs, holder{"ed", edKey()})
	for _, r := range []struct {
		size int
		e    int64
	}{{512, 65537}, {768, 65537}, {1023, 65537}, {1024, 65537}, {1025, 65537}, {1030, 3}, {1032, 65537}, {1033, 65537}, {1536, 17}, {1535, 65537}, {2047, 65537}, {2048, 3}, {2048, 65537}, {2049, 1<<31 - 1}, {1024, 1<<31 + 11}, {1024, 2}, {1024, 1}, {1024, 1<<62 + 1}} {
		hs = append(hs, holder{fmt.Sprintf("rsa%d-%d", r.size, r.e), rsaKey(r.size, r.e)})
	}
	even := rsaKey(1024, 65537)
	even.n.SetBit(even.n, 0, 0)
	even.spki = rsaSpki(even.n, 65537)
	hs = append(hs, holder{"rsa-even", even}, holder{"rsa8200", rsaKey(8200, 65537)})
	flip := func(b []byte) []byte {
		b = append([]byte{}, b...)
		b[len(b)/2] ^= 1
		return b
	}
	for _, h := range hs {
		r := root(ca())
		r.key, r.subject, r.issuer = h.k, cn("Signer "+h.name), cn("Signer "+h.name)
		r.signer = rootK
		rn := cert(r)
		for _, a := range algs {
			if h.k.kind == "rsa" && h.name != "rsa1024-65537" && !strings.Contains("sha256-rsa sha512-rsa pss-sha256 pss-sha512 ecdsa-sha256 sha1-rsa", a.name) {
				continue
			}
			l := leafOf(r.subject, h.k, feed)
			l.alg = a.name
			scene("signature", []int{cert(l)}, []int{rn}, "feed.test", now0)
			if a.kind == h.k.kind && (a.hash == 0 || a.hash.Size() >= 32) && h.name != "rsa8200" {
				l.bend = flip
				scene("signature", []int{cert(l)}, []int{rn}, "feed.test", now0)
			}
		}
		m := mid(ca())
		m.signer, m.issuer = h.k, r.subject
		scene("signature", []int{LM, cert(m)}, []int{rn}, "feed.test", now0)
	}
	// Bytes of a signature that are odd.
	use := func(h holder, alg string, bend func([]byte) []byte) {
		l := leafOf(cn("Signer "+h.name), h.k, feed)
		l.alg, l.bend = alg, bend
		r := root(ca())
		r.key, r.subject, r.issuer = h.k, cn("Signer "+h.name), cn("Signer "+h.name)
		r.signer, r.serial = rootK, 77
		scene("odd-signature", []int{cert(l)}, []int{cert(r)}, "feed.test", now0)
	}
	for _, h := range hs[:4] {
		N := h.k.ec.Curve.Params().N
		parts := func(b []byte) (r, s []byte) {
			b = b[2:]
			if h.name == "p521" {
				b = b[1:]
			}
			n := int(b[1])
			r, b = b[2:2+n], b[2+n:]
			return r, b[2 : 2+int(b[1])]
		}
		zeroes := make([]byte, 80)
		bends := []func([]byte) []byte{
			func(b []byte) []byte { return nil },
			func(b []byte) []byte { return append(b, 0) },
			func(b []byte) []byte { return b[:len(b)-1] },
			func(b []byte) []byte { r, s := parts(b); return seq(tlv(2, r), tlv(2, s), null) },
			func(b []byte) []byte { r, s := parts(b); return seq(tlv(2, []byte{0}, r), tlv(2, s)) },
			func(b []byte) []byte { r, s := parts(b); return seq(tlv(2, r), tlv(2, []byte{0}, s)) },
			func(b []byte) []byte { r, s := parts(b); return seq(tlv(2, bytes.TrimLeft(r, "\x00")), tlv(2, s)) },
			func(b []byte) []byte { r, s := parts(b); return seq(tlv(2, r), tlv(4, s)) },
			func(b []byte) []byte { r, s := parts(b); return tlv(0x31, tlv(2, r), tlv(2, s)) },
			func(b []byte) []byte { _, s := parts(b); return seq(tlv(2, []byte{0}), tlv(2, s)) },
			func(b []byte) []byte { r, _ := parts(b); return seq(tlv(2, r), tlv(2, []byte{0})) },
			func(b []byte) []byte { r, _ := parts(b); return seq(tlv(2, r), bigint(N)) },
			func(b []byte) []byte { _, s := parts(b); return seq(tlv(2, []byte{1}, zeroes), tlv(2, s)) },
			func(b []byte) []byte { r, _ := parts(b); return seq(tlv(2, r), tlv(2)) },
			func(b []byte) []byte {
				r, s := parts(b)
				return seq(append([]byte{2, 0x81, byte(len(r))}, r...), tlv(2, s))
			},
			func(b []byte) []byte { // s' = n - s is as good
				r, s := parts(b)
				x := newInt(s)
				return seq(tlv(2, r), bigint(x.Sub(N, x)))
			},
		}
		for _, b := range bends {
			use(h, "ecdsa-sha256", b)
			use(h, "ecdsa-sha512", b)
		}
	}
	ed := hs[4]
	L, _ := newInt(nil).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	for _, b := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:63] },
		func(b []byte) []byte { return append(b, 0) },
		func(b []byte) []byte { b[63] |= 0x20; return b },
		func(b []byte) []byte { // s + L
			le := append([]byte{}, b[32:]...)
			rev(le)
			x := newInt(le)
			x.Add(x, L)
			out := x.FillBytes(make([]byte, 32))
			rev(out)
			return append(append([]byte{}, b[:32]...), out...)
		},
		func(b []byte) []byte { return nil },
	} {
		use(ed, "ed25519", b)
	}
	for _, h := range hs {
		if !oddOf[h.name] {
			continue
		}
		size := len(h.k.n.Bytes())
		use(h, "sha256-rsa", func(b []byte) []byte { return append(b, 0) })
		use(h, "sha256-rsa", func(b []byte) []byte { return b[:len(b)-1] })
		use(h, "sha256-rsa", func(b []byte) []byte { return append([]byte{0}, b...) })
		use(h, "sha256-rsa", func(b []byte) []byte { return h.k.n.Bytes() })
		use(h, "sha256-rsa", func(b []byte) []byte { // s + n
			x := newInt(b)
			x.Add(x, h.k.n)
			if len(x.Bytes()) > size {
				return make([]byte, size)
			}
			return x.FillBytes(make([]byte, size))
		})
		use(h, "sha256-rsa", func(b []byte) []byte { return make([]byte, size) })
		// PKCS #1 bytes under a PSS name and the other way round.
		use(h, "pss-sha256", func(b []byte) []byte { return h.k.raw(append(make([]byte, size-20), b[:20]...)) })
	}
	// PSS that is almost right. The hash of the signed part is needed, so the signer itself bends.
	for _, h := range hs {
		if !oddOf[h.name] {
			continue
		}
		for _, bend := range []string{"one", "zeros", "top", "end"} {
			for _, a := range []string{"pss-sha256", "pss-sha384", "pss-sha512"} {
				if (a == "pss-sha512" || bend == "top") && h.k.n.BitLen() > 1100 {
					continue
				}

				l := leafOf(cn("Signer "+h.name), h.k, feed)
				l.alg = a
				al := algNamed(a)
				var tbs []byte
				// der signs the same part each time, as nothing in it is random.
				l.serial = 4242
				probe := l
				probe.bend = func(b []byte) []byte { return b }
				d := probe.der()
				tbs = firstPart(d)
				l.bend = func([]byte) []byte { return h.k.pss(al.hash, sum(al.hash, tbs), al.hash.Size(), bend) }
				r := root(ca())
				r.key, r.subject, r.issuer = h.k, cn("Signer "+h.name), cn("Signer "+h.name)
				r.signer, r.serial = rootK, 77
				scene("odd-signature", []int{cert(l)}, []int{cert(r)}, "feed.test", now0)
			}
		}
	}
}

var oddOf = map[string]bool{"rsa1024-65537": true, "rsa1025-65537": true, "rsa1030-3": true, "rsa1033-65537": true, "rsa1024-2": true}

func usages() {
	sets := [][][]byte{nil, {eku()}, {eku(serverAuth)}, {eku(clientAuth)}, {eku(anyUsage)}, {eku(clientAuth, serverAuth)}, {eku(netscape)}, {eku(msGated)}, {eku(emailUsage, anyUsage)}, {eku(oddUsage)}, {eku(oddUsage, serverAuth)}}
	var rs, ms, fs []int
	for _, s := range sets {
		rs = append(rs, cert(root(ca(s...))))
		ms = append(ms, cert(mid(ca(s...))))
		fs = append(fs, cert(leafOf(midN, midK, append([][]byte{feed}, s...)...)))
	}
	for i := range sets {
		scene("usage", []int{fs[i], M0}, []int{R0}, "feed.test", now0)
		scene("usage", []int{LM, ms[i]}, []int{R0}, "feed.test", now0)
		scene("usage", []int{LM, M0}, []int{rs[i]}, "feed.test", now0)
		scene("usage", []int{fs[i]}, []int{fs[i]}, "feed.test", now0)
		for j := range sets {
			scene("usage", []int{fs[2], ms[i]}, []int{rs[j]}, "feed.test", now0)
			scene("usage", []int{LM, ms[i], ms[j]}, []int{R0}, "feed.test", now0)
		}
	}
}

func policyScenes() {
	p := [][]byte{oid(1, 2, 3, 1), oid(1, 2, 3, 2), oid(1, 2, 3, 3), oid(2, 5, 29, 32, 0)}
	gen := func(authority bool) [][]byte {
		var e [][]byte
		var ids [][]byte
		for _, id := range p {
			if rng.IntN(5) < 2 {
				ids = append(ids, id)
			}
		}
		if len(ids) > 0 {
			e = append(e, policies(ids...))
		}
		if authority && rng.IntN(5) < 2 {
			var pairs [][]byte
			for i := 0; i <= rng.IntN(3); i++ {
				a, b := pick(p[:3]), pick(p[:3])
				if rng.IntN(12) == 0 {
					a = p[3]
				}
				if rng.IntN(12) == 0 {
					b = p[3]
				}
				pairs = append(pairs, a, b)
			}
			e = append(e, mappings(pairs...))
		}
		if rng.IntN(2) == 0 {
			x, y := rng.IntN(4)-1, rng.IntN(4)-1
			if x >= 0 || y >= 0 {
				e = append(e, policyConstraints(x, y))
			}
		}
		if rng.IntN(4) == 0 {
			e = append(e, inhibitAny(rng.IntN(3)))
		}
		return e
	}
	selfMidN := midN
	var rs, ms, sm, ls, fs []int
	for i := 0; i < 45*mult; i++ {
		ms = append(ms, cert(mid(ca(gen(true)...))))
		ls = append(ls, cert(low(ca(gen(true)...))))
		fs = append(fs, cert(leafOf(lowN, lowK, append([][]byte{feed}, gen(false)...)...)))
		// Issued by itself under another key: such do not count.
		s := spec{issuer: selfMidN, subject: selfMidN, key: otherK, signer: midK, exts: ca(append(gen(true), san(dns("mid.test")))...)}
		sm = append(sm, cert(s))
	}
	var ls2 []int
	for i := 0; i < 25*mult; i++ {
		l := low(ca(gen(true)...))
		l.signer = otherK
		ls2 = append(ls2, cert(l))
	}
	for i := 0; i < 5*mult; i++ {
		rs = append(rs, cert(root(ca(gen(true)...))))
	}
	for i := 0; i < 700*mult; i++ {
		served := []int{pick(fs), pick(ls), pick(ms)}
		switch rng.IntN(4) {
		case 0:
			served = []int{pick(fs), pick(ls2), pick(sm), pick(ms)}
		case 1:
			served = append(served, pick(ms), pick(ls))
		}
		scene("policy", served, []int{pick(rs)}, "feed.test", now0)
	}
	lm := cert(leafOf(midN, midK, feed, policies(p[0]), policyConstraints(0, -1)))
	for _, m := range ms {
		scene("policy", []int{lm, m}, []int{R0}, "feed.test", now0)
	}
}

func constraintScenes() {
	six := func(last byte) []byte { return append(append([]byte{0x20, 1, 0xd, 0xb8}, make([]byte, 11)...), last) }
	mask6 := append(bytes.Repeat([]byte{0xff}, 4), make([]byte, 12)...)
	net6 := append(append([]byte{0x20, 1, 0xd, 0xb8}, make([]byte, 12)...), mask6...)
	mapped := append(append(make([]byte, 10), 0xff, 0xff), 10, 0, 0, 1)
	mappedNet := append(append(append(make([]byte, 10), 0xff, 0xff), 10, 0, 0, 0), append(bytes.Repeat([]byte{0xff}, 13), 0, 0, 0)...)
	subtrees := [][]byte{
		dns("feed.test"), dns("FEED.test"), dns(".feed.test"), dns("test"), dns(""), dns("a.feed.test"), dns("b.a.feed.test"), dns("other.test"), dns("feed-a.test"), dns(".test"), dns("localhost"), dns(".localhost"), dns("eed.test"), dns("*.feed.test"), dns("a-a.test"), dns("a.a.test"), dns("a.test"),
		ipN(10, 0, 0, 0, 255, 0, 0, 0), ipN(10, 0, 0, 0, 255, 255, 0, 0), ipN(10, 0, 0, 9, 255, 0, 0, 0), ipN(10, 0, 0, 1, 255, 255, 255, 255), ipN(192, 168, 0, 0, 255, 255, 0, 0), ipN(0, 0, 0, 0, 0, 0, 0, 0), ipN(net6...), ipN(mappedNet...), ipN(append(make([]byte, 16), make([]byte, 16)...)...),
		mail("feed.test"), mail(".feed.test"), mail("joe@feed.test"), mail("Joe@FEED.test"), mail(""), mail("other.test"), mail("\"a b\"@feed.test"), mail("a.feed.test"),
		uriN("feed.test"), uriN(".feed.test"), uriN(""), uriN("other.test"), uriN("a.feed.test"), uriN("FEED.TEST"),
		dirN("x"),
	}
	var cs [][]byte
	one := func(l ...[]byte) [][]byte { return l }
	for _, s := range subtrees[:len(subtrees)-1] {
		cs = append(cs, nc(true, one(s), nil), nc(true, nil, one(s)))
	}
	cs = append(cs, nc(false, one(dirN("x")), nil), nc(true, one(dirN("x")), nil), nc(false, one(dirN("x"), dns("feed.test")), one(dirN("y"))))
	for i := 0; i < 60*mult; i++ {
		var a, b [][]byte
		for j := 0; j < rng.IntN(9); j++ {
			a = append(a, pick(subtrees[:len(subtrees)-1]))
		}
		for j := 0; j < rng.IntN(6); j++ {
			b = append(b, pick(subtrees[:len(subtrees)-1]))
		}
		if len(a)+len(b) > 0 {
			cs = append(cs, nc(rng.IntN(2) == 0, a, b))
		}
	}
	namesOf := [][][]byte{
		{dns("feed.test")}, {dns("FEED.Test")}, {dns("a.feed.test")}, {dns("b.a.feed.test"), dns("feed.test")}, {dns("*.feed.test")}, {dns("*.a.feed.test")}, {dns("*.test")}, {dns("*.TEST")}, {dns("xfeed.test")}, {dns("feed-a.test")}, {dns("a-a.test"), dns("b.a.a.test")}, {dns("localhost")}, {dns("")}, {dns(".feed.test")}, {dns("feed.test.")}, {dns("fe ed.test")}, {dns("feed..test")},
		{ipN(10, 0, 0, 1)}, {ipN(10, 0, 0, 9)}, {ipN(10, 1, 0, 1), dns("feed.test")}, {ipN(192, 168, 1, 1)}, {ipN(six(1)...)}, {ipN(mapped...)}, {ipN(172, 16, 0, 1)},
		{mail("joe@feed.test")}, {mail("Joe@FEED.test")}, {mail("JOE@feed.test")}, {mail("joe@a.feed.test")}, {mail("\"a b\"@feed.test")}, {mail("joe")}, {mail("joe@feed.test.")}, {mail("a\\@b@feed.test")}, {mail("@feed.test")}, {mail("j..e@feed.test")}, {mail("joe@")}, {mail("\"q\\\"x\"@other.test")},
		{uriN("https://feed.test/x")}, {uriN("https://FEED.test:80/x")}, {uriN("https://a.feed.test")}, {uriN("urn:x:y")}, {uriN("https://10.0.0.1/")}, {uriN("https://[::1]/")}, {uriN("https://[::1]:80/")}, {uriN("https://feed.test:/")}, {uriN("https://user@feed.test/")}, {uriN("/path")}, {uriN("//feed.test")}, {uriN("https://10.0.0.1:443/")}, {uriN("wss://other.test/?q=%20\"")},
		{dirN("x")}, {dns("feed.test"), ipN(10, 0, 0, 1), mail("joe@feed.test"), uriN("https://feed.test/")}, {mail("bad"), uriN("urn:bad"), dns("feed.test.")},
	}
	var leaves, ms []int
	for _, n := range namesOf {
		leaves = append(leaves, cert(leafOf(midN, midK, san(n...))))
	}
	leaves = append(leaves, cert(leafOf(midN, midK)), cert(leafOf(midN, midK, feed, nc(true, one(dns("other.test")), nil))))
	for _, c := range cs {
		ms = append(ms, cert(mid(ca(c))))
	}
	for i, m := range ms {
		for j, l := range leaves {
			single := i < 2*(len(subtrees)-1)
			if single && rng.IntN(100) < 15*mult || !single && rng.IntN(100) < 18*mult {
				scene("constraint", []int{l, m}, []int{R0}, "", now0)
			}
			_ = j
		}
	}
	// More than twelve subtrees: another way of sorting.
	for i := 0; i < 6; i++ {
		var a, b [][]byte
		for j := 0; j < 25; j++ {
			a = append(a, dns(fmt.Sprintf("%c%d.%s", 'a'+rng.IntN(3), rng.IntN(4), pick([]string{"feed.test", "test", "a.feed.test"}))))
			b = append(b, ipN(10, byte(rng.IntN(3)), byte(rng.IntN(3)), 0, 255, 255, pick([]byte{0, 255}), 0))
		}
		m := cert(mid(ca(nc(true, a, b))))
		m2 := cert(mid(ca(nc(true, b, a))))
		for j := 0; j < 15; j++ {
			l := cert(leafOf(midN, midK, san(dns(fmt.Sprintf("%c%d.%s", 'a'+rng.IntN(3), rng.IntN(4), pick([]string{"feed.test", "test", "x.a.feed.test"}))), ipN(10, byte(rng.IntN(3)), byte(rng.IntN(3)), 1))))
			scene("constraint", []int{l, m}, []int{R0}, "", now0)
			scene("constraint", []int{l, m2}, []int{R0}, "", now0)
		}
	}
	// Constraints at other places: root, both authorities, names of an authority itself.
	var rs, ls, ms2, fs []int
	for i := 0; i < 12*mult; i++ {
		rs = append(rs, cert(root(ca(pick(cs)))))
		ms2 = append(ms2, cert(mid(ca(san(pick(namesOf)...)))), cert(mid(ca(pick(cs), san(pick(namesOf)...)))))
		ls = append(ls, cert(low(ca(pick(cs)))), cert(low(ca(san(pick(namesOf)...)))))
		fs = append(fs, cert(leafOf(lowN, lowK, san(pick(namesOf)...))), cert(leafOf(lowN, lowK, feed)))
	}
	for i := 0; i < 400*mult; i++ {
		m := pick(ms2)
		if rng.IntN(2) == 0 {
			m = pick(ms)
		}
		served := []int{pick(append(fs, F0)), pick(append(ls, L0)), m}
		if rng.IntN(4) == 0 {
			served = append(served, pick(ms), pick(ls))
		}
		scene("constraint-places", served, []int{pick(append(rs, R0, R0, R0))}, "", now0)
	}
}

// mixed puts faults of all kinds at all places, with several certificates of a name at once.
func mixed() {
	faults := func(s spec, authority bool) spec {
		n := rng.IntN(3)
		for i := 0; i < n; i++ {
			switch rng.IntN(12) {
			case 0:
				s.after = utc(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
			case 1:
				s.before = utc(time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC))
			case 2:
				s.exts = append(s.exts, eku(pick([][]byte{serverAuth, clientAuth, anyUsage})))
				return s
			case 3:
				s.exts = append(s.exts, unknownCritical())
				return s
			case 4:
				s.exts = append(s.exts, nc(true, [][]byte{dns(pick([]string{"feed.test", "other.test"}))}, nil))
				return s
			case 5:
				s.exts = append(s.exts, policyConstraints(rng.IntN(2), -1))
				return s
			case 6:
				s.bend = func(b []byte) []byte { b[5] ^= 4; return b }
			case 7:
				if authority {
					s.exts = [][]byte{bc(true, rng.IntN(2))}
				}
			case 8:
				if authority {
					s.exts = [][]byte{bc(false, -1)}
				}
			case 9:
				s.version = 1
			case 10:
				s.exts = append(s.exts, skid(pick([]string{"k1", "k2"})), akid(pick([]string{"k1", "k2"})))
				return s
			case 11:
				if authority {
					s.key = otherK
				}
			}
		}
		return s
	}
	var rs, ms, ls, fs, fm []int
	for i := 0; i < 30*mult; i++ {
		rs = append(rs, cert(faults(root(ca()), true)))
		ms = append(ms, cert(faults(mid(ca()), true)))
		ls = append(ls, cert(faults(low(ca()), true)))
		fs = append(fs, cert(faults(leafOf(lowN, lowK, feed), false)))
		fm = append(fm, cert(faults(leafOf(midN, midK, feed), false)))
	}
	some := func(l []int, n int) []int {
		var out []int
		for i := 0; i < n; i++ {
			out = append(out, pick(l))
		}
		return out
	}
	fs, fm = append(fs, F0, F0, F0, F0, F0, F0, F0, F0, F0, F0), append(fm, LM, LM, LM, LM, LM, LM, LM, LM, LM)
	for i := 0; i < 900*mult; i++ {
		served := []int{pick(fs)}
		if i%3 == 0 {
			served = []int{pick(fm)}
		}
		served = append(served, some(ls, rng.IntN(3))...)
		served = append(served, some(ms, rng.IntN(4))...)
		if rng.IntN(3) == 0 {
			served = append(served, M0, L0)
		}
		pool := some(rs, 1+rng.IntN(2))
		if rng.IntN(2) == 0 {
			pool = append(pool, R0)
		}
		scene("mixed", served, pool, pick([]string{"feed.test", "feed.test", "feed.test", "other.test"}), now0)
	}
}

// mutated flips bytes; what still parses is judged as its own root, as a leaf, and as an authority.
func mutated() {
	base := len(T.ders)
	hosts := []string{"feed.test", "10.0.0.1", "other.test", "a.feed.test"}
	limit, _ := strconv.Atoi(os.Getenv("MUT"))
	for i := 0; i < 60000 && len(T.ders)-base < limit; i++ {
		n := rng.IntN(base)
		if limit < 1000 && len(T.ders[n]) > 330 {
			continue
		}
		d := append([]byte{}, T.ders[n]...)
		for j := 0; j <= rng.IntN(3); j++ {
			k := rng.IntN(len(d))
			switch rng.IntN(3) {
			case 0:
				d[k] ^= 1 << rng.IntN(8)
			case 1:
				d[k] = byte(rng.IntN(256))
			case 2:
				d[k] = pick([]byte("azAZ09.-_*@:\x00\xff\x01\x02\x03"))
			}
		}
		if _, err := x509.ParseCertificate(d); err != nil {
			continue
		}
		func() {
			defer func() { recover() }()
			m := T.add(d)
			tm := now0.Add(time.Duration(rng.IntN(40)-20) * 8760 * time.Hour)
			if rng.IntN(2) == 0 {
				tm = now0
			}
			scene("mutated", []int{m}, []int{m}, pick(hosts), tm)
			scene("mutated", []int{m}, []int{m}, "", now0)
			scene("mutated", []int{m, M0, L0}, []int{R0}, "", now0)
			scene("mutated", []int{F0, L0, m, M0}, []int{R0, m}, "", now0)
			scene("mutated", []int{LM, m}, []int{R0, m}, "", now0)
			scene("mutated", []int{F0, m}, []int{m}, "", now0)
		}()
	}
}
