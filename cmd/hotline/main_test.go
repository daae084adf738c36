package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hotline/store/embedded"
	"hotline/store/storetest"
)

// The stories of testdata run this program as a process of their own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hotline":       func() { os.Exit(program(time.Now)) },
		"cheap-carrier": func() { os.Exit(runCheapCarrier()) },
		"hotline-at":    func() { os.Exit(program(townClock(os.Getenv("TOWN_CLOCK")))) },
	})
}

// TestStories plays testdata/*.txtar. Each story finds a migrated database with its keys in the environment ($DATABASE_URL,
// $HOTLINE_KEYS), an empty one ($UNMIGRATED_URL), and a folder for a dev ($DATA) that a private Postgres can reach.
func TestStories(t *testing.T) {
	stories, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(stories) == 0 {
		t.Fatal("no stories", err)
	}
	testscript.Run(t, testscript.Params{
		Files:               stories,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			data, err := embedded.TempDir()
			if err != nil {
				return err
			}
			env.Defer(func() { os.RemoveAll(data) })
			env.Setenv("DATA", data)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else the race detector has each of hundreds of processes wait for a second
			env.Setenv("DATABASE_URL", storetest.URL(t))
			env.Setenv("UNMIGRATED_URL", storetest.Unmigrated(t))
			keys := filepath.Join(env.WorkDir, "keys")
			env.Setenv("HOTLINE_KEYS", keys)
			return storetest.Keys(t).Save(keys, "")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready":  ready,
			"keep":   keep,
			"absent": absent,
		},
	})
}

// ready waits until the dev of $DATA can be talked to.
func ready(ts *testscript.TestScript, _ bool, _ []string) {
	folder := devFolder(ts.Getenv("DATA"))
	for until := time.Now().Add(3 * time.Minute); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if _, err := folder.read(); err == nil {
			return
		}
	}
	ts.Fatalf("dev is not ready after three minutes")
}

// keep remembers a part of the last command's output: keep NAME MARK… takes the first word behind all the marks, in order.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	behind := ts.ReadFile("stdout")
	for _, mark := range args[1:] {
		var ok bool
		if _, behind, ok = strings.Cut(behind, mark); !ok {
			ts.Fatalf("nothing stands behind %q", mark)
		}
	}
	ts.Setenv(args[0], strings.Fields(behind + " nothing")[0])
}

// absent fails if a word stands anywhere in the output of the last command.
func absent(ts *testscript.TestScript, _ bool, args []string) {
	for _, word := range args {
		for _, stream := range []string{"stdout", "stderr"} {
			if strings.Contains(ts.ReadFile(stream), word) {
				ts.Fatalf("%s holds %q", stream, word)
			}
		}
	}
}
