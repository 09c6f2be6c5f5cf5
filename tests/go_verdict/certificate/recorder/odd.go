package main

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"
	"strings"
)



func point(c elliptic.Curve, scalar int64) []byte {
	x, y := c.ScalarBaseMult(big.NewInt(scalar).Bytes())
	return elliptic.Marshal(c, x, y)
}

var curves = []struct {
	c   elliptic.Curve
	oid []byte
}{
	{elliptic.P224(), oid(1, 3, 132, 0, 33)},
	{elliptic.P256(), oid(1, 2, 840, 10045, 3, 1, 7)},
	{elliptic.P384(), oid(1, 3, 132, 0, 34)},
	{elliptic.P521(), oid(1, 3, 132, 0, 35)},
}

var ecOid = oid(1, 2, 840, 10045, 2, 1)
var rsaOid = oid(1, 2, 840, 113549, 1, 1, 1)

func rsaKey(n, e []byte) []byte { return seq(seq(rsaOid, null), bits(seq(n, e), 0)) }

func bigInt(b []byte) []byte {
	d, _ := asn1.Marshal(new(big.Int).SetBytes(b))
	return d
}

func full() []byte {
	f := base()
	f.inner = seq(oid(1, 2, 840, 10045, 4, 3, 2))
	f.outer = f.inner
	f.issuer = seq(attr(cnOid, 0x0c, "Root"), attr(oid(2, 5, 4, 10), 0x13, "Org"))
	f.subject = seq(attr(cnOid, 0x1e, "\x00a\x00b"), attr(oid(2, 5, 4, 5), 0x12, "12 3"))
	f.spki = seq(seq(ecOid, curves[1].oid), bits(point(elliptic.P256(), 77), 0))
	f.exts = exts(
		ext(oid(2, 5, 29, 19), yes, seq(yes, integer(3))),
		ext(oid(2, 5, 29, 15), yes, bits([]byte{0xa6}, 1)),
		ext(oid(2, 5, 29, 37), nil, seq(oid(1, 3, 6, 1, 5, 5, 7, 3, 1), oid(1, 2, 3))),
		ext(oid(2, 5, 29, 14), nil, octets([]byte{1, 2})),
		ext(oid(2, 5, 29, 35), nil, seq(tlv(0x80, []byte{3, 4}))),
		ext(oid(2, 5, 29, 17), nil, seq(tlv(0x82, []byte("a.b")), tlv(0x87, []byte{1, 2, 3, 4}), tlv(0x86, []byte("x://u@h:1/p#f")), tlv(0x81, []byte("m@n")))),
		ext(oid(2, 5, 29, 30), yes, seq(tlv(0xa0, seq(tlv(0x82, []byte(".b"))), seq(tlv(0x87, []byte{1, 2, 3, 4, 255, 255, 254, 0}))), tlv(0xa1, seq(tlv(0x81, []byte("q@r"))), seq(tlv(0x86, []byte("s")))))),
		ext(oid(2, 5, 29, 32), nil, seq(seq(oid(1, 2, 3)), seq(oid(2, 5, 29, 32, 0)))),
		ext(oid(2, 5, 29, 33), nil, seq(seq(oid(1, 2, 3), oid(1, 2, 4)))),
		ext(oid(2, 5, 29, 36), nil, seq(tlv(0x80, []byte{0}), tlv(0x81, []byte{5}))),
		ext(oid(2, 5, 29, 54), nil, integer(1)),
		ext(oid(2, 5, 29, 31), nil, seq(seq(tlv(0xa0, tlv(0xa0, tlv(0x86, []byte("c"))))))),
		ext(oid(1, 3, 6, 1, 5, 5, 7, 1, 1), nil, seq(seq(oid(1, 3, 6, 1, 5, 5, 7, 48, 1), tlv(0x86, []byte("o"))))),
	)
	f.sig = bits([]byte{0xde, 0xad}, 0)
	return f.der()
}

