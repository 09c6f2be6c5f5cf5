package main

import (
	"crypto/ecdh"
	"fmt"
	"slices"
)

var retryRandom = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
var plainRandom = "5a*32"

// a ServerHello in parts
type sh struct {
	version    int
	random     string
	session    string
	suite      int
	compress   int
	extensions []string
	noList     bool
	after      string
}

func (s sh) msg() string {
	t := u16(s.version) + " " + s.random + " " + b8(s.session) + " " + u16(s.suite) + " " + h(byte(s.compress))
	if !s.noList {
		all := ""
		for _, e := range s.extensions {
			all += " " + e
		}
		t += " " + b16(all)
	}
	return msg(2, t+" "+s.after)
}

func v12() sh {
	return sh{version: 0x303, random: plainRandom, session: "", suite: 0xc02b, extensions: []string{ext(0xff01, "00"), ext(11, "0100"), ext(23, "")}}
}
func share(group int, key string) string { return ext(51, u16(group)+" "+b16(key)) }
func v13() sh {
	return sh{version: 0x303, random: plainRandom, session: "@session", suite: 0x1301, extensions: []string{ext(43, "0304"), share(29, "@x25519")}}
}
func retry(exts ...string) sh {
	return sh{version: 0x303, random: retryRandom, session: "@session", suite: 0x1301, extensions: append([]string{ext(43, "0304")}, exts...)}
}

var stages [][2]string // name, tokens up to there

func build() {
	name("session", raw(sessionID))
	name("x25519", raw(point(ecdh.X25519())))
	name("p256", raw(point(ecdh.P256())))
	name("p384", raw(point(ecdh.P384())))
	name("p521", raw(point(ecdh.P521())))
	name("leaf", raw(makeLeaf()))
	name("sh12", v12().msg())
	name("cert", msg(11, b24(b24("@leaf"))))
	params := "03 0017 " + b8("@p256")
	sig := raw(sign(expand(plainRandom), expand(params)))
	name("params", params)
	name("sig", sig)
	name("skx", msg(12, "@params 0403 "+b16("@sig")))
	name("done", msg(14, ""))
	name("req", msg(13, b8("0140")+" "+b16("040308040401")+" "+b16("")))
	name("f12", "@sh12 @cert @skx @done")
	name("sh13", v13().msg())
	name("hrr", retry(ext(51, "0017")).msg())
	name("hrrcookie", retry(ext(51, "0019"), ext(44, b16("c0de"))).msg())
	name("cookie", retry(ext(44, b16("c0de"))).msg())
	s2 := v13()
	s2.extensions = []string{ext(43, "0304"), share(23, "@p256")}
	name("second", s2.msg())

	stages = [][2]string{
		{"start", ""},
		{"retried", hs("@hrr")},
		{"hello12", hs("@sh12")},
		{"certs", hs("@sh12 @cert")},
		{"exchange", hs("@sh12 @cert @skx")},
		{"done", hs("@f12")},
		{"changed", hs("@f12") + " " + rec(20, 0x303, "01")},
		{"keys13", hs("@sh13")},
	}
	for i := range stages {
		if i > 0 {
			stages[i][1] = name(stages[i][0], stages[i][1])
		}
	}
	for _, s := range stages {
		for _, end := range []string{"close", "reset", "waits"} {
			row("off", end, s[1])
			row("on", end, s[1])
			for n := 1; n <= 6; n++ {
				row("off", end, s[1]+" 16030300080200"[:1+2*n])
			}
		}
	}
	alerts()
	records()
	messages()
	hello12s()
	hello13s()
	retries()
	flights()
	mutations()
	_ = slices.Contains[[]int]
}

func alerts() {
	for code := range 256 {
		off(alert(2, byte(code)))
	}
	for _, s := range stages {
		for _, code := range []byte{0, 10, 40, 41, 70, 90, 100, 112, 255} {
			for _, level := range []byte{0, 1, 2, 3} {
				off(s[1] + " " + alert(level, code))
			}
		}
		for _, body := range []string{"", "02", "022802", "02280228", "0100"} {
			off(s[1] + " " + rec(21, 0x303, body))
		}
		for _, n := range []int{15, 16, 17, 18} {
			t := s[1]
			for range n {
				t += " " + alert(1, 90)
			}
			off(t)
			on(t + " " + alert(2, 40))
		}
	}
	// warnings around and within the flight
	off(alert(1, 112) + " " + hs("@f12"))
	for n := range 18 {
		t := ""
		for range n {
			t += " 15030100020170"
		}
		off(t + " " + hs("@f12[0:3]") + t + " " + hs("@f12[3:]") + " " + alert(2, 40))
		off(hs("@hrr") + t)
	}
	both(alert(2, 40))
}

