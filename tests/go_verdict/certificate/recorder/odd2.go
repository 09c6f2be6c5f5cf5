package main

import "bytes"

func one(o, critical, value []byte) {
	put(func(f *fields) { f.exts = exts(ext(o, critical, value)) })
}

func extensions() {
	e := func(x ...[]byte) { put(func(f *fields) { f.exts = exts(x...) }) }
	bc := oid(2, 5, 29, 19)
	for _, x := range [][]byte{tlv(0xa3), tlv(0xa3, null), tlv(0xa3, seq(), null), tlv(0xa3, set()), exts(), exts(null), exts(seq()), exts(seq(bc)), exts(seq(null, octets())), exts(seq(bc, octets(seq()), null)), exts(seq(bc, yes)), exts(seq(bc, []byte{1, 1, 1}, octets(seq()))),
		exts(seq(bc, []byte{1, 1, 0}, octets(seq()))), exts(seq(bc, []byte{1, 2, 255, 255}, octets(seq()))), exts(seq(bc, []byte{1, 0}, octets(seq()))), exts(seq(bc, tlv(3, []byte{0}, seq()))), exts(seq(bc, tlv(0x24, octets(seq())))), exts(seq(bc, []byte{4, 9})), exts(seq(bc, integer(1), octets(seq()))),
		tlv(0x83, seq()), {0xa3}, {0xa3, 0x05}, {0xa3, 0x80, 0, 0}, exts([]byte{0x30}), exts(set(bc, octets(seq()))), exts(seq(tlv(6), octets())), exts(seq(tlv(6, []byte{0x55, 0x1d, 0x80, 19}), octets(seq()))), cat(exts(seq(bc, octets(seq()))), exts())} {
		put(func(f *fields) { f.exts = x })
		put(func(f *fields) { f.exts, f.version = x, tlv(0xa0, integer(1)) })
	}
	good := ext(bc, nil, seq())
	e(good, good)
	e(good, ext(oid(1, 2, 3), nil, nil), ext(oid(1, 2, 3), yes, nil))
	e(ext(oid(1, 2, 3), nil, nil), ext(oid(1, 2, 4), yes, nil), good)
	e(ext(bc, nil, null), good)
	e(ext(bc, nil, null), null)
	e(ext(oid(2, 100, 3), nil, nil), ext(oid(2, 100, 3), nil, nil))
	e(ext(oid(0, 39, 2147483647), nil, nil), ext(oid(0, 39, 2147483647), nil, nil))
	known := []int{14, 15, 17, 19, 30, 31, 32, 33, 35, 36, 37, 54, 9, 16, 18, 46, 0}
	values := [][]byte{nil, null, seq(), set(), octets(), octets([]byte{1}), bits(nil, 0), integer(0), integer(5), seq(null), seq(seq()), cat(seq(), null), {0x30}, {0x30, 0x80, 0, 0}, tlv(0xa0), yes}
	for _, k := range known {
		for _, v := range values {
			one(oid(2, 5, 29, k), nil, v)
		}
		one(oid(2, 5, 29, k), yes, seq())
		one(oid(2, 5, 29, k), yes, integer(3))
	}
	one(oid(2, 5, 29), yes, seq())
	one(oid(2, 5, 29, 19, 1), yes, seq())
	one(oid(2, 5, 29, 143), yes, seq())
	one(oid(2, 5, 30, 19), yes, seq())
	for _, v := range [][]byte{bits([]byte{0x80}, 7), bits([]byte{0x80}, 0), bits([]byte{0, 0x80}, 7), bits([]byte{0xff, 0xff}, 0), bits([]byte{0xff}, 0), bits([]byte{0xff, 0x80, 0xff}, 0), bits([]byte{6}, 1), bits([]byte{6}, 2), bits([]byte{0x80}, 8), bits(nil, 3), cat(bits([]byte{0x80}, 7), null), {3, 0}, {3, 0x81, 2, 0, 1}} {
		one(oid(2, 5, 29, 15), yes, v)
	}
	no := []byte{1, 1, 0}
	for _, v := range [][]byte{seq(yes), seq(no), seq(yes, integer(0)), seq(yes, integer(5)), seq(integer(0)), seq(no, integer(1)), seq(yes, integer(-1)), seq(yes, rawint(0, 0x80, 0, 0, 0, 0, 0, 0, 0)), seq(yes, rawint(0x7f, 255, 255, 255, 255, 255, 255, 255)), seq(yes, rawint(0, 255, 255, 255, 255, 255, 255, 255, 255)), seq(yes, rawint(1, 0, 0, 0, 0, 0, 0, 0, 0)),
		seq(yes, rawint(0, 1)), seq([]byte{1, 1, 1}), seq(yes, null), seq(yes, integer(1), null), seq(null), cat(seq(yes), null), seq([]byte{2, 5}), seq([]byte{1})} {
		one(bc, yes, v)
	}
	for _, v := range [][]byte{seq(oid(2, 5, 29, 37, 0)), seq(oid(1, 3, 6, 1, 5, 5, 7, 3, 1), oid(1, 3, 6, 1, 5, 5, 7, 3, 2), oid(1, 3, 6, 1, 5, 5, 7, 3, 3), oid(1, 3, 6, 1, 5, 5, 7, 3, 4)), seq(oid(1, 3, 6, 1, 5, 5, 7, 3, 5), oid(1, 3, 6, 1, 5, 5, 7, 3, 9), oid(1, 3, 6, 1, 4, 1, 311, 10, 3, 3), oid(2, 16, 840, 1, 113730, 4, 1), oid(1, 2, 3)),
		seq(oid(1, 2, 3), null), seq(tlv(6)), seq(tlv(6, []byte{0x80})), seq(tlv(6, []byte{0x2a, 0x88, 0x80, 0x80, 0x80, 0})), cat(seq(oid(1, 2, 3)), null), seq(oid(1, 2, 3), oid(1, 2, 3))} {
		one(oid(2, 5, 29, 37), nil, v)
	}
	k0 := tlv(0x80, []byte{1, 2, 3})
	for _, v := range [][]byte{seq(k0), seq(k0, tlv(0xa1, null), tlv(0x82, []byte{1})), seq(tlv(0xa1, null)), seq(tlv(0xa0, null)), seq(tlv(0x80)), seq([]byte{0x80, 5}), seq([]byte{0x80}), seq(k0, null), cat(seq(k0), null), seq(null, k0)} {
		one(oid(2, 5, 29, 35), nil, v)
		one(oid(2, 5, 29, 35), yes, v)
	}
	for _, v := range [][]byte{octets([]byte{1, 2}), cat(octets([]byte{1}), null), tlv(0x24, octets()), {4, 9}} {
		one(oid(2, 5, 29, 14), nil, v)
		one(oid(2, 5, 29, 14), yes, v)
	}
	u := tlv(0x86, []byte("http://x"))
	for _, v := range [][]byte{seq(seq(tlv(0xa0, tlv(0xa0, u)))), seq(seq(tlv(0xa0, tlv(0xa0, u, u)))), seq(seq(tlv(0xa0, tlv(0xa0, u, null, []byte{0x86})))), seq(seq(tlv(0xa0, tlv(0xa0, []byte{0x86})))), seq(seq(tlv(0xa0, tlv(0xa0, []byte{0x86, 9})))), seq(seq(tlv(0xa0, tlv(0xa1, u)))), seq(seq(tlv(0xa0))), seq(seq(tlv(0x80, u))), seq(seq(tlv(0x81, []byte{0}))),
		seq(seq(), null), seq(seq(), seq()), seq([]byte{0x30, 9}), seq(seq([]byte{0xa0, 9})), seq(seq([]byte{0xa0})), seq(seq(tlv(0xa0, tlv(0xa0)))), seq(seq(tlv(0xa0, tlv(0x80, u)))), seq(seq(tlv(0xa0, tlv(0xa0, tlv(0x86, []byte{0xff})))))} {
		one(oid(2, 5, 29, 31), nil, v)
	}
	aia := oid(1, 3, 6, 1, 5, 5, 7, 1, 1)
	ocsp := oid(1, 3, 6, 1, 5, 5, 7, 48, 1)
	for _, v := range [][]byte{nil, null, seq(), seq(seq(ocsp, u)), seq(seq(ocsp)), seq(seq(ocsp, null)), seq(seq(null)), seq(seq()), seq(null), seq(seq(ocsp, []byte{0x86})), seq(seq(ocsp, []byte{0x86, 5})), seq(seq(ocsp, u, null)), seq(seq(oid(1, 2), u), seq(ocsp, tlv(0x82))), cat(seq(), null), seq(seq(tlv(6), u)), seq(seq(ocsp, []byte{0x87}))} {
		one(aia, nil, v)
		one(aia, yes, v)
	}
	one(oid(1, 3, 6, 1, 5, 5, 7, 1, 2), yes, seq())
}