func rsaCert() []byte {
	f := base()
	f.version, f.exts = nil, nil
	f.inner = seq(oid(1, 2, 840, 113549, 1, 1, 11), null)
	f.outer = f.inner
	f.issuer = seq(attr(cnOid, 0x14, "T\xe9"))
	f.subject = seq(attr(cnOid, 0x16, "ia5@"))
	f.spki = rsaKey(bigInt(bytes.Repeat([]byte{0xc3}, 24)), integer(65537))
	f.validity = seq(tlv(0x18, []byte("20240101000000Z")), tlv(0x17, []byte("3401010000+0130")))
	f.sig = bits([]byte{0xbe, 0xe0}, 3)
	return f.der()
}

func certificates() {
	b := base()
	b.subject = seq(attr(cnOid, 0x0c, "tiny"))
	b.exts = exts(ext(oid(2, 5, 29, 17), yes, seq(tlv(0x82, []byte("h")))))
	mutations(b.der(), []byte{0x01, 0x80, 0x20, 0x7f, 0x02}, true)
	mutations(rsaCert(), []byte{0x01, 0x80, 0x20}, true)
	mutations(full(), []byte{0x01, 0x80}, true)

	outer()
	versions()
	algorithms()
	names()
	times()
	keys()
	extensions()
	alternatives()
	uris()
	constraints()
	policies()
}