func records() {
	versions := []int{0, 0x200, 0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x500, 0xfff, 0x1000, 0x5454}
	for _, s := range stages {
		for _, kind := range []byte{0, 1, 19, 20, 21, 22, 23, 24, 0x48, 0x80, 0x81, 255} {
			for _, v := range []int{0x300, 0x301, 0x303, 0x304, 0x5454} {
				off(s[1] + " " + rec(kind, v, "0101"))
			}
			off(s[1] + " " + rec(kind, 0x303, ""))
			off(s[1] + " " + rec(kind, 0x303, "01"))
		}
		for _, v := range versions {
			off(s[1] + " " + rec(22, v, "0e000000"))
		}
		for _, n := range []int{16384, 16385, 16640, 16641, 18432, 18433, 65535} {
			for _, kind := range []byte{20, 21, 22, 23} {
				off(s[1] + " " + h(kind) + " 0303 " + u16(n))
				if n <= 18432 {
					off(s[1] + " " + h(kind) + " 0303 " + u16(n) + fmt.Sprintf(" 00*%d", n))
				}
			}
		}
		for _, n := range []int{15, 16, 17, 23, 24, 25, 40, 48, 64} {
			for _, kind := range []byte{20, 21, 22, 23} {
				off(s[1] + " " + rec(kind, 0x303, fmt.Sprintf("00*%d", n)))
			}
		}
		for _, b := range []string{"00", "02", "0101", "01"} {
			off(s[1] + " " + rec(20, 0x303, b))
			off(s[1] + " " + rec(20, 0x303, b) + " " + alert(2, 80))
		}
		t := s[1]
		for range 18 {
			t += " " + rec(20, 0x303, "01")
			off(t)
		}
		off(s[1] + " 485454502f312e31203430302042616420526571756573740d0a")
		off(s[1] + " 5353482d322e302d4f70656e5353480d0a")
	}
	// between the parts of a message
	for _, base := range []string{"sh12", "f12", "sh13", "hrr"} {
		for _, cut := range []int{1, 4, 40} {
			for _, mid := range []string{alert(1, 90), alert(2, 40), alert(1, 0), rec(20, 0x303, "01"), rec(23, 0x303, "00"), hs(""), rec(22, 0x301, "00")} {
				off(fmt.Sprintf("%s %s %s", hs(fmt.Sprintf("@%s[0:%d]", base, cut)), mid, hs(fmt.Sprintf("@%s[%d:]", base, cut))))
			}
		}
	}
	for _, mid := range []string{alert(1, 90), alert(2, 40), rec(20, 0x303, "01"), rec(23, 0x303, "00")} {
		off(hs("@hrr @second[0:9]") + " " + mid + " " + hs("@second[9:]"))
		off(hs("@hrr") + " " + hs("@second[0:9]") + " " + mid + " " + hs("@second[9:]"))
		off(hs("@hrr") + " " + mid + " " + hs("@second"))
		off(hs("@f12 @done[0:2]") + " " + mid)
		off(hs("@sh13 @done[0:2]") + " " + mid)
	}
	off(hs("@hrr @second"))
	off(hs("@hrr @second @done"))
	off(hs("@sh13 @done"))
	// split in small records, and together
	for _, base := range []string{"f12", "sh13"} {
		total := len(pieces[base])
		for _, n := range []int{1, 2, 3, 5, 50, 200} {
			t := ""
			for i := 0; i < total; i += n {
				t += " " + hs(fmt.Sprintf("@%s[%d:%d]", base, i, min(i+n, total)))
			}
			if n > 2 {
				off(t)
			}
			if n == 3 {
				row("on", "waits", t)
			}
		}
	}
	// cut anywhere
	for _, base := range []string{"f12", "sh13", "hrr"} {
		t := name("r"+base, hs("@"+base))
		total := len(pieces["r"+base])
		for i := 0; i < total; i++ {
			if i < 110 || i%9 == 0 {
				off(fmt.Sprintf("%s[0:%d]", t, i))
			}
		}
		for i := 0; i < total; i += 17 {
			row("off", "reset", fmt.Sprintf("%s[0:%d]", t, i))
			row("on", "waits", fmt.Sprintf("%s[0:%d]", t, i))
		}
	}
}

