package embedded

import (
	"fmt"
	"os"
	"strings"
)

// journal is the server's log file and where this start's part of it begins.
type journal struct {
	*os.File
	from int64
}

// openLog opens the log to append to, and begins a new one from 1 MB on. It
// belongs to a, so that a can write it when we are not root the next time.
func openLog(path string, a account) (journal, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > 1<<20 {
		if err := os.Rename(path, path+".1"); err != nil {
			return journal{}, err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return journal{}, err
	}
	info, err := f.Stat()
	if err == nil {
		err = a.own(path)
	}
	if err != nil {
		f.Close()
		return journal{}, err
	}
	return journal{f, info.Size()}, nil
}

// tail is what the log gained since it was opened, at most its last lines,
// as the end of an error message.
func (j journal) tail() string {
	info, err := j.Stat()
	if err != nil {
		return ""
	}
	from := max(j.from, info.Size()-4000)
	text := make([]byte, info.Size()-from)
	n, _ := j.ReadAt(text, from) // a shorter tail is still one
	if n == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text[:n])), "\n")
	lines = lines[max(0, len(lines)-12):]
	return fmt.Sprintf("; the end of %s:\n\t%s", j.Name(), strings.Join(lines, "\n\t"))
}
