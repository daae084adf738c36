package gateway

import (
	"syscall"
	"testing"

	"hotline/store/storetest"
)

// A conversation goes the same way on the in-process Redis of `dev`, on a real one, on a cluster, and on one that is killed in the
// middle.
func TestAConversationOnAnyRedis(t *testing.T) {
	for name, redis := range map[string]func(*testing.T) (url string, kill func()){
		"in-process": func(t *testing.T) (string, func()) { return storetest.MiniRedis(t).URL(), nil },
		"real":       func(t *testing.T) (string, func()) { return storetest.Redis(t, false).URL(), nil },
		"cluster":    func(t *testing.T) (string, func()) { return storetest.Redis(t, true).URL() + "?cluster=true", nil },
		"frozen": func(t *testing.T) (string, func()) {
			r := storetest.Redis(t, false)
			t.Cleanup(func() { _ = syscall.Kill(r.PID(), syscall.SIGCONT) }) // it may have ended
			return r.URL(), func() { signal(t, r.PID(), syscall.SIGSTOP) }
		},
		"killed": func(t *testing.T) (string, func()) {
			r := storetest.Redis(t, false)
			return r.URL(), func() { signal(t, r.PID(), syscall.SIGKILL) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, harm := redis(t)
			h := newHouse(t, houseOptions{redis: url})
			h.text(ana, "ESPANOL")
			h.text(ana, "REPORTE")
			if harm != nil {
				harm()
			}
			if reply := h.text(ana, "el ascensor no funciona en la nave B"); !twelveDigits.MatchString(reply) {
				t.Errorf("the report was answered %q", reply)
			}
			h.text(ana, "y nadie ha venido desde el lunes")
			h.wantOneReportOfTwoParts()
		})
	}
}

func signal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
}
