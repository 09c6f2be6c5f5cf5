package main

import (
	"encoding/asn1"
	"math/big"
)

func cat(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func tlv(tag byte, parts ...[]byte) []byte {
	body := cat(parts...)
	n := len(body)
	head := []byte{tag}
	switch {
	case n < 128:
		head = append(head, byte(n))
	case n < 256:
		head = append(head, 0x81, byte(n))
	case n < 65536:
		head = append(head, 0x82, byte(n>>8), byte(n))
	default:
		head = append(head, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(head, body...)
}

func seq(p ...[]byte) []byte     { return tlv(0x30, p...) }
func set(p ...[]byte) []byte     { return tlv(0x31, p...) }
func octets(p ...[]byte) []byte  { return tlv(4, p...) }
func bits(b []byte, u byte) []byte { return tlv(3, []byte{u}, b) }
func rawint(b ...byte) []byte    { return tlv(2, b) }
func integer(n int64) []byte {
	b, err := asn1.Marshal(big.NewInt(n))
	if err != nil {
		panic(err)
	}
	return b
}
func oid(a ...int) []byte {
	b, err := asn1.Marshal(asn1.ObjectIdentifier(a))
	if err != nil {
		panic(err)
	}
	return b
}

var null = []byte{5, 0}
var yes = []byte{1, 1, 0xff}

type fields struct {
	version, serial, inner, outer, issuer, validity, subject, spki, unique, exts, sig []byte
	tbsTail, tail, after                                                        []byte
}

var edAlg = seq(oid(1, 3, 101, 112))
var edKey = []byte{9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31}

func attr(kind []byte, tag byte, text string) []byte { return set(seq(kind, tlv(tag, []byte(text)))) }

var cnOid = oid(2, 5, 4, 3)

func base() fields {
	return fields{
		version:  tlv(0xa0, integer(2)),
		serial:   integer(7),
		inner:    edAlg,
		outer:    edAlg,
		issuer:   seq(),
		validity: seq(tlv(0x17, []byte("240101000000Z")), tlv(0x17, []byte("340101000000Z"))),
		subject:  seq(),
		spki:     seq(seq(oid(1, 3, 101, 112)), bits(edKey, 0)),
		sig:      bits(nil, 0),
	}
}

func (f fields) der() []byte {
	tbs := seq(f.version, f.serial, f.inner, f.issuer, f.validity, f.subject, f.spki, f.unique, f.exts, f.tbsTail)
	return cat(seq(tbs, f.outer, f.sig, f.tail), f.after)
}

func ext(o []byte, critical []byte, value []byte) []byte { return seq(o, critical, octets(value)) }
func exts(e ...[]byte) []byte                            { return tlv(0xa3, seq(e...)) }