func alternatives() {
	san := oid(2, 5, 29, 17)
	s := func(critical []byte, v ...[]byte) { one(san, critical, seq(v...)) }
	for tag := 0; tag < 16; tag++ {
		s(yes, tlv(0x80|byte(tag), []byte("abcd")))
		s(nil, tlv(0xa0|byte(tag), []byte("abcd")))
		s(nil, tlv(byte(tag), []byte("abcd")))
	}
	for _, text := range []string{"", ".", "a.", "a..b", "*", "*.a", "a_b", "-a", " ", "a b", "\x00", "\x7f", "\x80", "\xc3\xa9", "b\xc3\xbccher.test", "xn--bcher-kva.test", "A", "1.2.3.4", "a@b", "<>"} {
		s(nil, tlv(0x82, []byte(text)))
		s(nil, tlv(0x81, []byte(text)))
	}
	for n := 0; n < 20; n++ {
		s(nil, tlv(0x87, bytes.Repeat([]byte{1}, n)))
	}
	s(nil, tlv(0x87, bytes.Repeat([]byte{1}, 200)))
	s(nil, tlv(0x87, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4}))
	s(nil, tlv(0x82, []byte("a")), []byte{0x82})
	s(nil, tlv(0x82, []byte("a")), []byte{0x82, 2, 'b'})
	s(nil, tlv(0x82, []byte("a")), null, tlv(0x82, []byte("b")))
	s(yes, tlv(0xa4, seq()), tlv(0x88, []byte{1}))
	s(yes, tlv(0xa4, seq()), tlv(0x82, []byte("a")))
	s(nil, []byte{0x9f, 0x1f, 0})
	s(nil, tlv(0x82, []byte("a")), tlv(0x82, []byte("a")))
	one(san, nil, cat(seq(tlv(0x82, []byte("a"))), []byte("tail")))
	one(san, nil, cat(seq(), []byte{1}))
}

