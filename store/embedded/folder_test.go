package embedded

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stranger is a user who owns nothing here.
func stranger() account { return account{54321, 54321} }

func TestReachesNamesTheFolderThatBlocks(t *testing.T) {
	base := tempDir(t)
	home := filepath.Join(base, "home")
	inner := filepath.Join(home, "open", "closed")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		dir     string
		mode    os.FileMode
		blocked string
	}{
		{base, 0o711, ""},
		{inner, 0o750, inner},
		{home, 0o700, home}, // the first one that it would stumble over
		{home, 0o711, inner},
		{inner, 0o711, ""},
	} {
		if err := os.Chmod(step.dir, step.mode); err != nil {
			t.Fatal(err)
		}
		err := stranger().reaches(filepath.Join(inner, "not", "yet", "there"))
		if step.blocked == "" && err != nil {
			t.Errorf("%s is %v: %v", step.dir, step.mode, err)
		}
		if step.blocked != "" {
			refused(t, err, step.blocked+" is closed to that user", "chmod o+x "+step.blocked)
		}
	}
}

func TestMayReadsTheRightDigit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	me := owner(info)
	group := account{uid: 54321, gid: me.gid}
	for mode, want := range map[os.FileMode][3]bool{ // owner, group, others
		0o700: {true, false, false},
		0o010: {false, true, false},
		0o001: {false, false, true}, // the owner is not "others"
		0o111: {true, true, true},
	} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		if info, err = os.Stat(file); err != nil {
			t.Fatal(err)
		}
		if me.uid == 0 {
			want[0] = true // root may everything
		}
		if got := [3]bool{me.may(info, 1), group.may(info, 1), stranger().may(info, 1)}; got != want {
			t.Errorf("%v: %v, want %v", mode, got, want)
		}
	}
}

// As root; any other user runs Postgres itself and reaches what it made.
func TestUnreachableFolder(t *testing.T) {
	closed := filepath.Join(tempDir(t), "root")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "hotline", "postgres")
	if os.Geteuid() != 0 {
		if err := Reachable(dir); err != nil {
			t.Error(err)
		}
		return
	}
	refused(t, Reachable(dir), closed+" is closed to that user")
	_, err := StartPostgres(t.Context(), Options{Dir: dir})
	refused(t, err, "Postgres runs as", closed+" is closed to that user", "/var/lib/hotline")
	if entries, err := os.ReadDir(closed); err != nil || len(entries) > 0 {
		t.Errorf("something was made on the way: %v, %v", entries, err)
	}
}

// What os.MkdirTemp makes is empty, root's own and 0700: it may be handed over.
// A folder that holds something is not touched.
func TestClosedFolderIsAdoptedOnlyEmpty(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "hotline-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ask(t, startPostgres(t, Options{Dir: dir, Fast: true}), "select 'well'")

	full, err := os.MkdirTemp("/tmp", "hotline-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(full)
	if err := os.WriteFile(filepath.Join(full, "keys"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = StartPostgres(t.Context(), Options{Dir: full, Fast: true})
	if os.Geteuid() == 0 {
		refused(t, err, full+" is closed to that user")
	}
	info, err := os.Stat(full)
	if err != nil || owner(info) != self() {
		t.Errorf("the folder changed hands: %v, %v", owner(info), err)
	}
}

func TestTooLongPath(t *testing.T) {
	dir := filepath.Join(tempDir(t), strings.Repeat("long/", 20), "postgres")
	p := startPostgres(t, Options{Dir: dir, Fast: true})
	ask(t, p, "select 'well'")
	if !strings.HasPrefix(p.socket, "/tmp/hotline-") {
		t.Errorf("socket in %s", p.socket)
	}
	info, err := os.Lstat(p.socket)
	if err != nil || info.Mode() != os.ModeDir|0o700 || owner(info) != p.account {
		t.Errorf("its folder: %v, %v", info, err)
	}
	url, socket := p.URL("postgres"), p.socket
	stop(t, p)
	if _, err := os.Lstat(socket); !os.IsNotExist(err) {
		t.Errorf("%s was left behind: %v", socket, err)
	}
	p = startPostgres(t, Options{Dir: dir, Fast: true})
	if p.URL("postgres") != url {
		t.Errorf("URL was %s, is %s", url, p.URL("postgres"))
	}
	stop(t, p)

	// Somebody else was there first.
	if err := os.Symlink(tempDir(t), socket); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(socket)
	_, err = StartPostgres(t.Context(), Options{Dir: dir, Fast: true})
	refused(t, err, socket, "is not a 0700 folder", "remove it")
}
