package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Hashes are dear: no more run at once than there are cores, and a turn does not wait for its place until its time is up.
func TestHashesTakeTurns(t *testing.T) {
	s := &Store{hashes: newHashing()}
	var now, most atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			s.hashing(t.Context(), func() {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Millisecond)
				now.Add(-1)
			})
		})
	}
	all.Wait()
	if got, want := int(most.Load()), cap(s.hashes); got > want {
		t.Errorf("%d at once, and there is room for %d", got, want)
	}
	for range cap(s.hashes) {
		s.hashes <- struct{}{}
	}
	began := time.Now()
	if s.hashing(t.Context(), func() { t.Error("it ran without room") }) || time.Since(began) < waitToHash {
		t.Error("it did not wait, or says that it ran")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if began = time.Now(); s.hashing(gone, func() { t.Error("it ran for nobody") }) || time.Since(began) > waitToHash/2 {
		t.Error("it waited for who was gone, or says that it ran")
	}
}

func TestEasyPins(t *testing.T) {
	for _, pin := range []string{"111111", "123456", "654321", "012345", "890123", "121212", "112112", "123123", "123321", "135791", "147258", "112233", "789456", "555010", "100000"} {
		if !easyPin(pin, "+12125550101") {
			t.Errorf("%s is not easy", pin)
		}
	}
	for _, pin := range []string{"480193", "719345", "120485", "903817"} {
		if easyPin(pin, "+12125550101") {
			t.Errorf("%s is easy", pin)
		}
	}
	easy := 0
	for i := range 1_000_000 {
		if easyPin(pinOfNumber(i), "") {
			easy++
		}
	}
	if easy > 10_000 {
		t.Errorf("%d of a million are refused; who looks for one would do better to skip so many", easy)
	}
}

func pinOfNumber(n int) string {
	var b [pinDigits]byte
	for i := range b {
		b[len(b)-1-i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}