func uri(text string) {
	one(oid(2, 5, 29, 17), nil, seq(tlv(0x86, []byte(text))))
}

func uris() {
	for _, t := range []string{"", "*", "http://a", "HTTP://a:b:1", "http://a:1:2", "ftp://a:1:2", "ftp://a:b:2", "ftp://a:b", "http://a:", "http://a:x", "http://a:80/p?q#f", "//a/b", "///a", "x:///a", "/a:b", "a:b", "a/b:c", "a b:c", "1:a", "1a", ":a", "+a:b", "a+b-c.d:e", "a_b:c", "_a:b", "mailto:x%zz", "urn:a:b", "x:%zz", "x:/%zz", "x:/%", "x:/%4", "x:/%4g", "/%41%", "%41", "%", "%zz/a", "a?%zz", "a#%zz", "a#%", "#", "#%41", "a#b#%c", "x://u@h", "x://u:p@h", "x://u:p@q@h", "x://u%40:%zz@h", "x://u%4:p@h", "x://u p@h", "x://u/p@h", "x://u?p@h", "x://u^@h", "x://@h", "x://:@h", "x://u@", "x://[::1]", "x://[::1]:80", "x://[::1]:x", "x://[::1]x", "x://[::1", "x://::1]", "x://a[::1]", "x://[a]", "x://[1.2.3.4]", "x://[::1.2.3.4]", "x://[::ffff:1.2.3.4]", "x://[fe80::1%25en0]", "x://[fe80::1%en0]", "x://[fe80::1%25]", "x://[fe80::1%25%41]", "x://[fe80::1%25 a]", "x://[fe80::1%25%20]", "x://[fe80::1%25%2f]", "x://[fe80::1%25%c3]", "x://[%66e80::1]", "x://[::%c3%bc]", "x://[::\\]", "x://[1:2:3:4:5:6:7:8]", "x://[1:2:3:4:5:6:7]", "x://[1:2:3:4:5:6:7:8:9]", "x://[1::2::3]", "x://[:1]", "x://[1:]", "x://[::]", "x://[12345::]", "x://[g::]", "x://[1:2:3:4:5:6:7::]", "x://[1:2:3:4:5:6:7:8::]", "x://[::1:2:3:4:5:6:7:8]", "x://[::1:2:3:4:5:6:7]", "x://[1:2:3:4:5:6:1.2.3.4]", "x://[1:2:3:4:5:6:7:1.2.3.4]", "x://[1:1.2.3.4]", "x://[::1:2:3:4:5:6:7:1.2.3.4]", "x://[::1.2.3]", "x://[::1.2.3.4.5]", "x://[::01.2.3.4]", "x://[::256.2.3.4]", "x://[::1..3.4]", "x://[::1.2.3.]", "x://[::1.2.3.a]", "x://[::1.2.3.4%25z]", "x://[%25]", "x://[]", "x://[.]", "x://[1.2.3]", "x://[::1]]", "x://[[::1]", "x://[::1%25[]", "x://a%41", "x://a%25", "x://a%c3%bc", "x://a%ff", "x://a%", "x://a%2", "x://a b", "x://a\"b", "x://a<b>", "x://a^b", "x://a|b", "x://a\\b", "x://a`b", "x://a{b", "x://a~b", "x://a_b", "x://a!$&'()*+,;=b", "x://a.", "x://.a", "x://a..b", "x://.", "x://a.:1", "x://a:1.", "x://*", "x://-a", "x://a%00", "\x00", "a\x7f", "a\nb", "\t", "x://a\x1f", "x:// ", "x:\x00", " x://a", "http:", "http:a", "http:/a", "http://", "http:///", "http://?", "http://#", "http:/?a", "?", "a?b?c", "a?", "x:?", "x://a?b/c@d", "x://a#b@c", "HTTPS://a:1:2", "wss://a:1:2", "h%74tp://a", "x://u@v@[::1]", "x://\xe9", "\xff", "x://a:%31", "x://[::1]:%31", "x://a%3a1", "x://a,b:1,c:2", "http://a,b:1,c:2", "a\"b\\c\x07:", "\x08\x0c\x0b\r:", "a\"#%zz\"", "x://[::\"1]"} {
		uri(t)
	}
	pieces := []string{"http", "x", "https", ":", ":", "/", "//", "//", "a", "b.c", "1", "80", "@", "u:p@", "[", "]", "[::1]", "::", "1.2.3.4", ".", "%", "%41", "%25", "%zz", "%c3", "?", "#", " ", "-", "*", "fe80::1", ",", "<", "\\", "^", "_"}
	for i := 0; i < 420; i++ {
		text := ""
		if r.Intn(3) > 0 {
			text = []string{"x://", "http://", "//", "x:/"}[r.Intn(4)]
		}
		for n := 1 + r.Intn(5); n > 0; n-- {
			text += pieces[r.Intn(len(pieces))]
		}
		uri(text)
	}
}

