package embedded

import (
	"context"
	"os"
	"testing"
)

// What StartPostgres says of its speed:
//
//	go test -run - -bench Start ./store/embedded

func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		startAndStop(b, "")
	}
}

func BenchmarkLaterStart(b *testing.B) {
	dir, err := TempDir()
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	startAndStop(b, dir)
	for b.Loop() {
		startAndStop(b, dir)
	}
}

func startAndStop(b *testing.B, dir string) {
	b.Helper()
	p, err := StartPostgres(context.Background(), Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	if err := p.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}
