package main

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// named pieces that scripts refer to
var pieces = map[string][]byte{}
var pieceOrder []string

func name(n string, tokens string) string {
	pieces[n] = expand(tokens)
	pieceOrder = append(pieceOrder, n)
	return "@" + n
}

func expand(tokens string) []byte {
	var out []byte
	for _, t := range strings.Fields(tokens) {
		if t[0] == '@' {
			n := t[1:]
			a, b := 0, -1
			if i := strings.IndexByte(n, '['); i >= 0 {
				r := strings.Split(strings.TrimSuffix(n[i+1:], "]"), ":")
				n = n[:i]
				a, _ = strconv.Atoi(r[0])
				if r[1] != "" {
					b, _ = strconv.Atoi(r[1])
				}
			}
			p, ok := pieces[n]
			if !ok {
				panic("no piece " + n)
			}
			if b < 0 {
				b = len(p)
			}
			out = append(out, p[a:b]...)
			continue
		}
		count := 1
		if i := strings.IndexByte(t, '*'); i >= 0 {
			count, _ = strconv.Atoi(t[i+1:])
			t = t[:i]
		}
		raw, err := hex.DecodeString(t)
		if err != nil {
			panic(t)
		}
		for range count {
			out = append(out, raw...)
		}
	}
	return out
}

func size(tokens string) int { return len(expand(tokens)) }

func h(b ...byte) string { return hex.EncodeToString(b) }
func raw(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return hex.EncodeToString(b)
}
func u16(n int) string { return fmt.Sprintf("%04x", n) }
func u24(n int) string { return fmt.Sprintf("%06x", n) }

// a block with its length before it
func b8(t string) string  { return fmt.Sprintf(" %02x %s", size(t), t) + " " }
func b16(t string) string { return " " + u16(size(t)) + " " + t + " " }
func b24(t string) string { return " " + u24(size(t)) + " " + t + " " }

func msg(kind byte, body string) string { return h(kind) + " " + b24(body) }
func rec(kind byte, version int, body string) string {
	return h(kind) + " " + u16(version) + " " + b16(body)
}
func hs(body string) string { return rec(22, 0x303, body) }
func alert(level, code byte) string { return rec(21, 0x303, h(level, code)) }
func ext(id int, body string) string { return " " + u16(id) + " " + b16(body) }
