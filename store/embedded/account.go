package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that a server runs as. Postgres refuses to be root, so
// as root it is somebody else; otherwise it is ourselves.
type account struct {
	uid, gid uint32
}

// self is the user of this process.
func self() account {
	return account{uint32(os.Geteuid()), uint32(os.Getegid())}
}

// serverAccount is the account for a cluster in data, which may not exist
// yet. A cluster that is there keeps its owner: no other user could run it.
func serverAccount(data string) (account, error) {
	if os.Geteuid() != 0 {
		return self(), nil
	}
	if info, err := os.Stat(data); err == nil && owner(info).uid != 0 {
		return owner(info), nil
	}
	for _, name := range []string{"postgres", "_postgres", "pgsql", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil && uid != 0 {
			return account{uint32(uid), uint32(gid)}, nil
		}
	}
	return account{}, errors.New("Postgres does not run as root, and this system has neither a user postgres nor nobody: " +
		"add one (useradd --system postgres), or start as another user")
}

func owner(info os.FileInfo) account {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok { // no Unix does this
		return account{}
	}
	return account{stat.Uid, stat.Gid}
}

// attributes put a process into a session of its own, where Ctrl-C on our
// terminal does not reach it (we stop it ourselves, in order), under a.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a != self() {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// may reports whether a has the rights want (an octal digit: 4 read, 2 write,
// 1 enter or execute) by the mode bits. Access lists are not looked at.
func (a account) may(info os.FileInfo, want os.FileMode) bool {
	have := info.Mode().Perm()
	switch o := owner(info); {
	case a.uid == 0:
		return true
	case o.uid == a.uid:
		have >>= 6
	case o.gid == a.gid:
		have >>= 3
	}
	return have&want == want
}

func (a account) String() string {
	if u, err := user.LookupId(strconv.FormatUint(uint64(a.uid), 10)); err == nil {
		return u.Username
	}
	return fmt.Sprintf("user %d", a.uid)
}