func constraints() {
	nc := oid(2, 5, 29, 30)
	sub := func(n ...[]byte) []byte {
		var out []byte
		for _, x := range n {
			out = append(out, seq(x)...)
		}
		return out
	}
	v := func(critical, value []byte) { one(nc, critical, value) }
	dns := tlv(0x82, []byte("a.b"))
	for _, x := range [][]byte{seq(), seq(tlv(0xa0)), seq(tlv(0xa1)), seq(tlv(0xa0), tlv(0xa1)), seq(tlv(0xa0, sub(dns))), seq(tlv(0xa1, sub(dns))), seq(tlv(0xa0, sub(dns)), tlv(0xa1)), seq(tlv(0xa0), tlv(0xa1, sub(dns))), seq(tlv(0xa1, sub(dns)), tlv(0xa0, sub(dns))), seq(tlv(0xa0, sub(dns)), null), cat(seq(tlv(0xa0, sub(dns))), null), seq(tlv(0x80, sub(dns))), seq(tlv(0xa2, sub(dns))),
		seq(tlv(0xa0, dns)), seq(tlv(0xa0, seq())), seq(tlv(0xa0, null)), seq(tlv(0xa0, seq(dns, tlv(0x80, []byte{0}), tlv(0x81, []byte{5})))), seq(tlv(0xa0, seq(dns, null))), seq(tlv(0xa0, seq([]byte{0x82, 9}))), seq([]byte{0xa0, 9}), seq(tlv(0xa0, sub(dns, dns, tlv(0x82)))), set(), null, nil,
		seq(tlv(0xa0, sub(tlv(0xa4, seq())))), seq(tlv(0xa0, sub(tlv(0x88, []byte{1}), dns))), seq(tlv(0xa1, sub(tlv(0xa4, seq()), tlv(0x82, []byte("a.")))))} {
		v(yes, x)
		v(nil, x)
	}
	for tag := byte(0); tag < 16; tag++ {
		v(yes, seq(tlv(0xa0, sub(tlv(0x80|tag, []byte("ab.c"))))))
	}
	texts := []string{"", ".", "..", ".a", "a.", "a..b", "*.a", ".a.b", "a b", "a\x00", "a\x7f", "\x80", "\xff", "b\xc3\xbccher", "a\xcc\x81", "\xcc\x81", "\xe2\x80\x8b", "\xf3\xa0\x80\x81", "\xef\xbf\xbd", "\xed\xa0\x80", "\xc2\xa0\"\\\n", "1.2.3.4", "::1", "[::1]", "fe80::1%a", "1.2.3", "a:80", "a@b", "@", "a@", "@a", "a@b@c", "a@.b", "a@b.", "a@b c", ".a@b", "a.@b", "a..b@c", "\"a\"@b", "\"a b\"@c", "\"@b", "\"\"@b", "\"a\\\"\"@b", "\"a\\\x00\"@b", "\"a\\\r\"@b", "\"a\t\"@b", "\"a\\\t\"@b", "\"a\x01\"@b", "\"a\"b@c", "a\\@b@c", "a\\", "a\\@b", "a b@c", "a,b@c", "a!#$%&'*+-/=?^_`{|}~@b", "a\"@b", "(a)@b", "\\.a@b", "a\\.@b", "a\\..b@c", "\"\\", "\"\\@", "a@b@"}
	for _, t := range texts {
		for _, tag := range []byte{0x81, 0x82, 0x86} {
			v(nil, seq(tlv(0xa1, sub(tlv(tag, []byte(t))))))
		}
	}
	for n := 0; n < 10; n++ {
		v(nil, seq(tlv(0xa0, sub(tlv(0x87, bytes.Repeat([]byte{255}, n))))))
	}
	for _, n := range []int{16, 31, 32, 33} {
		v(nil, seq(tlv(0xa0, sub(tlv(0x87, bytes.Repeat([]byte{0}, n))))))
	}
	for _, m := range [][]byte{{255, 255, 0, 0}, {255, 0, 255, 0}, {0, 0, 0, 1}, {254, 0, 0, 0}, {253, 0, 0, 0}, {128, 128, 0, 0}, {255, 192, 0, 0}, {255, 255, 255, 255}, {0, 255, 0, 0}, {255, 255, 255, 254}, {255, 255, 255, 0xf1}, {0xa0, 0, 0, 0}} {
		v(nil, seq(tlv(0xa0, sub(tlv(0x87, []byte{9, 8, 7, 6}, m)))))
	}
	v(nil, seq(tlv(0xa0, sub(tlv(0x87, bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{255}, 8), make([]byte, 8))))))
	v(nil, seq(tlv(0xa0, sub(tlv(0x87, bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{255}, 8), []byte{0, 1, 0, 0, 0, 0, 0, 0})))))
	chars := []string{"a", "b", ".", "@", "\"", "\\", " ", "\x01", "-", "1", ":", "\xc3\xa9", "\x7f", "\t", "("}
	for i := 0; i < 150; i++ {
		t := ""
		for n := r.Intn(7); n >= 0; n-- {
			t += chars[r.Intn(len(chars))]
		}
		if r.Intn(2) == 0 {
			t += "@b"
		}
		v(nil, seq(tlv(0xa0, sub(tlv([]byte{0x81, 0x81, 0x82, 0x86}[r.Intn(4)], []byte(t))))))
	}
}