func messages() {
	exts := b16(ext(0x7777, "01"))
	valid := map[byte][]string{
		0:  {"", "00"},
		1:  {"0303 00*32 00 0002c02b 0100", "0303 00*32 00 0003c02b00 0100", "0303", "0303 00*32 00 0002c02b 0100 " + exts, "0303 00*32 00 0002c02b 0100 0000 00"},
		2:  {"", "0303"},
		4:  {"", "00000000 0000", "00000000 0002 aaaa", "00000000 0002 aa", "00000000 00000000 00 0000 0000", "00000000 00000000 00 0000 " + exts, "00000000 00000000 00 0000 " + b16(ext(42, "00000001")), "00000000 00000000 00 0000 " + b16(ext(42, "000001"))},
		5:  {"", "00"},
		8:  {"", "0000", "0001", exts, b16(ext(16, "0003026832")), b16(ext(16, "0000")), b16(ext(16, "000302683200")), b16(ext(57, "01")), b16(ext(42, "")), b16(ext(42, "00")), b16(ext(0, "")), b16(ext(0, "00")), b16(ext(0x7777, "") + ext(0x7777, ""))},
		11: {"", "000000", "00 000000", "00 " + b24(b24("@leaf")+"0000"), "000001 00", "000003 000000", "000004 00000000", "000004 000001 aa", "000006 000000 000000", "00 " + b24(b24("aa")+b16(ext(5, "01 000001 aa"))), "00 " + b24(b24("aa")+b16(ext(5, "02 000001 aa"))), "00 " + b24(b24("aa")+b16(ext(5, "01 000000"))), "00 " + b24(b24("aa")+b16(ext(18, "0003 0001 aa"))), "00 " + b24(b24("aa")+b16(ext(18, "0002 0000"))), "00 " + b24(b24("aa")+"0000"+b24("aa")+b16(ext(5, "02"))), "01 00 000000", b24(b24("@leaf")) + " 00", b24(b24("@leaf") + b24("aabb"))},
		12: {"", "03", "030017", "ffffffffff"},
		13: {"", "00", "0140 0002 0403 0000", "0140 0000", "01 40", "0140 0002 0403 0004 0002 aaaa", "0140 0002 0403 0002 0000", "0140 0002 0403 0003 0002 aa", "0140 0003 040301 0000", "0140 0000 0000", "0140 0002 0403 0000 00", "00 0002 0403 0000", "00 0000", "00 " + b16(ext(13, "00020403")), "00 " + b16(ext(13, "0000")), "00 " + b16(ext(13, "0003040300")), "00 " + b16(ext(50, "00020403")), "00 " + b16(ext(47, "00030001aa")), "00 " + b16(ext(47, "00020000")), "00 " + b16(ext(5, "")), "00 " + b16(ext(18, "00")), "0100 0000", "ff" + " 01*255 0002 0403 0000"},
		14: {"", "00"},
		15: {"", "0000", "0403 0001 aa", "0403 0002 aa", "0001 aa"},
		16: {"", "00", "20 aa*32"},
		20: {"", "aa*12"},
		22: {"", "01 000001 aa", "01 000000", "02 000001 aa", "01 000001 aa 00", "01 000002 aa"},
		24: {"", "00", "01", "02", "0000"},
	}
	for _, s := range stages[:6] {
		for kind := range 26 {
			bodies := valid[byte(kind)]
			if bodies == nil {
				bodies = []string{""}
			}
			for _, b := range bodies {
				off(s[1] + " " + hs(msg(byte(kind), b)))
			}
		}
		for _, kind := range []byte{64, 99, 254, 255} {
			off(s[1] + " " + hs(msg(kind, "")))
		}
		for _, n := range []int{65536, 65537, 262144, 262145, 0xffffff} {
			for _, kind := range []byte{2, 11, 12, 99} {
				off(s[1] + " " + hs(h(kind)+" "+u24(n)))
			}
		}
	}
	// a client's hello, each extension
	for _, e := range []string{
		ext(0, b16("00"+b16("61"))), ext(0, b16("00"+b16("612e"))), ext(0, b16("")), ext(0, b16("01"+b16("61")+"00"+b16("62"))), ext(0, b16("00"+b16("61")+"00"+b16("62"))), ext(0, b16("00"+b16(""))),
		ext(5, "0100000000"), ext(5, "01000000"), ext(10, b16("0017")), ext(10, b16("")), ext(10, b16("001700")), ext(11, "0100"), ext(11, "00"), ext(35, ""), ext(35, "aabb"),
		ext(13, b16("0403")), ext(13, b16("")), ext(50, b16("04")), ext(0xff01, "00"), ext(0xff01, "01"), ext(23, ""), ext(23, "00"), ext(16, b16(b8("6832"))), ext(16, b16("00")), ext(18, ""), ext(18, "00"),
		ext(43, b8("0304")), ext(43, b8("")), ext(43, b8("03")), ext(44, b16("aa")), ext(44, b16("")), ext(51, b16("")), ext(51, b16("0017"+b16("aa"))), ext(51, b16("0017"+b16(""))), ext(42, ""), ext(45, "0101"), ext(45, "02"), ext(57, "aabb"),
		ext(41, b16(b16("aa")+"00000000")+b16(b8("aa"))), ext(41, b16(b16("")+"00000000")+b16(b8("aa"))), ext(41, b16(b16("aa")+"00000000")+b16(b8(""))), ext(41, b16("")+b16("")), ext(41, b16(b16("aa")+"00000000")+b16(b8("aa"))) + ext(23, ""),
		ext(0xfe0d, "aa"), ext(23, "") + ext(23, ""),
	} {
		off(hs(msg(1, "0303 00*32 00 0002c02b 0100 "+b16(e))))
	}
	// long ones that are whole
	off(hs("02 010000 00*16380") + " " + hs("00*16384") + " " + hs("00*16384") + " " + hs("00*16384") + " " + hs("0000"))
	t := hs("@sh12") + " " + hs("0b 03fffd 03fffa 03fff7 aa*16374")
	for range 15 {
		t += " " + hs("aa*16384")
	}
	off(t)
	off(t + " " + hs("aa*7"))
	off(t + " " + hs("aa*7 @skx @done"))
}

