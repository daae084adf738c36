package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hotline/gateway/simulator"
	"hotline/store"
	"hotline/store/embedded"
	"hotline/store/seal"
	"hotline/store/storetest"
)

// evening is a dev in this process, on a database of the test's.
type evening struct {
	*testing.T
	env    []string
	folder devFolder
	cancel context.CancelFunc
	ended  chan error
	out    *lockedBuilder
}

func newEvening(t *testing.T, env ...string) *evening {
	t.Helper()
	return &evening{T: t, env: append([]string{"DATABASE_URL=" + storetest.Unmigrated(t)}, env...), folder: devFolder(t.TempDir()),
		out: &lockedBuilder{}, ended: make(chan error, 1)}
}

// begin starts dev and waits until it is ready, or has ended.
func (e *evening) begin(args ...string) devState {
	e.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.Cleanup(cancel)
	args = append([]string{"dev", "--data", string(e.folder), "--listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0",
		"--phones-listen", "127.0.0.1:0"}, args...)
	go func() {
		e.ended <- run(ctx, &world{in: strings.NewReader(""), out: e.out, err: e.out, now: time.Now, name: "hotline"}, e.env, args)
	}()
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if s, err := e.folder.read(); err == nil || len(e.ended) > 0 {
			return s
		}
	}
	e.Fatalf("dev is not ready: %s", e.out)
	return devState{}
}

func (e *evening) end() error {
	e.Helper()
	e.cancel()
	select {
	case err := <-e.ended:
		return err
	case <-time.After(2 * time.Minute):
		e.Fatal("dev does not end")
		return nil
	}
}

