// Command server listens on a port of the system's choosing, which it prints, and gives back what it is sent: eight
// bytes of length and that many bytes. It takes the settings of its tls.Config as JSON.
package main

import (
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
)

type settings struct {
	Cert, Key string
	Max       uint16
	Suites    []uint16
	Groups    []tls.CurveID
	Auth      bool
}

func main() {
	var s settings
	must(json.Unmarshal([]byte(os.Args[1]), &s))
	pair, err := tls.LoadX509KeyPair(s.Cert, s.Key)
	must(err)
	conf := &tls.Config{
		Certificates: []tls.Certificate{pair}, MaxVersion: s.Max, CipherSuites: s.Suites, CurvePreferences: s.Groups,
	}
	if s.Auth {
		conf.ClientAuth = tls.RequireAnyClientCert
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", conf)
	must(err)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	conn, err := listener.Accept()
	must(err)
	var length [8]byte
	_, err = io.ReadFull(conn, length[:])
	must(err)
	text := make([]byte, binary.BigEndian.Uint64(length[:]))
	_, err = io.ReadFull(conn, text)
	must(err)
	_, err = conn.Write(text)
	must(err)
	must(conn.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
