package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is one line of the table.
type command struct {
	heading string // above it in the list of commands, where a group begins

	name  string // "meeting add"
	takes string // what stands behind it besides flags: "NUMBER", "[FILE…]"
	short string // for the list of commands, and the first sentence of its help
	long  string // the rest of its help
	bind  func(*flag.FlagSet) action
}

// action does the work of a command, when its flags have been read.
type action func(ctx context.Context, w *world, args []string) error

// usageError says that a command was written wrongly. It ends the program with exit code 2.
type usageError string

func (e usageError) Error() string { return string(e) }

// misused says how a command was written wrongly, and how it is written.
func misused(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// find finds the command that args begin with, and gives the rest of args. Names have one or two words.
func find(table []command, args []string) (command, []string, error) {
	if len(args) == 0 || isHelp(args[0]) {
		args = append([]string{"help"}, args[min(1, len(args)):]...)
	}
	for words := min(2, len(args)); words > 0; words-- {
		name := strings.Join(args[:words], " ")
		if i := slices.IndexFunc(table, func(c command) bool { return c.name == name }); i >= 0 {
			return table[i], args[words:], nil
		}
	}
	if under := below(table, args[0]); len(under) > 0 {
		if len(args) == 1 || isHelp(args[1]) {
			return command{}, nil, misused("which of these? %s", strings.Join(under, ", "))
		}
		name := args[0] + " " + args[1]
		return command{}, nil, misused("there is no command %q. %s", name, didYouMean(name, under, "There are: "+strings.Join(under, ", ")))
	}
	return command{}, nil, misused("there is no command %q. %s", args[0], didYouMean(args[0], names(table), "`hotline help` lists them"))
}

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

// names are the first words of all commands, once each.
func names(table []command) []string {
	var all []string
	for _, c := range table {
		first, _, _ := strings.Cut(c.name, " ")
		if !slices.Contains(all, first) {
			all = append(all, first)
		}
	}
	return all
}

// below lists the commands of two words that begin with this one.
func below(table []command, word string) []string {
	var all []string
	for _, c := range table {
		if strings.HasPrefix(c.name, word+" ") {
			all = append(all, c.name)
		}
	}
	return all
}

// run reads the command's flags, which may stand before, between and behind its other arguments, and carries it out.
func (c command) run(ctx context.Context, w *world, args []string) error {
	fs := c.flags()
	act := c.bind(fs)
	args, literal, _ := cutAt(args, "--")
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			return c.wrongFlag(w, fs, err)
		}
		if fs.NArg() == 0 {
			break
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
	rest = append(rest, literal...)
	if err := c.checkArgs(fs, rest); err != nil {
		return err
	}
	return act(ctx, w, rest)
}

// flags is an empty set for the command to fill; what it would print by itself is dropped.
func (c command) flags() *flag.FlagSet {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // its own words are those of programmers
	return fs
}

// cutAt splits args at a mark, which belongs to neither part.
func cutAt(args []string, mark string) (before, after []string, found bool) {
	if i := slices.Index(args, mark); i >= 0 {
		return args[:i], args[i+1:], true
	}
	return args, nil, false
}

// wrongFlag puts what package flag says into a sentence.
func (c command) wrongFlag(w *world, fs *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		printHelp(w, c)
		return nil
	}
	const unknown = "flag provided but not defined: -"
	name, ok := strings.CutPrefix(err.Error(), unknown)
	if !ok {
		return misused("%s: %s; `hotline help %s` tells more", c.name, strings.Replace(err.Error(), " -", " --", 1), c.name)
	}
	var known []string
	fs.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
	name = "--" + strings.TrimLeft(name, "-")
	return misused("%s has no flag %s. %s", c.name, name, didYouMean(name, known, fmt.Sprintf("`hotline help %s` lists them", c.name)))
}

// checkArgs compares the arguments with what the command takes: words in brackets may be left out, … stands for any number.
func (c command) checkArgs(fs *flag.FlagSet, args []string) error {
	takes := strings.Fields(c.takes)
	needed := slices.IndexFunc(append(takes, "["), func(t string) bool { return t[0] == '[' })
	switch {
	case len(args) < needed:
		return misused("%s needs %s; `hotline help %s` tells more", c.name, strings.Join(takes[len(args):needed], " "), c.name)
	case len(takes) == 0 && len(args) > 0:
		return misused("%s does not take %q without a flag before it: %s", c.name, args[0], strings.Join(ownFlags(fs), ", "))
	case len(args) > len(takes) && !strings.Contains(c.takes, "…"):
		return misused("%s does not take %q; put quotes around words that belong together", c.name, args[len(takes)])
	}
	return nil
}

// ownFlags are a command's flags that take a value, without those of every command on records.
func ownFlags(fs *flag.FlagSet) []string {
	own := []string{}
	fs.VisitAll(func(f *flag.Flag) {
		yesNo, ok := f.Value.(interface{ IsBoolFlag() bool })
		if !(ok && yesNo.IsBoolFlag()) && !slices.Contains([]string{"as", "assembly", "data"}, f.Name) {
			own = append(own, "--"+f.Name)
		}
	})
	if len(own) == 0 {
		own = append(own, "there is none that takes it")
	}
	return own
}

// didYouMean is a sentence about an unknown word: the known one that is nearest to it or, if none is near, what to do otherwise.
func didYouMean(word string, known []string, otherwise string) string {
	if len(known) == 0 || len(word) > 64 {
		return otherwise
	}
	near := slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(word, a), distance(word, b)) })
	if distance(word, near) > max(1, len(word)/3) {
		return otherwise
	}
	return fmt.Sprintf("Did you mean %q?", near)
}

// distance counts the letters to add, drop or change to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, change)
		}
	}
	return row[len(b)]
}