// Another carrier stands in place of the pretend one; its account and our public URL are those of the environment.
func TestDevWithAnotherCarrier(t *testing.T) {
	const account, token, public = "AC00000000000000000000000000000001", "0123456789abcdef0123456789abcdef", "https://line.example.org"
	carrier := httptest.NewServer(http.NotFoundHandler())
	defer carrier.Close()
	e := newEvening(t, "TWILIO_API_URL="+carrier.URL, "TWILIO_ACCOUNT_SID="+account, "TWILIO_AUTH_TOKEN="+token, "HOTLINE_PUBLIC_URL="+public)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	defer http.DefaultClient.CloseIdleConnections()
	s := e.begin()
	if s.Phones != "" || s.AccountSID != account || s.AuthToken != token || s.PublicURL != public {
		t.Errorf("it told %+v", s)
	}
	sv := &served{T: t, env: map[string]string{"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "HOTLINE_PUBLIC_URL": public}, public: s.Gateway}
	if status, twiml := sv.text(demoFirst, "MENU"); status != 200 || !strings.Contains(twiml, "The 0100 Line") {
		t.Errorf("a text: %d %s", status, twiml)
	}
	if err := e.end(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(e.out.String(), "it must send its webhooks to https://line.example.org/twilio/") {
		t.Errorf("it said:\n%s", e.out)
	}
	if info, err := os.Stat(e.folder.file("keys")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the keys: %v, %v", info, err)
	}
}

func TestDevRefusesRealNumbers(t *testing.T) {
	e := newEvening(t)
	e.begin()
	if err := e.end(); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Load(e.folder.file("keys"), "")
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, strings.TrimPrefix(e.env[0], "DATABASE_URL="), keys)
	a, err := s.AssemblyByName(t.Context(), s.Pool, demoName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddLine(t.Context(), s.Pool, store.Line{AssemblyID: a.ID, Number: "+19178321234", Name: "Ours", Languages: []string{"en"}}); err != nil {
		t.Fatal(err)
	}
	e.begin()
	if err := e.end(); err == nil || !strings.Contains(err.Error(), "Use `hotline serve`") {
		t.Errorf("with a real line: %v", err)
	}
	if state := e.begin("--i-know"); !state.IKnow {
		t.Errorf("with --i-know: %+v", state)
	}
	if err := e.end(); err != nil {
		t.Error(err)
	}
}

// A line that is added while dev runs can be texted a moment later, and a report that is not answered by text can be made pending.
func TestDevLearnsOfLines(t *testing.T) {
	e := newEvening(t)
	state := e.begin()
	var out lockedBuilder
	does := func(args ...string) {
		t.Helper()
		w := &world{in: strings.NewReader(""), out: &out, err: &out, now: time.Now, name: "hotline"}
		if err := run(t.Context(), w, e.env, append(args, "--data", string(e.folder))); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
	}
	does("line", "add", "2125550177", "--name", "The 0177 Line", "--languages", "es")
	phone, err := simulator.Dial(state.Phones, "+13475550123")
	if err != nil {
		t.Fatal(err)
	}
	var sent simulator.Sent
	for until := time.Now().Add(15 * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if sent, err = phone.Text(t.Context(), "+12125550177", "MENU"); err == nil {
			break
		}
	}
	if err != nil || len(sent.Replies) != 1 || !strings.Contains(sent.Replies[0].Body, "trabajadores") {
		t.Errorf("the new line answered %+v, %v\n%s", sent, err, e.out)
	}
	if err := e.end(); err != nil {
		t.Error(err)
	}
}

// A ring comes in while texts are typed: it is answered, heard, and hung up by the end of the input.
func TestTalkAnswersARing(t *testing.T) {
	e := newEvening(t)
	state := e.begin()
	defer e.end()
	typed, keyboard := io.Pipe()
	var out lockedBuilder
	talked := make(chan error, 1)
	go func() {
		w := &world{in: typed, out: &out, err: &out, now: time.Now, name: "hotline"}
		talked <- run(context.Background(), w, e.env, []string{"talk", "--from", "0103", "--phones", state.Phones})
	}()
	shows := func(words string) {
		t.Helper()
		for until := time.Now().Add(15 * time.Second); !strings.Contains(out.String(), words); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%q does not come:\n%s", words, out.String())
			}
		}
	}
	shows("This is the phone +12125550103")
	placeCall(t, state, "+12125550103")
	shows("[ring] +12125550100 calls: type answer or reject")
	io.WriteString(keyboard, "answer\n")
	shows("A message for the person who asked for it.")
	keyboard.Close()
	if err := <-talked; err != nil {
		t.Error(err)
	}
	shows("(you hung up, after")
}

// placeCall has the pretend phone company call a phone from the demo's line.
func placeCall(t *testing.T, state devState, to string) {
	t.Helper()
	form := strings.NewReader("To=%2B" + to[1:] + "&From=%2B" + demoLine[1:] +
		"&Twiml=%3CResponse%3E%3CSay%3EA+message+for+the+person+who+asked+for+it.%3C%2FSay%3E%3CPause+length%3D%2230%22%2F%3E%3C%2FResponse%3E")
	req, err := http.NewRequest(http.MethodPost, state.Phones+"/2010-04-01/Accounts/"+state.AccountSID+"/Calls.json", form)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(state.AccountSID, state.AuthToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%s %s %v", res.Status, body, err)
	}
}

// A folder that was left by a dev that was killed is no running dev; neither is one that somebody else made.
func TestDevFolders(t *testing.T) {
	killed := devFolder(t.TempDir())
	held, err := killed.take()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.write(devState{PID: 1, AuthToken: "sesame"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(killed.file("dev.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("dev.json: %v, %v", info, err)
	}
	if s, err := killed.read(); err != nil || s.AuthToken != "sesame" {
		t.Errorf("while it runs: %+v, %v", s, err)
	}
	if _, err := killed.take(); err == nil || !strings.Contains(err.Error(), "dev is running in") {
		t.Errorf("taken twice: %v", err)
	}
	held.Close()
	if _, err := killed.read(); err != errNotRunning {
		t.Errorf("after it was killed: %v", err)
	}
	if held, err = killed.take(); err != nil {
		t.Fatal(err)
	}
	held.Close()
	if _, err := os.Stat(killed.file("dev.json")); !os.IsNotExist(err) {
		t.Error("dev.json of the killed one is still there")
	}

	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.odt"), []byte("words"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := devFolder(foreign).take(); err == nil || !strings.Contains(err.Error(), "holds something that dev did not make") {
		t.Errorf("somebody's folder: %v", err)
	}
}

func TestErasingAFolder(t *testing.T) {
	dir, err := embedded.TempDir()
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing is there
		if err := eraseFolder(dir); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(dir + "*"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// What README shows of dev is what dev says: times, addresses, folders and the meeting's date apart.
func TestReadmeShowsWhatDevSays(t *testing.T) {
	e := newEvening(t)
	e.begin()
	for until := time.Now().Add(15 * time.Second); !strings.Contains(e.out.String(), "Ctrl-C stops everything") && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
	if err := e.end(); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(string(readme), "$ go run ./cmd/hotline dev\n")
	shown, _, closed := strings.Cut(shown, "\n```")
	if !found || !closed {
		t.Fatal("README does not show dev")
	}
	_, said, _ := strings.Cut(e.out.String(), "Hotline is ready")
	said, _, _ = strings.Cut("Hotline is ready"+said, "\nStopping")
	if got := plainly(said); got != plainly(shown) {
		t.Errorf("dev says:\n%s\nREADME shows:\n%s", got, plainly(shown))
	}
}

// plainly leaves out of dev's words what differs from run to run.
func plainly(words string) string {
	for _, r := range []struct{ from, to string }{
		{`go run ./cmd/hotline`, "hotline"}, {` --data \S+`, ""}, {`127\.0\.0\.1:\d+`, "ADDRESS"}, {`after [\d.]+ s`, "after a moment"},
		{`(Meeting +\w+), \w+ \d+`, "$1, DATE"}, {`(Kept in +)\S+`, "${1}FOLDER"},
	} {
		words = regexp.MustCompile(r.from).ReplaceAllString(words, r.to)
	}
	return strings.TrimSpace(words)
}
