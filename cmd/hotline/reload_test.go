package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"hotline/flows/library"
	"hotline/store/storetest"
)

// flowFolder is a folder for HOTLINE_FLOWS.
type flowFolder struct {
	t   *testing.T
	dir string
}

func newFlowFolder(t *testing.T) flowFolder { return flowFolder{t, t.TempDir()} }

// write puts a file of the library there, with words in it replaced: old, new, and so on.
func (f flowFolder) write(name string, changes ...string) {
	f.t.Helper()
	text, err := library.Files.ReadFile(name)
	for i := 0; i < len(changes); i += 2 {
		if err != nil || !strings.Contains(string(text), changes[i]) {
			f.t.Fatalf("%q does not stand in %s: %v", changes[i], name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(strings.NewReplacer(changes...).Replace(string(text))), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// hangUp sends SIGHUP and waits until serve says something of it; it gives what was logged since.
func (sv *served) hangUp(says string) string {
	sv.Helper()
	before := len(sv.log.String())
	sv.must(syscall.Kill(os.Getpid(), syscall.SIGHUP))
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		if said := sv.log.String()[before:]; strings.Contains(said, says) {
			return said
		}
	}
	sv.Fatalf("it does not say %q: %s", says, sv.log.String()[before:])
	return ""
}

func (sv *served) asks(from, body, want string) {
	sv.Helper()
	if _, twiml := sv.text(from, body); !strings.Contains(twiml, want) {
		sv.Errorf("%s is answered %q, not %q", body, twiml, want)
	}
}

// The question of report.yaml, in the library's words.
const tellUs = "Tell us what happened, in your own words"

// asking has the report ask and answer with a word, so that it can be told on which flows somebody is.
func asking(word string) []string { return []string{tellUs, word, "We have it.", word} }

// A SIGHUP that comes while it starts neither ends it nor is lost.
func TestAHangupWhileItStarts(t *testing.T) {
	sv := newServed(t)
	own := make(chan os.Signal, 1) // lest this test's process ends where it is not heard
	signal.Notify(own, syscall.SIGHUP)
	defer signal.Stop(own)
	sv.log.first = func() { // what it says of its lines comes before it answers
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Error(err)
		}
		<-own
	}
	sv.start()
	for until := time.Now().Add(20 * time.Second); !strings.Contains(sv.log.String(), "the flows have not changed"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("it was not heard: %s", sv.log)
		}
	}
	sv.finish()
}

// An evening of changing flows: what is right is taken over, what is wrong is not and says where, and a talk under way knows nothing
// of either, not even across a restart.
func TestHangupLoadsFlowsAgain(t *testing.T) {
	sv, folder := newServed(t), newFlowFolder(t)
	folder.write("report.yaml", asking("FIRST")...)
	sv.env["HOTLINE_FLOWS"] = folder.dir
	sv.start()
	sv.asks("+13475550123", "REPORT", "FIRST")
	sv.hangUp("the flows have not changed")

	folder.write("report.yaml", asking("SECOND")...)
	sv.hangUp("conversations begin with new flows; those under way finish with theirs")
	sv.asks("+13475550124", "REPORT", "SECOND")

	folder.write("report.yaml", "then: told\n", "then: tolled\n")
	said := sv.hangUp("the flows were not loaded again; the running ones stay in force")
	sv.saysAll(said, `report.yaml:`, `: this goes to \"tolled\"`, `"findings":1`)
	sv.asks("+13475550125", "REPORT", "SECOND")
	sv.must(os.Remove(filepath.Join(folder.dir, "report.yaml")))
	sv.saysAll(sv.hangUp("the running ones stay"), "there is no flow (.yaml)")

	folder.write("report.yaml", asking("THIRD")...)
	sv.finish()
	sv.public, sv.log = "", &lockedBuilder{}
	sv.start()
	defer sv.finish()
	sv.asks("+13475550126", "REPORT", "THIRD")
	sv.asks("+13475550123", "hello", "FIRST")
	sv.asks("+13475550124", "hello", "SECOND")
}

// Postgres has to keep flows before anybody begins with them.
func TestHangupWhilePostgresIsAway(t *testing.T) {
	pg, folder := storetest.Postgres(t), newFlowFolder(t)
	sv := newServed(t)
	folder.write("report.yaml", asking("FIRST")...)
	sv.env["HOTLINE_FLOWS"], sv.env["DATABASE_URL"] = folder.dir, pg.URL(storetest.Database)
	sv.start()
	defer sv.finish()
	folder.write("report.yaml", asking("SECOND")...)
	sv.must(pg.Freeze())
	sv.hangUp("they are right, and Postgres could not keep them. Send SIGHUP again once it answers")
	sv.must(pg.Thaw())
	sv.hangUp("conversations begin with new flows")
}

// serve says in a sentence why it does not start: flows that are not right, and talks that it could not finish.
func TestServeRefusesFlows(t *testing.T) {
	sv, folder := newServed(t), newFlowFolder(t)
	folder.write("report.yaml", "then: told\n", "then: tolled\n")
	sv.env["HOTLINE_FLOWS"] = folder.dir
	if _, err := sv.does("serve"); err == nil || !strings.Contains(err.Error(), "the flows of "+folder.dir+" (HOTLINE_FLOWS), over those inside this program:\n"+
		`report.yaml:`) || !strings.Contains(err.Error(), `: this goes to "tolled"`) {
		t.Errorf("with a flow that is wrong: %v", err)
	}
	sv.env["HOTLINE_FLOWS"] = folder.dir + "z"
	if _, err := sv.does("serve"); err == nil || !strings.Contains(err.Error(), "  HOTLINE_FLOWS: reading flows: open "+folder.dir+"z") {
		t.Errorf("without the folder: %v", err)
	}
	delete(sv.env, "HOTLINE_FLOWS")

	sv.start()
	sv.asks("+13475550123", "REPORT", tellUs)
	sv.finish()
	// As a program with another effect would have left it.
	files := map[string]string{}
	_, err := sv.store.Pool.Exec(t.Context(), `update conversations set flow_set = 'another'`)
	sv.must(err)
	names, err := fs.Glob(library.Files, "*.yaml")
	sv.must(err)
	for _, name := range names {
		text, err := library.Files.ReadFile(name)
		sv.must(err)
		files[name] = strings.ReplaceAll(string(text), "file_report", "file_grievance")
	}
	sv.must(sv.store.KeepFlowSet(t.Context(), sv.store.Pool, "another", files))
	for _, command := range []string{"serve", "check"} {
		out, err := sv.does(command)
		if err == nil {
			t.Fatalf("%s went through", command)
		}
		sv.saysAll(out+err.Error(), "1 conversation stands in flow set another (last heard from ", `there is no effect "file_grievance"`,
			"Run the program that knows it until they have ended")
	}
	// Nor is the database brought up to this program: the one that knows them could not go on with it.
	_, err = sv.store.Pool.Exec(t.Context(), `create table newest as select * from schema_migrations where version = (select max(version) from schema_migrations);
		delete from schema_migrations where version = (select version from newest)`)
	sv.must(err)
	for _, command := range []string{"migrate", "check"} {
		out, err := sv.does(command)
		if err == nil {
			t.Fatalf("%s went through", command)
		}
		sv.saysAll(out+err.Error(), "1 conversation stands in flow set another (last heard from ")
	}
	_, err = sv.store.Pool.Exec(t.Context(), `insert into schema_migrations select * from newest`)
	sv.must(err)
	_, err = sv.store.Pool.Exec(t.Context(), `update conversations set heard_at = now() - interval '73 hours'`)
	sv.must(err)
	sv.public, sv.log = "", &lockedBuilder{}
	sv.start()
	sv.finish()
}

// A ballot is measured in the words that phones will be sent, not in those of the library; by whoever works on the running dev, in
// those of that dev.
func TestRehearsalsUseTheFlowsInForce(t *testing.T) {
	folder := newFlowFolder(t)
	folder.write("vote.yaml", `\nIn this vote the organizers`, `\nIn this vote, as in all others, the organizers`)
	open := func(env []string, data string) error {
		words := strings.Repeat("ask for breaks? ", 7) + "soon?"
		var out lockedBuilder
		w := &world{in: strings.NewReader(""), out: &out, err: &out, now: time.Now, name: "hotline"}
		return run(t.Context(), w, env, []string{"ballot", "open", "--yes", "--as", "Ana", "--data", data, "--question", "en=" + words + "/es=" + words})
	}
	for env, tooLong := range map[string]bool{"HOTLINE_FLOWS=" + folder.dir: true, "HOTLINE_FLOWS=": false} {
		e := newEvening(t, env)
		e.begin()
		err := open(nil, string(e.folder))
		if got := err != nil && strings.Contains(err.Error(), "too long"); got != tooLong || !tooLong && err != nil {
			t.Errorf("%s: %v", env, err)
		}
		if err := e.end(); err != nil {
			t.Error(err)
		}
	}
}

// Layers show each name once, and nothing that begins with a point.
func TestLayers(t *testing.T) {
	file := func(words string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(words)} }
	files := layers{
		fstest.MapFS{"vote.yaml": file("ours"), ".vote.yaml.swp": file("x"), "sounds/en/hello.wav": file("ours")},
		fstest.MapFS{"vote.yaml": file("theirs"), "who.yaml": file("theirs"), "sounds/en/bye.wav": file("theirs")},
	}
	var told []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, err := fs.ReadFile(files, name)
			told = append(told, name+" "+string(text))
			return err
		}
		return err
	})
	want := `["sounds/en/bye.wav theirs","sounds/en/hello.wav ours","vote.yaml ours","who.yaml theirs"]`
	if got, _ := json.Marshal(told); err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if _, err := fs.ReadDir(files, "nowhere"); err == nil {
		t.Error("a folder that is nowhere is listed")
	}
}