var suites = []int{0, 0x2f, 0x35, 0x3c, 0x9c, 0x9d, 0x0a, 0x05, 0x33, 0x39, 0x9e, 0x9f, 0xff, 0x5600, 0xc007, 0xc008, 0xc009, 0xc00a, 0xc011, 0xc012, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xc0ac, 0xccaa, 0xcca8, 0xcca9, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305}

// bodies for extensions of a ServerHello
func helloExtensions() []string {
	return []string{
		ext(0, ""), ext(0, "00"), ext(5, ""), ext(5, "00"), ext(11, "0100"), ext(11, "0101"), ext(11, "020100"), ext(11, "00"), ext(11, ""), ext(11, "010000"),
		ext(16, "0003026832"), ext(16, "0000"), ext(16, "000100"), ext(16, "0006026832026833"), ext(16, "000302683200"), ext(16, "000908687474702f312e31"), ext(16, ""),
		ext(18, "00030001aa"), ext(18, "0000"), ext(18, "00020000"), ext(18, ""), ext(23, ""), ext(23, "00"), ext(35, ""), ext(35, "00"),
		ext(41, "0000"), ext(41, "0001"), ext(41, "00"), ext(41, "000000"), ext(42, ""), ext(43, "0303"), ext(43, "0304"), ext(43, "0302"), ext(43, "0305"), ext(43, "7f1c"), ext(43, "0000"), ext(43, "03"), ext(43, "030300"), ext(43, ""),
		ext(44, "0001aa"), ext(44, "0000"), ext(44, "0002aa"), ext(44, ""), ext(50, "00"), ext(51, "0017"), ext(51, "001d"), ext(51, "00"), ext(51, ""), ext(51, "001700"), ext(51, "00170000"), ext(51, "0017000100"), ext(51, "00170001000000"), ext(51, "0000"), ext(51, "00000000"),
		ext(0x7777, "aabb"), ext(0x7777, "") + " " + ext(0x7777, ""), ext(57, "aa"), ext(0xff01, "00"), ext(0xff01, "01aa"), ext(0xff01, "02aa"), ext(0xff01, ""), ext(0xff01, "0000"), ext(0xfe0d, ""), ext(0xfe0d, "aa*8"), "0017", "00170001", "001700",
	}
}

