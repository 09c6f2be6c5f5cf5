package main

import "crypto/elliptic"

func ec256() elliptic.Curve { return elliptic.P256() }
