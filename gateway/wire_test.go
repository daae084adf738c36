package gateway

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// wire stands between a gateway and its Postgres, counts its trips, and can fail at the one moment that matters: COMMIT.
type wire struct {
	url  string
	mode atomic.Int32
	hit  atomic.Int32 // how often a commit met the present mode

	trips atomic.Int32 // how often somebody sent something and waited for the answer

	mu    sync.Mutex
	conns []net.Conn
}

const (
	wireSound        = iota
	wireLosesCommit  // COMMIT never reaches Postgres, and no answer comes
	wireLosesAnswer  // COMMIT is done, and no answer comes
	wireCutsAtCommit // COMMIT never reaches Postgres, and the connection breaks
	wireCutsAnswer   // COMMIT is done, and the connection breaks
)

// newWire listens in a folder of its own. SQL goes over it as text, so that it can see a commit coming.
func newWire(t *testing.T, postgres string) *wire {
	t.Helper()
	u, err := url.Parse(postgres)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	real := filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	dir, err := os.MkdirTemp("/tmp", "wire")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	q.Set("host", dir)
	q.Set("default_query_exec_mode", "cache_describe") // a prepared commit could not be told from its name
	u.RawQuery = q.Encode()
	w := &wire{url: u.String()}
	t.Cleanup(func() {
		l.Close()
		w.cut()
		os.RemoveAll(dir)
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial("unix", real)
			if err != nil {
				c.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, c, up)
			w.mu.Unlock()
			go w.carry(c, up)
		}
	}()
	return w
}

// cut breaks every connection.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		c.Close()
	}
	w.conns = nil
}

func (w *wire) carry(client, server net.Conn) {
	var deaf atomic.Bool // nothing more goes back to the client
	var cutNext atomic.Bool
	go func() {
		defer client.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if cutNext.Load() {
				return
			}
			if n > 0 && !deaf.Load() {
				if _, err := client.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	defer server.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if bytes.HasSuffix(buf[:n], []byte("S\x00\x00\x00\x04")) { // Sync ends a query or a batch
			w.trips.Add(1)
		}
		if mode := w.mode.Load(); mode != wireSound && bytes.Contains(buf[:n], []byte("commit\x00")) {
			w.hit.Add(1)
			switch mode {
			case wireLosesCommit:
				_, _ = io.Copy(io.Discard, client)
				return
			case wireCutsAtCommit:
				client.Close()
				return
			case wireLosesAnswer:
				deaf.Store(true)
			case wireCutsAnswer:
				cutNext.Store(true)
			}
		}
		if n > 0 {
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
