package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"
)

// world is what a command sees of the outside.
type world struct {
	cfg      Config
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	name     string // how to call this program in a shell: "hotline", or "go run ./cmd/hotline"

	lines *bufio.Reader // of in, for questions
}

// calledAs is how the person called us, for words such as "type: hotline talk".
func calledAs(arg0 string) string {
	if strings.Contains(arg0, "go-build") {
		return "go run ./cmd/hotline"
	}
	if strings.ContainsRune(arg0, filepath.Separator) && !filepath.IsAbs(arg0) {
		return arg0
	}
	return filepath.Base(arg0)
}

// hint is a command as the person would type it here.
func (w *world) hint(command string) string { return w.name + " " + command }

func (w *world) say(format string, args ...any) { fmt.Fprintf(w.out, format+"\n", args...) }

// note is for what is not the command's result: progress, cautions, prompts.
func (w *world) note(format string, args ...any) { fmt.Fprintf(w.err, format+"\n", args...) }

// isTerminal tells whether a person sits at a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// canAsk tells whether a person would answer a question.
func (w *world) canAsk() bool { return isTerminal(w.in) }

// prompt puts words before that person, even where what we print goes into a file.
func (w *world) prompt(words string) {
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil {
		fmt.Fprint(w.err, words)
		return
	}
	defer tty.Close()
	fmt.Fprint(tty, words)
}

// ask puts a question and reads a line. It gives up when ctx ends.
func (w *world) ask(ctx context.Context, question string) (string, error) {
	w.prompt(question)
	if w.lines == nil {
		w.lines = bufio.NewReader(w.in)
	}
	type answer struct {
		line string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := w.lines.ReadString('\n')
		read <- answer{strings.TrimSpace(line), err}
	}()
	select {
	case a := <-read:
		if a.err == io.EOF && a.line == "" {
			return "", errors.New("nothing was answered, so nothing was done")
		}
		if a.err == io.EOF {
			a.err = nil
		}
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// confirm asks before something that cannot be taken back. Where nobody could answer it is not done: a script says --yes, which
// whoever wrote it had to think of.
func (w *world) confirm(ctx context.Context, question string) error {
	if !w.canAsk() {
		return errors.New("nothing was done: this cannot be taken back, and nobody is here to ask; say --yes to do it unasked")
	}
	answer, err := w.ask(ctx, question+" [y/N] ")
	if err != nil {
		return err
	}
	if a := strings.ToLower(answer); a != "y" && a != "yes" {
		return errors.New("nothing was done")
	}
	return nil
}