func hello12s() {
	rest := " @cert @skx @done"
	for _, v := range []int{0, 0x200, 0x2ff, 0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x7f1c, 0xfeff, 0xffff} {
		s := v12()
		s.version = v
		both(hs(s.msg()))
		s.noList = true
		off(hs(s.msg() + rest))
	}
	for _, id := range []string{"", "@session", "@session[0:31]", "@session 00", "aa*32", "aa*33", "aa*255", "00"} {
		s := v12()
		s.session = id
		both(hs(s.msg() + rest))
	}
	for _, suite := range suites {
		s := v12()
		s.suite = suite
		both(hs(s.msg() + rest))
		both(hs(s.msg()))
		for _, n := range []int{16, 23, 24, 32, 48, 50} {
			if suite == 0xcca9 || suite == 0xc009 || suite == 0xc02c {
				off(hs(s.msg()+rest) + " " + rec(20, 0x303, "01") + " " + rec(22, 0x303, fmt.Sprintf("11*%d", n)))
			}
		}
	}
	for _, c := range []int{1, 64, 255} {
		s := v12()
		s.compress = c
		off(hs(s.msg() + rest))
	}
	for _, r := range []string{"00*24 444f574e47524400", "00*24 444f574e47524401", "00*24 444f574e47524402", "444f574e47524401 00*24", retryRandom} {
		s := v12()
		s.random = r
		both(hs(s.msg() + rest))
		s.version = 0x302
		off(hs(s.msg() + rest))
	}
	for _, e := range helloExtensions() {
		s := v12()
		s.extensions = []string{e}
		off(hs(s.msg() + rest))
		off(hs(s.msg()))
		s.extensions = append(v12().extensions, e)
		off(hs(s.msg() + rest))
	}
	for _, a := range []string{"00", "0000", "aabbcc"} {
		s := v12()
		s.after = a
		off(hs(s.msg() + rest))
		s.noList = true
		off(hs(s.msg() + rest))
	}
}