func outer() {
	d := base().der()
	der(nil)
	der([]byte{0x30})
	der([]byte{0x30, 0})
	der(append([]byte{0x31}, d[1:]...))
	der(cat([]byte{0x30, 0x80}, d[3:], []byte{0, 0}))
	der(cat([]byte{0x30, 0x82, 0}, d[2:]))
	der(cat([]byte{0x30, 0x84, 0, 0, 0}, d[2:]))
	der(cat([]byte{0x30, 0x85, 0, 0, 0, 0}, d[2:]))
	der([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	der([]byte{0x3f, 0x10, 0})
	put(func(f *fields) { f.after = []byte{0} })
	put(func(f *fields) { f.after = []byte("x") })
	put(func(f *fields) { f.tail = null })
	put(func(f *fields) { f.tail = []byte{0xff} })
	put(func(f *fields) { f.tbsTail = null })
	put(func(f *fields) { f.tbsTail = []byte{0xa3} })
	put(func(f *fields) { f.tbsTail = []byte{0x04, 0x05} })
	for _, s := range [][]byte{nil, octets([]byte{0}), tlv(3), bits(nil, 1), bits([]byte{1}, 1), bits([]byte{0x80}, 7), bits([]byte{0x80}, 8), bits([]byte{0xfe, 0x7c}, 2), tlv(0x23, bits([]byte{1}, 0)), bits([]byte{0, 0}, 7)} {
		put(func(f *fields) { f.sig = s })
	}
}

func versions() {
	max := []byte{0x7f, 255, 255, 255, 255, 255, 255, 255}
	for _, v := range [][]byte{nil, integer(0), integer(1), integer(2), integer(3), integer(4), integer(127), integer(128), integer(-1), integer(-128),
		rawint(max...), rawint(0x7f, 255, 255, 255, 255, 255, 255, 0xfe), rawint(0, 0x80, 0, 0, 0, 0, 0, 0, 0), rawint(0x80, 0, 0, 0, 0, 0, 0, 0), rawint(0, 2), rawint(), rawint(0, 0x82),
		cat(integer(2), integer(2)), cat(integer(2), []byte{0}), {0x0a, 1, 2}, {2}, {2, 5, 1}} {
		put(func(f *fields) {
			f.version = tlv(0xa0, v)
			f.exts = exts(ext(oid(2, 5, 29, 17), nil, seq(tlv(0x82, []byte("h")))))
		})
		put(func(f *fields) {
			f.version = tlv(0xa0, v)
			f.unique = []byte{0x81, 0x05}
		})
	}
	put(func(f *fields) { f.version = nil })
	put(func(f *fields) { f.version = tlv(0x80, integer(2)) })
	put(func(f *fields) { f.version = integer(2) })
	put(func(f *fields) { f.version = []byte{0xa0, 0x81, 3, 2, 1, 2} })
	for _, s := range [][]byte{nil, integer(0), integer(1), integer(-1), integer(-128), integer(127), integer(128), integer(255), rawint(0, 1), rawint(0xff, 0xff), rawint(0xff, 0x7f), rawint(), rawint(0, 0x80),
		rawint(bytes.Repeat([]byte{0x7a}, 21)...), rawint(bytes.Repeat([]byte{0x7a}, 80)...), octets([]byte{1}), {2, 0x81, 1, 7}, {0x0a, 1, 7}, rawint(0, 0, 1), rawint(0x80)} {
		put(func(f *fields) { f.serial = s })
	}
}

var hashes = [][]byte{oid(2, 16, 840, 1, 101, 3, 4, 2, 1), oid(2, 16, 840, 1, 101, 3, 4, 2, 2), oid(2, 16, 840, 1, 101, 3, 4, 2, 3), oid(1, 3, 14, 3, 2, 26)}
var mgf = oid(1, 2, 840, 113549, 1, 1, 8)

func pssParams(h, m, hp, mp []byte, salt []byte, tail ...[]byte) []byte {
	return seq(tlv(0xa0, seq(h, hp)), tlv(0xa1, seq(mgf, seq(m, mp))), tlv(0xa2, salt), cat(tail...))
}

func alg(a []byte) {
	put(func(f *fields) { f.inner, f.outer = a, a })
}

func algorithms() {
	rsa := func(n int) []byte { return oid(1, 2, 840, 113549, 1, 1, n) }
	list := [][]byte{rsa(2), rsa(3), rsa(4), rsa(5), rsa(10), rsa(11), rsa(12), rsa(13), rsa(14), oid(1, 3, 14, 3, 2, 29), oid(1, 2, 840, 10040, 4, 3), oid(2, 16, 840, 1, 101, 3, 4, 3, 2), oid(2, 16, 840, 1, 101, 3, 4, 3, 1),
		oid(1, 2, 840, 10045, 4, 1), oid(1, 2, 840, 10045, 4, 3, 1), oid(1, 2, 840, 10045, 4, 3, 2), oid(1, 2, 840, 10045, 4, 3, 3), oid(1, 2, 840, 10045, 4, 3, 4), oid(1, 3, 101, 112), oid(1, 3, 101, 113), oid(2, 16, 840, 1, 101, 3, 4, 3, 18)}
	for _, o := range list {
		for _, p := range [][]byte{nil, null, seq(), cat(null, null), {5}} {
			alg(seq(o, p))
		}
	}
	for _, a := range [][]byte{nil, seq(), seq(null), tlv(6), seq(tlv(6)), seq(tlv(6, []byte{0x80, 1})), seq(tlv(6, []byte{0x2a, 0x80, 1})), seq(tlv(6, []byte{0x2a, 0x81})), seq(tlv(6, []byte{0x2a, 0x87, 255, 255, 255, 0x7f})),
		seq(tlv(6, []byte{0x2a, 0x88, 0x80, 0x80, 0x80, 0})), seq(tlv(6, []byte{0x2a, 0x81, 0x80, 0x80, 0x80, 0x80, 0})), seq(rsa(11), []byte{0x1f, 0x81, 0, 0}), seq(rsa(11), []byte{0x05, 0x81, 0}), seq(rsa(11), []byte{0x30, 0x80, 0, 0}),
		seq(tlv(6, []byte{0x87, 255, 255, 255, 0x7f})), seq(tlv(6, []byte{0x8f, 255, 255, 255, 0x7f})), seq(tlv(6, []byte{0x8f, 255, 255, 0x7f})), set(rsa(11))} {
		alg(a)
	}
	put(func(f *fields) { f.outer = seq(oid(1, 3, 101, 112), null) })
	put(func(f *fields) { f.outer = seq(oid(1, 3, 101, 113)) })
	put(func(f *fields) { f.outer = nil })
	put(func(f *fields) { f.outer = set(oid(1, 3, 101, 112)) })
	put(func(f *fields) { f.inner = nil })
	put(func(f *fields) { f.inner = set(oid(1, 3, 101, 112)) })

	pss := func(p ...[]byte) { alg(seq(rsa(10), cat(p...))) }
	salts := []int64{32, 48, 64, 20, 0, -1}
	for i, h := range hashes {
		for j, m := range hashes {
			for _, s := range salts {
				if i != j && s != 32 {
					continue
				}
				pss(pssParams(h, m, null, null, integer(s)))
			}
		}
		good := integer([]int64{32, 48, 64, 20}[i])
		pss(pssParams(h, h, nil, null, good))
		pss(pssParams(h, h, null, nil, good))
		pss(pssParams(h, h, nil, nil, good))
		pss(pssParams(h, h, seq(), null, good))
		pss(pssParams(h, h, null, integer(1), good))
		pss(pssParams(h, h, cat(null, null), null, good))
		pss(pssParams(h, h, null, []byte{0x1f, 0x81, 0x00, 0}, good))
		pss(pssParams(h, h, null, null, good), null)
	}
	h := hashes[0]
	hash := seq(h, null)
	mg := seq(mgf, hash)
	g := integer(32)
	for _, t := range [][]byte{nil, tlv(0xa3, integer(1)), tlv(0xa3, integer(2)), tlv(0xa3), tlv(0xa3, null), tlv(0x83, []byte{1}), tlv(0xa4, integer(9)), null, tlv(0xa3, integer(1), integer(2)), {0xa3}, {0xa3, 5}, {0xa3, 1, 2, 1, 1}, {0x05}, tlv(0xa3, rawint(0, 1)), {0xa3, 3, 2, 9, 1}, tlv(0x83), {0x83, 0, 1}, {0xa3, 0, 2, 1, 1}, {0xbf, 3, 3, 2, 1, 1}, {0xbf, 0x33, 3, 2, 1, 1}, tlv(0xa3, tlv(0x22, integer(1)))} {
		pss(pssParams(h, h, null, null, g, t))
	}
	a0, a1, a2 := tlv(0xa0, hash), tlv(0xa1, mg), tlv(0xa2, g)
	for _, p := range [][]byte{nil, null, seq(), seq(a0), seq(a0, a1), seq(a1, a0, a2), seq(a0, a2), set(a0, a1, a2), seq(tlv(0x80, hash), a1, a2), seq(tlv(0xa0), a1, a2),
		seq(cat([]byte{0xa0, 1}, hash), a1, a2), seq(cat([]byte{0xa0, 0x7f}, hash), a1, a2), seq(cat([]byte{0xa0, 0x81, 0x80}, hash), a1, a2), seq(cat([]byte{0xa0, 0x81, 0x01}, hash), a1, a2), seq(a0, a1, a2, a2, a0), seq(a0, a1, []byte{0xa2, 9, 2, 1, 32}),
		seq(a0, a1, tlv(0xa2, rawint(0, 32))), seq(a0, a1, tlv(0xa2, rawint(0, 0, 0, 0, 0, 0, 0, 0, 32))), seq(a0, tlv(0xa1, seq(mgf)), a2), seq(a0, tlv(0xa1, seq(mgf, null)), a2), seq(a0, tlv(0xa1, seq(hash, hash)), a2), seq(a0, tlv(0xa1, seq(h, hash)), a2),
		seq(a0, tlv(0xa1, seq(mgf, set(h, null))), a2), seq(a0, tlv(0xa1, seq(mgf, seq(h, null, null))), a2), seq(a0, tlv(0xa1, seq(mgf, hash, null)), a2), seq(tlv(0xa0, hash, null), a1, a2), seq(tlv(0xe0, hash), a1, a2), seq(tlv(0x60, hash), a1, a2), seq(tlv(0xa0, set(h, null)), a1, a2)} {
		pss(p)
	}
	whole := pssParams(h, h, null, null, g, tlv(0xa3, integer(1)))
	for i := range whole {
		m := bytes.Clone(whole)
		m[i] ^= byte(1 << r.Intn(8))
		pss(m)
	}
}

func names() {
	issuer := func(n []byte) { put(func(f *fields) { f.issuer = n }) }
	subject := func(n []byte) { put(func(f *fields) { f.subject = n }) }
	for tag := byte(1); tag < 0x40; tag++ {
		issuer(seq(attr(cnOid, tag, "ab")))
	}
	for _, tag := range []byte{0x80, 0x8c, 0xa0, 0xac, 0xdf} {
		subject(seq(attr(cnOid, tag, "ab")))
	}
	var all []byte
	for c := 0; c < 256; c++ {
		all = append(all, byte(c))
	}
	for _, tag := range []byte{0x0c, 0x12, 0x13, 0x14, 0x16, 0x1e} {
		for _, s := range []string{"", "a", "a_b", "a@b", "a*b&c", "'()+,-./:=?", "0 9", "\x00", "\x00\x00", "\x00a\x00\x00", "\x00\x00\x00\x00", "\xff\xfe", "\xff\xff", "\xfd\xd0", "\xfd\xef", "\xfd\xcf", "\xfd\xf0", "\xd8\x00", "\xdf\xff", "\xe0\x00", "\x20\xac",
			"abc", "\xc3\xa9", "\xe9", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\xef\xbf\xbe", "\x7f", "\x80", "12", "1\n", "\"", "#", "<", "!", ";"} {
			subject(seq(attr(cnOid, tag, s)))
		}
	}
	for c := 0; c < 128; c++ {
		f := base()
		f.issuer = seq(attr(cnOid, 0x13, string(rune(c))))
		if c%16 == 0 || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", rune(c)) {
			g := f
			put(func(f *fields) { *f = g })
		}
	}
	o := func(n ...int) []byte { return oid(append([]int{2, 5, 4}, n...)...) }
	for _, n := range [][]byte{
		seq(attr(cnOid, 12, "a"), attr(cnOid, 12, "b")), seq(attr(cnOid, 12, "a"), attr(cnOid, 12, "")), seq(attr(o(10), 12, "a"), attr(o(10), 12, ""), attr(o(10), 12, "c")), seq(attr(o(5), 12, "a"), attr(o(5), 12, "b")),
		seq(attr(o(3, 1), 12, "a")), seq(attr(o(131), 12, "a")), seq(attr(o(), 12, "a")), seq(attr(oid(2, 5, 5, 3), 12, "a")), seq(attr(o(6), 12, "DE"), attr(o(11), 12, "u")),
		seq(set()), set(), nil, null, seq(seq()), seq(null), seq(set(set())), seq(set(null)), seq(set(seq())), seq(set(seq(cnOid))), seq(set(seq(cnOid, []byte{12}))), seq(set(seq(cnOid, []byte{12, 5}))), seq(set(seq(null, null))),
		seq(set(seq(cnOid, tlv(12, []byte("a")), null))), seq(set(seq(cnOid, tlv(12, []byte("a"))), seq(o(10), tlv(12, []byte("b"))))), seq(set(seq(cnOid, []byte{0x1f, 0x1f, 1, 'a'}))), seq(set(seq(cnOid, []byte{12, 0x81, 1, 'a'}))),
		seq(attr(tlv(6), 12, "a")), seq(attr(tlv(6, []byte{0x55, 4, 0x80, 3}), 12, "a")), seq(attr(tlv(6, []byte{0x55, 4, 0x83}), 12, "a")), seq(attr(tlv(6, []byte{0x55, 4, 0x90, 0x80, 0x80, 0x80, 0}), 12, "a")), seq(attr(tlv(6, []byte{0x55}), 12, "a")),
		seq([]byte{0x31}), seq([]byte{0x31, 5}), seq(set([]byte{0x30, 9})), {0x30, 0x81, 0},
	} {
		issuer(n)
		subject(n)
	}
}

func times() {
	list := []string{"", "Z", "240101000000", "2401010000", "240101000000Z", "2401010000Z", "24010100Z", "240101000000+0000", "240101000000-0000", "240101000000+0100", "240101000000-0130", "2401010000+2400", "2401010000+2459", "2401010000-2460", "2401010000+2500", "2401010000+0060", "240101000000z",
		"240101000000ZZ", "240101000000Z ", " 240101000000Z", "240101000000.5Z", "240101000000,5Z", "240101000060Z", "240101006000Z", "240101240000Z", "240100000000Z", "240132000000Z", "240001000000Z", "241301000000Z", "240229000000Z", "230229000000Z", "000229000000Z", "500101000000Z", "491231235959Z",
		"680101000000Z", "690101000000Z", "520229000000Z", "530229000000Z", "991231235959Z", "+50101000000Z", "-50101000000Z", "2401010000000Z", "24010100000Z", "2401010000+01:00", "2401010000+01", "2401010000+1", "2401010000+01000", "2401010000+0a00", "240101 00000Z", "2401011:0000Z", "240101000a00Z", "4902290000Z", "4801010000-0001", "500101000000+2400", "491231235959-2400",
		"20240101000000Z", "00000101000000Z", "00010101000000Z", "99991231235959Z", "99991231235959-2459", "00000101000000+2459", "20240101000000.0Z", "20240101000000.1Z", "20240101000000+0100", "20240101000000+0000", "202401010000Z", "2024010100Z", "20240101000000", "19000229000000Z", "20000229000000Z", "20240230000000Z", "20240101000060Z", "10240101000000Z", "024-0101000000Z", "2 240101000000Z", "+0240101000000Z", "20240101000000Z0", "20500101000000Z", "20490101000000Z", "20240101000000z", "20240431000000Z", "20240101000000+2360", "20240101235960Z", "200\xff0101000000Z", "20240101000000\xff"}
	for _, t := range list {
		for _, tag := range []byte{0x17, 0x18} {
			put(func(f *fields) { f.validity = seq(tlv(tag, []byte(t)), tlv(0x17, []byte("340101000000Z"))) })
		}
	}
	chars := "0123456789Z+-.: a"
	forms := []string{"240131235959Z", "4902282359-1130", "20240131235959Z", "19700131235959+0545", "500630120000+0200"}
	for i := 0; i < 200; i++ {
		t := []byte(forms[r.Intn(len(forms))])
		for k := 0; k <= r.Intn(3); k++ {
			switch p := r.Intn(len(t)); r.Intn(8) {
			case 0:
				t = append(t[:p:p], t[p+1:]...)
			case 1:
				t = append(t[:p:p], append([]byte{chars[r.Intn(len(chars))]}, t[p:]...)...)
			default:
				t[p] = chars[r.Intn(10)]
			}
			if len(t) == 0 {
				break
			}
		}
		tag := byte(0x17)
		if len(t) > 15 || bytes.HasPrefix(t, []byte("20")) {
			tag = 0x18
		}
		put(func(f *fields) { f.validity = seq(tlv(0x17, []byte("240101000000Z")), tlv(tag, t)) })
	}
	ok := tlv(0x17, []byte("240101000000Z"))
	for _, v := range [][]byte{nil, null, seq(), seq(ok), seq(ok, null), seq(null, ok), seq(ok, ok, ok), set(ok, ok), seq(ok, []byte{0x17}), seq([]byte{0x18, 20}), seq(tlv(0x37, ok)), seq(tlv(0x38, ok), ok)} {
		put(func(f *fields) { f.validity = v })
	}
}

func keys() {
	key := func(k []byte) { put(func(f *fields) { f.spki = k }) }
	n := bigInt(bytes.Repeat([]byte{0xc3}, 20))
	e := integer(3)
	for _, k := range [][]byte{nil, null, seq(), seq(seq()), seq(null), seq(seq(rsaOid)), seq(seq(rsaOid, null)), seq(seq(rsaOid, null), null), seq(seq(null), bits(nil, 0)), seq(seq(rsaOid, []byte{5}), bits(nil, 0)), {0x30, 5}} {
		key(k)
	}
	for _, p := range [][]byte{nil, null, seq(), cat(null, null), {5, 1, 0}, {4, 0}} {
		key(seq(seq(rsaOid, p), bits(seq(n, e), 0)))
	}
	for _, b := range [][]byte{nil, seq(), seq(n), seq(n, null), seq(null, e), seq(n, e, null), cat(seq(n, e), null), set(n, e), seq(integer(0), e), seq(integer(-5), e), seq(rawint(0, 1), e), seq(integer(1), e), seq(integer(128), e), seq(n, integer(0)), seq(n, integer(-3)), seq(n, integer(1)), seq(n, integer(2)),
		seq(n, rawint(0x7f, 255, 255, 255, 255, 255, 255, 255)), seq(n, rawint(0, 0x80, 0, 0, 0, 0, 0, 0, 0)), seq(n, rawint(0, 3)), seq(n, rawint()), seq(rawint(), e), seq(integer(-1), integer(-1)), {0x30, 0x80, 0, 0}} {
		key(seq(seq(rsaOid, null), bits(b, 0)))
	}
	key(seq(seq(rsaOid, null), bits(cat(seq(n, integer(4)), []byte{0}), 3)))
	key(seq(seq(rsaOid, null), bits([]byte{0x60, 0x10}, 1)))
	key(rsaKey(bigInt(append([]byte{1}, make([]byte, 1024)...)), e))
	key(rsaKey(bigInt(append([]byte{0x80}, make([]byte, 1023)...)), e))
	for i, c := range curves {
		p := point(c.c, int64(1234567+i))
		w := (len(p) - 1) / 2
		ec := func(b []byte) { key(seq(seq(ecOid, c.oid), bits(b, 0))) }
		ec(p)
		ec(nil)
		ec([]byte{0})
		ec([]byte{4})
		ec(p[:len(p)-1])
		ec(append(bytes.Clone(p), 0))
		ec(p[1:])
		for _, first := range []byte{0, 1, 2, 3, 5, 6, 7} {
			ec(append([]byte{first}, p[1:]...))
			ec(append([]byte{first}, p[1:1+w]...))
		}
		off := func(i int, m byte) {
			q := bytes.Clone(p)
			q[i] ^= m
			ec(q)
		}
		off(len(p)-1, 1)
		off(1+w, 0x80)
		off(w, 2)
		off(2, 0xff)
		prime := c.c.Params().P
		put := func(x, y *big.Int) {
			if len(x.Bytes()) > w || len(y.Bytes()) > w {
				return
			}
			ec(cat([]byte{4}, x.FillBytes(make([]byte, w)), y.FillBytes(make([]byte, w))))
		}
		x, y := new(big.Int).SetBytes(p[1:1+w]), new(big.Int).SetBytes(p[1+w:])
		one := big.NewInt(1)
		put(prime, y)
		put(x, prime)
		put(prime, prime)
		put(new(big.Int).Add(prime, one), y)
		put(new(big.Int).Sub(prime, one), y)
		put(x, new(big.Int).Sub(prime, y))
		put(new(big.Int), new(big.Int))
		ones := bytes.Repeat([]byte{255}, 2*w)
		ec(append([]byte{4}, ones...))
		sqrt := new(big.Int).ModSqrt(c.c.Params().B, prime)
		if sqrt != nil {
			put(new(big.Int), sqrt)
			put(prime, sqrt)
			put(new(big.Int), new(big.Int).Add(sqrt, prime))
		}
		key(seq(seq(ecOid, c.oid, null), bits(p, 0)))
		key(seq(seq(ecOid, c.oid), bits(append([]byte{}, p[:len(p)-1]...), 0), null))
		k := bytes.Clone(p)
		k[len(k)-1] &= 0xfe
		key(seq(seq(ecOid, c.oid), bits(k, 1)))
		for j, d := range curves {
			if i != j && j == (i+1)%4 {
				key(seq(seq(ecOid, d.oid), bits(p, 0)))
			}
		}
	}

	p := point(elliptic.P256(), 5)
	for _, q := range [][]byte{nil, null, seq(), seq(integer(1)), oid(1, 3, 132, 0, 10), oid(1, 3, 36, 3, 3, 2, 8, 1, 1, 7), oid(1, 2, 840, 10045, 3, 1, 1), tlv(6), {6, 0x81, 5, 0x2b, 0x81, 4, 0, 34}, tlv(0x26, []byte{0x2b})} {
		key(seq(seq(ecOid, q), bits(p, 0)))
	}
	ed := oid(1, 3, 101, 112)
	for _, q := range [][]byte{nil, null, seq(), cat(null, null)} {
		key(seq(seq(ed, q), bits(edKey, 0)))
		key(seq(seq(oid(1, 3, 101, 110), q), bits(edKey, 0)))
		key(seq(seq(oid(1, 3, 101, 113), q), bits(edKey, 0)))
		key(seq(seq(oid(1, 3, 101, 111), q), bits(edKey[:9], 0)))
	}
	key(seq(seq(ed), bits(edKey[:31], 0)))
	key(seq(seq(ed), bits(append([]byte{1}, edKey...), 0)))
	key(seq(seq(ed), bits(nil, 0)))
	last := bytes.Clone(edKey)
	last[31] = 0x40
	key(seq(seq(ed), bits(last, 6)))
	key(seq(seq(ed), bits(last, 7)))
	key(seq(seq(ed), octets(edKey)))
	key(seq(seq(ed), bits(edKey, 0), null))
	key(seq(seq(oid(1, 3, 101, 110)), bits(edKey[:31], 0)))
	key(seq(seq(oid(1, 2, 840, 113549, 1, 1, 10)), bits(nil, 0)))
	key(seq(seq(oid(2, 16, 840, 1, 101, 3, 4, 3, 17)), bits([]byte{1}, 0)))
	dsa := oid(1, 2, 840, 10040, 4, 1)
	three := seq(integer(7), integer(5), integer(3))
	for _, q := range [][]byte{nil, null, three, seq(integer(7), integer(5)), seq(integer(7), integer(5), integer(0)), seq(integer(0), integer(5), integer(1)), seq(integer(7), integer(-5), integer(1)), seq(integer(7), integer(5), integer(1), null), seq(rawint(0, 1), integer(5), integer(3)), seq(integer(7), null, integer(3)), cat(three, null)} {
		key(seq(seq(dsa, q), bits(integer(9), 0)))
	}
	for _, y := range [][]byte{nil, null, integer(0), integer(-1), rawint(0, 1), cat(integer(5), null), {2, 5}} {
		key(seq(seq(dsa, three), bits(y, 0)))
	}
	key(seq(seq(dsa), bits(null, 0)))
	for _, v := range []int64{0, 1, 2} {
		for _, u := range [][]byte{tlv(0x81, []byte{0, 1}), tlv(0x82, []byte{0, 1}), cat(tlv(0x81), tlv(0x82)), cat(tlv(0x82), tlv(0x81)), tlv(0xa1, null), tlv(0xa2, null), {0x81}, {0x82}, {0x81, 9}, cat(tlv(0x81), []byte{0x82, 3})} {
			put(func(f *fields) {
				f.version, f.unique = tlv(0xa0, integer(v)), u
				f.exts = exts(ext(oid(2, 5, 29, 19), nil, seq(yes)))
			})
		}
	}

}
