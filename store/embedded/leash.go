package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// leashScript runs a command and stops it when file 3 reaches its end. The
// other end of that pipe is open in our process alone, so the kernel closes
// it when we end, even by SIGKILL; and because the shell starts the command
// itself, there is no moment at which the command runs and nobody watches.
//
// $1 is a folder to erase if we are gone when the command ends, or nothing.
// The command is asked with SIGINT (a fast shutdown for Postgres) for about
// 5 s, then with SIGQUIT, then killed; SIGCONT comes first, because a test
// may have frozen it and its children (without pkill, those are only
// killed, by SIGQUIT's rules). The watcher takes SIGTERM as "it has ended": from then
// on the process id may belong to somebody else.
const leashScript = `
erase=$1
shift
"$@" 3<&- >&2 &
server=$!
{
	read -r gone <&3
	trap 'rm -rf "$erase"; exit' TERM
	tries=0
	while kill -CONT $server; do
		pkill -CONT -P $server
		if [ $tries -lt 25 ]; then kill -INT $server
		elif [ $tries -lt 60 ]; then kill -QUIT $server
		else kill -KILL $server
		fi
		tries=$((tries + 1))
		sleep 0.2 || sleep 1
	done
	rm -rf "$erase"
} >/dev/null 2>&1 &
watcher=$!
echo $server
exec >&- 3<&-
wait $server
code=$?
kill $watcher
wait $watcher
exit $code
`

// leashed is a command that does not outlive this process.
type leashed struct {
	pid  int           // of the command itself, not of the shell around it
	hold *os.File      // our end of the pipe: closing it stops the command
	done chan struct{} // closed when the command has ended
	err  error         // how it ended; read it only after done
}

// leash starts name with args as the given account. All that it prints goes
// to log. erase, when not empty, is removed if this process dies before it.
func leash(as account, log *os.File, erase, name string, args ...string) (*leashed, error) {
	// Both pipes are close-on-exec, as every file that Go opens: a command
	// started meanwhile elsewhere cannot keep hold open after our end.
	watched, hold, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer watched.Close()
	said, say, err := os.Pipe()
	if err != nil {
		hold.Close()
		return nil, err
	}
	defer said.Close()
	defer say.Close()

	cmd := exec.Command("/bin/sh", append([]string{"-c", leashScript, "sh", erase, name}, args...)...)
	cmd.Dir = "/" // ours may be closed to the account
	cmd.Env = cleanEnvironment()
	cmd.Stdout, cmd.Stderr = say, log
	cmd.ExtraFiles = []*os.File{watched}
	cmd.SysProcAttr = as.attributes()
	if err := cmd.Start(); err != nil {
		hold.Close()
		return nil, fmt.Errorf("starting %s as %s: %w", name, as, err)
	}
	say.Close()
	l := &leashed{hold: hold, done: make(chan struct{})}
	go func() {
		l.err = cmd.Wait()
		hold.Close()
		close(l.done)
	}()
	line, err := bufio.NewReader(said).ReadString('\n')
	if err == nil {
		l.pid, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		hold.Close()
		<-l.done
		return nil, fmt.Errorf("starting %s: the shell around it said no process id: %w", name, err)
	}
	return l, nil
}

// halt asks the command to end and waits for it; when ctx is over, it asks no
// longer. For Postgres SIGINT and SIGQUIT are a fast and an immediate
// shutdown, and the second takes 5 s at most.
func (l *leashed) halt(ctx context.Context) error {
	err := errors.Join(l.signal(syscall.SIGCONT), l.signal(syscall.SIGINT))
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
	}
	err = errors.Join(err, l.signal(syscall.SIGQUIT))
	select {
	case <-l.done:
	case <-time.After(7 * time.Second):
		err = errors.Join(err, l.signal(syscall.SIGKILL))
		<-l.done
	}
	return errors.Join(err, fmt.Errorf("process %d had to be cut off: %w", l.pid, ctx.Err()))
}

// signal sends s unless the command has ended.
func (l *leashed) signal(s syscall.Signal) error {
	if l.ended() {
		return nil
	}
	return syscall.Kill(l.pid, s)
}

func (l *leashed) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// cleanEnvironment is ours without what would change a server or its
// messages: PGPORT moves the socket, a language translates the log.
func cleanEnvironment() []string {
	env := []string{"LC_ALL=C"}
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "PG") && !strings.HasPrefix(pair, "LC_") && !strings.HasPrefix(pair, "LANG") {
			env = append(env, pair)
		}
	}
	return env
}