func hello13s() {
	for _, v := range []int{0, 0x300, 0x301, 0x302, 0x304, 0x305, 0xffff} {
		s := v13()
		s.version = v
		both(hs(s.msg()))
	}
	for _, id := range []string{"", "@session[0:31]", "@session 00", "aa*32"} {
		s := v13()
		s.session = id
		both(hs(s.msg()))
	}
	for _, suite := range suites {
		s := v13()
		s.suite = suite
		both(hs(s.msg()))
	}
	for _, c := range []int{1, 255} {
		s := v13()
		s.compress = c
		off(hs(s.msg()))
	}
	s := v13()
	s.random = "00*24 444f574e47524401"
	off(hs(s.msg()))
	keys := map[int][]string{
		29:     {"@x25519", "00*32", "01 00*31", "ff*32", "@x25519[0:31]", "@x25519 00", "", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
		23:     {"@p256"},
		24:     {"@p384"},
		25:     {"@p521"},
		30:     {"00*56"},
		256:    {"00*256"},
		0x6399: {"00*1120"},
		0x11eb: {"@p256 00*1088"},
		0x11ec: {"00*1088 @x25519", "00*1088 00*32", "00*1087 @x25519", "00*1089 @x25519", "@x25519", "", "00*1088", "ff*1088 @x25519"},
		0x11ed: {"@p384 00*1568"},
		0:      {"00"},
		0xffff: {"00"},
	}
	for group, list := range keys {
		for _, key := range list {
			s := v13()
			s.extensions = []string{ext(43, "0304"), share(group, key)}
			both(hs(s.msg()))
			s.extensions = []string{share(group, key), ext(43, "0304")}
			off(hs(s.msg()))
			row("off", "waits", hs(s.msg()))
		}
	}
	for _, e := range helloExtensions() {
		s := v13()
		s.extensions = []string{ext(43, "0304"), e}
		off(hs(s.msg()))
		s.extensions = append(v13().extensions, e)
		off(hs(s.msg()))
		s.extensions = []string{e, share(29, "@x25519")}
		off(hs(s.msg()))
	}
	off(hs("@sh13") + " " + rec(20, 0x303, "01") + " " + rec(23, 0x303, "11*64"))
	off(hs("@sh13") + " " + rec(23, 0x303, "11*64") + " 485454502f312e31")
	off(hs("@sh13") + " " + rec(23, 0x303, "11*64") + " " + h(23))
}

func retries() {
	for _, group := range []int{0, 1, 23, 24, 25, 29, 30, 256, 0x6399, 0x11eb, 0x11ec, 0x11ed, 0xffff} {
		r := retry(ext(51, u16(group)))
		both(hs(r.msg()))
		both(hs(r.msg()) + " " + hs("@second"))
		row("off", "waits", hs(r.msg()))
		r = retry(ext(51, u16(group)), ext(44, "0001aa"))
		off(hs(r.msg()))
		off(hs(r.msg()) + " " + hs("@sh13"))
	}
	for _, e := range helloExtensions() {
		off(hs(retry(e).msg()))
		off(hs(retry(ext(51, "0017"), e).msg()))
		off(hs(retry(ext(44, "0001aa"), e).msg()))
		s := v13()
		s.extensions = []string{ext(43, "0304"), share(23, "@p256"), e}
		off(hs("@hrr") + " " + hs(s.msg()))
		s.extensions = []string{e, share(23, "@p256")}
		off(hs("@hrr") + " " + hs(s.msg()))
		s.extensions = []string{ext(43, "0304"), e}
		off(hs("@hrr") + " " + hs(s.msg()))
	}
	change := []func(*sh){
		func(s *sh) { s.version = 0x304 }, func(s *sh) { s.version = 0x302 }, func(s *sh) { s.session = "" }, func(s *sh) { s.session = "aa*32" },
		func(s *sh) { s.suite = 0x1302 }, func(s *sh) { s.suite = 0x1303 }, func(s *sh) { s.suite = 0xc02b }, func(s *sh) { s.suite = 0x1304 }, func(s *sh) { s.compress = 1 },
		func(s *sh) { s.random = retryRandom }, func(s *sh) { s.noList = true }, func(s *sh) { s.extensions = nil }, func(s *sh) { s.random = "00*24 444f574e47524401" },
	}
	for _, c := range change {
		r := retry(ext(51, "0017"))
		c(&r)
		off(hs(r.msg()))
		off(hs(r.msg()) + " " + hs("@second"))
		s := v13()
		s.extensions = []string{ext(43, "0304"), share(23, "@p256")}
		c(&s)
		off(hs("@hrr") + " " + hs(s.msg()))
	}
	off(hs("@hrr") + " " + hs("@hrr"))
	off(hs("@hrr") + " " + hs("@sh12"))
	off(hs("@hrr") + " " + hs("@sh13"))
	keys := map[int][]string{
		23:     {"@p256", "@p256[0:64]", "@p256 00", "02 @p256[1:33]", "04 00*64", "00", "@p384", "@x25519", "04 ff*64", ""},
		24:     {"@p384", "@p384[0:96]", "04 00*96", "03 @p384[1:49]", "@p256"},
		25:     {"@p521", "@p521[0:132]", "04 00*132", "02 @p521[1:67]", "04 01ff ff*130"},
		0x11eb: {"@p256 00*1088", "@p256 00*1087", "@p256 00*1089", "04 00*64 00*1088", "00*1088 @p256", "@p256", ""},
		0x11ed: {"@p384 00*1568", "@p384 00*1567", "04 00*96 00*1568", "@p384 00*1088"},
	}
	for group, list := range keys {
		for _, key := range list {
			s := v13()
			s.extensions = []string{ext(43, "0304"), share(group, key)}
			off(hs(retry(ext(51, u16(group))).msg()) + " " + hs(s.msg()))
			off(hs(retry(ext(51, "0018")).msg()) + " " + hs(s.msg()))
		}
	}
}

func flights() {
	head := "@sh12 @cert "
	exchange := func(t string) { both(hs(head + msg(12, t) + " @done")) }
	curves := map[int][]string{
		23: {"@p256", "@p256[0:64]", "04 00*64", "02 @p256[1:33]", "@p256 00", "", "@x25519", "00", "06 @p256[1:]", "07 @p256[1:]"}, 24: {"@p384", "04 00*96"}, 25: {"@p521", "04 00*132"}, 29: {"@x25519", "00*32", "@x25519[0:31]", "01 00*31", "@p256"},
		0x11ec: {"@x25519"}, 0x11eb: {"@p256"}, 0x11ed: {"@p384"}, 30: {"00*56"}, 26: {"00*65"}, 0: {"00"}, 0xffff: {"00"}, 22: {"@p256"}, 0xff01: {"@p256"},
	}
	for group, list := range curves {
		for _, p := range list {
			exchange("03 " + u16(group) + " " + b8(p) + " 0403 " + b16("@sig"))
			exchange("03 " + u16(group) + " " + b8(p) + " 0402 " + b16("@sig"))
		}
	}
	for _, kind := range []string{"00", "01", "02", "04", "ff"} {
		exchange(kind + " 0017 " + b8("@p256") + " 0403 " + b16("@sig"))
	}
	for _, scheme := range []int{0, 0x201, 0x202, 0x203, 0x301, 0x303, 0x401, 0x402, 0x403, 0x501, 0x503, 0x601, 0x603, 0x804, 0x805, 0x806, 0x807, 0x808, 0x809, 0x80a, 0x81a, 0x904, 0xffff} {
		exchange("@params " + u16(scheme) + " " + b16("@sig"))
		s := v12()
		s.suite = 0xc02f
		both(hs(s.msg() + " @cert " + msg(12, "@params "+u16(scheme)+" "+b16("@sig")) + " @done"))
	}
	for _, t := range []string{"", "03", "0300", "030017", "03001741", "00001741", "03001700", "030017000403", "0300170004030000", "03001700040300", "@params", "@params 04", "@params 0403", "@params 0403 00", "@params 0403 0000", "@params 0403 0001", "@params 0403 0001 aa", "@params 0403 0001 aabb", "@params 0403 " + b16("@sig") + " 00"} {
		exchange(t)
	}
	// places
	ms := map[string]string{"cert": "@cert", "status": msg(22, "01 000001 aa"), "skx": "@skx", "req": "@req", "done": "@done", "ticket": msg(4, "00000000 0000"), "fin": msg(20, "aa*12"), "empty": msg(11, "000000"), "bad": msg(11, b24(b24("aabb"))), "hello": "@sh12"}
	order := []string{"cert", "status", "skx", "req", "done", "ticket", "fin", "empty", "bad", "hello"}
	stapled := v12()
	stapled.extensions = append(stapled.extensions, ext(5, ""))
	name("sh12s", stapled.msg())
	ticketed := v12()
	ticketed.extensions = append(ticketed.extensions, ext(35, ""))
	name("sh12t", ticketed.msg())
	for _, start := range []string{"@sh12", "@sh12s", "@sh12t"} {
		for _, a := range order {
			for _, b := range order {
				off(hs(start + " " + ms[a] + " " + ms[b]))
				if a != "cert" {
					continue
				}
				for _, c := range order {
					off(hs(start + " " + ms[a] + " " + ms[b] + " " + ms[c]))
					if b != "skx" && b != "status" {
						continue
					}
					for _, d := range order {
						off(hs(start + " " + ms[a] + " " + ms[b] + " " + ms[c] + " " + ms[d]))
					}
				}
			}
		}
		off(hs(start + " @cert @skx @req @done"))
		off(hs(start+" @cert "+ms["status"]+" @skx @req @done") + " " + rec(20, 0x303, "01") + " " + hs("00*40"))
	}
	wrong := "@params 0403 " + b16("@sig[0:10] 00 @sig[11:]")
	off(hs(head + msg(12, wrong) + " @done"))
}

func mutations() {
	for _, base := range []string{"rf12", "rsh13", "rhrr"} {
		total := len(pieces[base])
		p := pieces[base]
		for i := range total {
			if i > 200 && i%4 != 0 {
				continue
			}
			for _, mask := range []byte{0x01, 0x80} {
				if i > 120 && mask == 0x80 {
					continue
				}
				off(fmt.Sprintf("@%s[0:%d] %02x @%s[%d:]", base, i, p[i]^mask, base, i+1))
			}
			if i < 130 && i%2 == 0 {
				// one byte out, one byte in
				on(fmt.Sprintf("@%s[0:%d] @%s[%d:]", base, i, base, i+1))
				on(fmt.Sprintf("@%s[0:%d] 00 @%s[%d:]", base, i, base, i))
			}
		}
	}
}
