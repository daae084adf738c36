package gateway

import (
	"sync/atomic"
	"time"
)

// breaker leaves Redis alone for a while after it failed, so that a frozen one costs a turn its timeout once and not twice each.
type breaker struct{ until atomic.Int64 }

const breakFor = time.Second

func (b *breaker) open() bool { return time.Now().UnixNano() < b.until.Load() }
func (b *breaker) failed()    { b.until.Store(time.Now().Add(breakFor).UnixNano()) }
