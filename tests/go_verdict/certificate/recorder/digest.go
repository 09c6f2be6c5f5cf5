package main

import (
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net"
	"sort"
	"strings"
)

func sum(parts ...[]byte) string {
	h := fnv.New64a()
	for _, p := range parts {
		n := len(p)
		h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write(p)
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// esc writes every byte that is not a plain visible character as %xx.
func esc(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c > '~' || strings.IndexByte("%,;=|", c) >= 0 {
			fmt.Fprintf(&b, "%%%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func list(ss []string) string {
	out := make([]string, len(ss))
	for i, s := range ss {
		out[i] = esc(s)
		if s == "" {
			out[i] = "()"
		}
	}
	return strings.Join(out, ",")
}

func nets(ns []*net.IPNet) (out []string) {
	for _, n := range ns {
		out = append(out, hex.EncodeToString(n.IP)+"/"+hex.EncodeToString(n.Mask))
	}
	return
}

func name(n pkix.Name) string {
	if n.CommonName == "" && len(n.Organization) == 0 && n.SerialNumber == "" {
		return ""
	}
	return esc(n.CommonName) + ";" + list(n.Organization) + ";" + esc(n.SerialNumber)
}

func oidText(o x509.OID) string {
	der, _ := o.MarshalBinary()
	var again x509.OID
	if again.UnmarshalBinary(der) != nil {
		return "#" + hex.EncodeToString(der)
	}
	return o.String()
}



// usual is what most rows have, and what the digest leaves out.
var usual = map[string]string{"v": "3", "serial": "7", "alg": "16", "key": "ed25519:" + sum(edKey), "from": "1704067200", "to": "2019686400"}

func digest(c *x509.Certificate) string {
	var out []string
	add := func(k, v string) {
		if v != "" && usual[k] != v {
			out = append(out, k+"="+v)
		}
	}
	has := func(a ...int) bool {
		for _, e := range c.Extensions {
			if e.Id.Equal(asn1.ObjectIdentifier(a)) {
				return true
			}
		}
		return false
	}
	version := c.Version
	if version < 1 {
		version = 1 // the overflow, which acts as 1
	}
	add("v", fmt.Sprint(version))
	add("serial", c.SerialNumber.Text(16))
	add("alg", fmt.Sprint(int(c.SignatureAlgorithm)))
	key := ""
	switch k := c.PublicKey.(type) {
	case nil:
	case *rsa.PublicKey:
		key = fmt.Sprintf("rsa:%d:%d:%s", k.N.BitLen(), k.E, sum(k.N.Bytes()))
	case *ecdsa.PublicKey:
		b, err := k.Bytes()
		if err != nil {
			panic(err)
		}
		key = k.Curve.Params().Name + ":" + sum(b)
	case ed25519.PublicKey:
		key = "ed25519:" + sum(k)
	case *dsa.PublicKey:
		key = "dsa"
	default:
		panic(fmt.Sprintf("%T", k))
	}
	add("key", key)
	add("raw", sum(c.Raw, c.RawTBSCertificate, c.RawIssuer, c.RawSubject, c.RawSubjectPublicKeyInfo, c.Signature))
	add("issuer", name(c.Issuer))
	add("subject", name(c.Subject))
	add("from", fmt.Sprint(c.NotBefore.Unix()))
	add("to", fmt.Sprint(c.NotAfter.Unix()))
	if has(2, 5, 29, 17) {
		add("san", "yes")
	}
	add("dns", list(c.DNSNames))
	add("email", list(c.EmailAddresses))
	var ips []string
	for _, ip := range c.IPAddresses {
		ips = append(ips, hex.EncodeToString(ip))
	}
	add("ip", list(ips))
	var hosts []string
	for _, u := range c.URIs {
		hosts = append(hosts, "("+u.Host+")")
	}
	add("uri", list(hosts))
	if c.BasicConstraintsValid {
		add("bc", fmt.Sprintf("%v:%d", c.IsCA, c.MaxPathLen))
	}
	if has(2, 5, 29, 15) {
		add("ku", fmt.Sprint(int(c.KeyUsage)))
	}
	if has(2, 5, 29, 37) {
		var usages []string
		for _, u := range c.ExtKeyUsage {
			usages = append(usages, u.OID().String())
		}
		for _, u := range c.UnknownExtKeyUsage {
			usages = append(usages, u.String())
		}
		sort.Strings(usages)
		add("eku", "("+list(usages)+")")
	}
	add("ski", hex.EncodeToString(c.SubjectKeyId))
	add("aki", hex.EncodeToString(c.AuthorityKeyId))
	if has(2, 5, 29, 30) {
		nc := (strings.Join([]string{fmt.Sprint(c.PermittedDNSDomainsCritical),
			list(c.PermittedDNSDomains), list(nets(c.PermittedIPRanges)), list(c.PermittedEmailAddresses), list(c.PermittedURIDomains),
			list(c.ExcludedDNSDomains), list(nets(c.ExcludedIPRanges)), list(c.ExcludedEmailAddresses), list(c.ExcludedURIDomains)}, "|"))
		if nc != "false||||||||" {
			add("nc", nc)
		}
	}
	var policies []string
	for _, p := range c.Policies {
		policies = append(policies, oidText(p))
	}
	add("policies", list(policies))
	var mappings []string
	for _, m := range c.PolicyMappings {
		mappings = append(mappings, oidText(m.IssuerDomainPolicy)+">"+oidText(m.SubjectDomainPolicy))
	}
	add("mappings", list(mappings))
	count := func(k string, n int, zero bool) {
		if n > 0 || zero {
			add(k, fmt.Sprint(n))
		}
	}
	count("require", c.RequireExplicitPolicy, c.RequireExplicitPolicyZero)
	count("inhibitmap", c.InhibitPolicyMapping, c.InhibitPolicyMappingZero)
	count("inhibitany", c.InhibitAnyPolicy, c.InhibitAnyPolicyZero)
	if len(c.UnhandledCriticalExtensions) > 0 {
		add("unhandled", "yes")
	}
	return strings.Join(out, " ")
}