func policies() {
	p := func(k int, v []byte) { one(oid(2, 5, 29, k), nil, v) }
	raw := func(b ...byte) []byte { return tlv(6, b) }
	long := raw(0x2a, 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)
	oids := [][]byte{oid(1, 2, 3), oid(2, 5, 29, 32, 0), oid(0, 0), oid(0, 39), oid(1, 0), oid(1, 39), oid(2, 0), oid(2, 47), oid(2, 48), oid(2, 999, 1), long, raw(), raw(0x80), raw(0x80, 1), raw(0x2a, 0x80, 1), raw(0x2a, 0x81), raw(0x2a, 0x8f, 0xff, 0xff, 0xff, 0x7f), raw(0x2a, 0x90, 0x80, 0x80, 0x80, 0), raw(0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), raw(0x2a, 0x83, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
		raw(0x2a, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0), raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)}
	for _, o := range oids {
		p(32, seq(seq(o)))
		p(33, seq(seq(o, oid(1, 2))))
		p(33, seq(seq(oid(1, 2), o)))
	}
	q := seq(oid(1, 2, 3))
	for _, v := range [][]byte{seq(q, q), seq(q, seq(oid(1, 2, 4))), seq(q, null), seq(oid(1, 2, 3)), seq(seq(oid(1, 2, 3), seq(null))), seq(seq(oid(1, 2, 3), []byte{0x30})), seq(seq(null)), cat(seq(q), null), seq([]byte{0x30, 9}), seq(seq(raw(0x80)), seq(raw(0x80)))} {
		p(32, v)
	}
	m := seq(oid(1, 2, 3), oid(1, 2, 4))
	for _, v := range [][]byte{seq(m, m), seq(m, null), seq(seq(oid(1, 2))), seq(seq(oid(1, 2), null)), seq(seq(oid(1, 2), oid(1, 3), null)), seq(seq(null, oid(1, 2))), cat(seq(m), null), seq(set(oid(1, 2), oid(1, 3)))} {
		p(33, v)
	}
	i64 := []byte{0x7f, 255, 255, 255, 255, 255, 255, 255}
	for _, n := range [][]byte{{0}, {1}, {5}, {0x7f}, {0x80}, {0xff}, {0, 0x80}, {0, 1}, {}, i64, {0x80, 0, 0, 0, 0, 0, 0, 0}, {0, 0x80, 0, 0, 0, 0, 0, 0, 0}} {
		p(36, seq(tlv(0x80, n)))
		p(36, seq(tlv(0x81, n)))
		p(36, seq(tlv(0x80, []byte{2}), tlv(0x81, n)))
		p(36, seq(tlv(0x81, n), tlv(0x80, []byte{2})))
		p(54, tlv(2, n))
	}
	for _, v := range [][]byte{seq(tlv(0xa0, integer(1))), seq(null), seq(tlv(0x80, []byte{1}), null), seq(tlv(0x82, []byte{1})), seq([]byte{0x80}), seq([]byte{0x80, 3}), seq(tlv(0x80, []byte{1}), tlv(0x80, []byte{1})), cat(seq(tlv(0x80, []byte{1})), null)} {
		p(36, v)
	}
	p(54, cat(integer(3), null))
	p(54, []byte{2})
}
