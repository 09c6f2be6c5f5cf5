package main

// node is one element; kids are there if its content is elements all through.
type node struct {
	tag  byte
	kids []*node
	body []byte
}

func parseAll(b []byte) ([]*node, bool) {
	var out []*node
	for len(b) > 0 {
		if len(b) < 2 || b[0]&0x1f == 0x1f {
			return nil, false
		}
		n, h := int(b[1]), 2
		if n&0x80 != 0 {
			c := n & 0x7f
			if c < 1 || c > 2 || len(b) < 2+c {
				return nil, false
			}
			n = 0
			for _, x := range b[2 : 2+c] {
				n = n<<8 | int(x)
			}
			h += c
		}
		if len(b) < h+n {
			return nil, false
		}
		k := &node{tag: b[0], body: b[h : h+n]}
		if n > 0 && (k.tag&0x20 != 0 || k.tag == 4) {
			if kids, ok := parseAll(k.body); ok {
				k.kids = kids
			}
		}
		out = append(out, k)
		b = b[h+n:]
	}
	return out, true
}

func (n *node) der() []byte {
	if n.kids == nil {
		return tlv(n.tag, n.body)
	}
	var parts [][]byte
	for _, k := range n.kids {
		parts = append(parts, k.der())
	}
	return tlv(n.tag, parts...)
}

func (n *node) all(out []*node) []*node {
	out = append(out, n)
	for _, k := range n.kids {
		out = k.all(out)
	}
	return out
}

var tags = []byte{1, 2, 3, 4, 5, 6, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x1c, 0x30, 0x31, 0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3, 0x1f}

func (n *node) mutate() {
	switch r.Intn(10) {
	case 0:
		n.tag = tags[r.Intn(len(tags))]
	case 1:
		n.tag ^= 1 << r.Intn(8)
	case 2, 3:
		if n.kids == nil && len(n.body) > 0 {
			b := append([]byte{}, n.body...)
			b[r.Intn(len(b))] ^= 1 << r.Intn(8)
			n.body = b
		} else if len(n.kids) > 0 {
			i := r.Intn(len(n.kids))
			n.kids = append(n.kids[:i:i], n.kids[i+1:]...)
			if len(n.kids) == 0 {
				n.kids, n.body = nil, nil
			}
		}
	case 4:
		if n.kids == nil {
			n.body = append(append([]byte{}, n.body...), byte(r.Intn(256)))
		} else {
			n.kids = append(n.kids, n.kids[r.Intn(len(n.kids))])
		}
	case 5:
		if n.kids == nil {
			n.body = append([]byte{[]byte{0, 0xff, 0x80, 1}[r.Intn(4)]}, n.body...)
		} else {
			i, j := r.Intn(len(n.kids)), r.Intn(len(n.kids))
			n.kids[i], n.kids[j] = n.kids[j], n.kids[i]
		}
	case 6:
		n.kids, n.body = nil, nil
	case 7:
		if n.kids == nil && len(n.body) > 0 {
			n.body = n.body[:r.Intn(len(n.body))]
		}
	case 8:
		if n.kids == nil {
			b := append([]byte{}, n.body...)
			for i := range b {
				if r.Intn(3) == 0 {
					b[i] = byte(r.Intn(256))
				}
			}
			n.body = b
		}
	case 9:
		n.body = n.der()
		n.kids = nil
		n.tag = tags[r.Intn(len(tags))]
	}
}

func treeMutant(d []byte) []byte {
	ns, ok := parseAll(d)
	if !ok || len(ns) != 1 {
		panic("not a tree")
	}
	root := ns[0]
	for k := r.Intn(3); k >= 0; k-- {
		all := root.all(nil)
		all[r.Intn(len(all))].mutate()
	}
	return root.der()
}
