package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How large a broadcast is that goes as fast as it can, and how fast at the least and in how many megabytes it must:
// `go test -run TestABroadcastGoesAsFastAsItCan -v ./cmd/hotline -args -fast 100000 -least 3500 -memory 100`.
var (
	fastPhones  = flag.Int("fast", 2000, "how many phones a broadcast goes to that has no pace")
	fastLeast   = flag.Float64("least", 0, "how many a second it must at least send")
	fastMemory  = flag.Int("memory", 0, "in how many megabytes (resident, at the most, of the hotline's process)")
	fastLatency = flag.Duration("latency", 50*time.Millisecond, "how long the carrier takes to answer")
	fastTells   = flag.String("tells", "sent delivered", "what the carrier tells of each text")
)

// cheap starts a cheap carrier, and has the hotline send by it.
func (v *town) cheap() (count func() cheapCount) {
	v.Helper()
	carrier := exec.CommandContext(v.ctx, "cheap-carrier")
	carrier.Env = append(os.Environ(), "CHEAP_LATENCY="+fastLatency.String(), "CHEAP_TELLS="+*fastTells)
	in, err := carrier.StdinPipe()
	v.must(err)
	out, err := carrier.StdoutPipe()
	v.must(err)
	carrier.Stderr = os.Stderr
	v.must(carrier.Start())
	v.Cleanup(func() { in.Close(); carrier.Wait() })
	at, err := bufio.NewReader(out).ReadString('\n')
	v.must(err)
	at = "http://" + strings.TrimSpace(at)
	v.stop(os.Interrupt)
	v.env = append(v.env, "TWILIO_API_URL="+at)
	v.start()
	return func() (c cheapCount) {
		res, err := http.Get(at + "/count")
		v.must(err)
		defer res.Body.Close()
		v.must(json.NewDecoder(res.Body).Decode(&c))
		return c
	}
}

// memory is what the hotline's process holds: now, and at its highest, in megabytes.
func (v *town) memory() (now, most int) {
	v.Helper()
	all, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.serving.Process.Pid))
	v.must(err)
	for line := range strings.SplitSeq(string(all), "\n") {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")))
		switch name {
		case "VmRSS":
			now = kb >> 10
		case "VmHWM":
			most = kb >> 10
		}
	}
	return now, most
}

// Without a pace a broadcast goes out as fast as the machine does it, to each phone once, in little memory; what the carrier tells of each is
// written down as it comes.
func TestABroadcastGoesAsFastAsItCan(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	count := v.cheap()
	v.people(*fastPhones)
	_, err := v.store.Pool.Exec(v.ctx, `update lines set pace = 0, daily_cap = 1000000`)
	v.must(err)
	const words = "The gate on Elm St is open again."
	approved := time.Now()
	v.approvedNotice(words)
	for v.count(`select count(*) from broadcasts where frozen_at is not null`) == 0 {
		time.Sleep(20 * time.Millisecond)
	}
	frozen := time.Since(approved)
	for v.count(`select count(*) from broadcasts where state = 'done'`) == 0 {
		time.Sleep(100 * time.Millisecond)
	}
	tells := len(strings.Fields(*fastTells))
	for until := time.Now().Add(3 * time.Minute); count().Told < tells**fastPhones && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
	}
	c := count()
	now, most := v.memory()
	rate := float64(c.Asked-1) / (float64(c.Last-c.First) / 1000)
	t.Logf("%d phones: written down in %v; %.0f a second over %v; told %d, the last %v after the last was sent (%d refused); resident %d MB, at most %d",
		*fastPhones, frozen.Round(time.Millisecond), rate, time.Duration(c.Last-c.First)*time.Millisecond, c.Told, time.Duration(c.LastTold-c.Last)*time.Millisecond, c.Failed, now, most)
	if c.Asked != *fastPhones || c.Twice > 0 || c.Failed > 0 {
		t.Errorf("%d were asked for, %d twice, and %d callbacks were refused", c.Asked, c.Twice, c.Failed)
	}
	final := "accepted"
	if f := strings.Fields(*fastTells); len(f) > 0 {
		final = f[len(f)-1]
	}
	if n := v.count(`select count(*) from outgoing where state = $1`, final); n != *fastPhones {
		t.Errorf("%d are %s", n, final)
	}
	if n := v.count(`select count(*) from carrier_erasures where source is not null`); n != *fastPhones {
		t.Errorf("the words of %d are to be erased at the carrier", n)
	}
	if rate < *fastLeast {
		t.Errorf("%.0f a second", rate)
	}
	if *fastMemory > 0 && most > *fastMemory {
		t.Errorf("%d MB", most)
	}
}
