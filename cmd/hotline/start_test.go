package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestTurnsHaveConnections(t *testing.T) {
	for given, want := range map[string]string{
		"postgres://db/hotline":                                 "postgres://db/hotline?pool_max_conns=16",
		"postgres:///hotline?host=/run/postgresql":              "postgres:///hotline?host=/run/postgresql&pool_max_conns=16",
		"postgres://db/hotline?sslmode=prefer&pool_max_conns=4": "postgres://db/hotline?sslmode=prefer&pool_max_conns=4",
		"host=db dbname=hotline":                                "host=db dbname=hotline",
	} {
		if got := sized(given); got != want {
			t.Errorf("%s: %s, not %s", given, got, want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		err  error
		code int
		says string
	}{
		{t.Context(), nil, 0, ""},
		{t.Context(), errors.New("no such ballot"), 1, "hotline: no such ballot\n"},
		{t.Context(), misused("which of these?"), 2, "hotline: which of these?\n"},
		{interrupted, fmt.Errorf("connecting to the database: %w", context.Canceled), 130, "hotline: stopped before it was done\n"},
		{interrupted, errors.New("no such ballot"), 1, "hotline: no such ballot\n"},
	} {
		var said bytes.Buffer
		if code := (&world{err: &said}).exit(c.ctx, c.err); code != c.code || said.String() != c.says {
			t.Errorf("%v: %d, %q", c.err, code, said.String())
		}
	}
}

func TestDurationsInLogsNameTheirUnit(t *testing.T) {
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: inMilliseconds})).Info("heard", "took", 4250*time.Microsecond, "status", 200)
	if !strings.Contains(b.String(), `"took_ms":4.25,"status":200`) {
		t.Error(b.String())
	}
}

func TestCautions(t *testing.T) {
	for addr, warned := range map[string]bool{
		"": false, "127.0.0.1:9": false, "[::1]:9": false, "localhost:9": false, ":8081": true, "0.0.0.0:9": true, "192.0.2.7:9": true,
	} {
		if got := configOf(t, map[string]string{"HOTLINE_CONSOLE_LISTEN": addr}).cautions(); (len(got) == 1) != warned {
			t.Errorf("%q: %q", addr, got)
		}
	}
}

// Without Redis serve starts, and says why it is slower: once, in a line that programs can read.
func TestServeStartsWithoutRedis(t *testing.T) {
	sv := newServed(t)
	sv.redis.Close()
	sv.start()
	sv.finish()
	if n := strings.Count(sv.log.String(), "Redis does not answer; starting without it"); n != 1 {
		t.Errorf("said %d times:\n%s", n, sv.log)
	}
	for line := range strings.Lines(sv.log.String()) {
		if !strings.HasPrefix(line, "{") {
			t.Errorf("no JSON: %s", line)
		}
	}
	sv.saysAll(sv.log.String(), "Warehouse has no organizer, so nobody would read what is reported")
}
