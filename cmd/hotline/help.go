package main

import (
	"context"
	"flag"
	"fmt"
	"runtime/debug"
	"strings"
)

// helpCommand knows the commands of two words by their first one too: `hotline help meeting`.
func helpCommand(*flag.FlagSet) action {
	return func(_ context.Context, w *world, args []string) error {
		table := commands()
		if len(args) == 0 {
			printCommands(w, table)
			return nil
		}
		if under := below(table, args[0]); len(args) == 1 && len(under) > 0 {
			for _, c := range table {
				if strings.HasPrefix(c.name, args[0]+" ") {
					printLine(w, c)
				}
			}
			w.say("\n`hotline help %s` tells more of one of them.", under[0])
			return nil
		}
		c, rest, err := find(table, args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return misused("help is about one command")
		}
		printHelp(w, c)
		return nil
	}
}

// printCommands begins with what most people are here for.
func printCommands(w *world, table []command) {
	w.say("Hotline answers texts and calls for workers' assemblies.\n")
	w.say("To try it on this machine, with pretend phones:  %s", w.hint("dev"))
	w.say("and in another terminal:                         %s", w.hint("talk"))
	for _, c := range table {
		if c.heading != "" {
			w.say("\n%s", c.heading)
		}
		printLine(w, c)
	}
	w.say("\n`hotline help COMMAND` tells more of one of them.")
}

func printLine(w *world, c command) { w.say("  %-18s %s", c.name, c.short) }

// printHelp prints all there is to say about a command.
func printHelp(w *world, c command) {
	fs := c.flags()
	c.bind(fs)
	usage := strings.TrimSpace("hotline " + c.name + " " + c.takes)
	flags := describeFlags(fs)
	if flags != "" {
		usage += " [flags]"
	}
	w.say("%s\n\n%s.", usage, strings.ToUpper(c.short[:1])+c.short[1:])
	if c.long != "" {
		w.say("\n%s", strings.Trim(c.long, "\n"))
	}
	if flags != "" {
		w.say("\nFlags:\n%s", strings.TrimRight(flags, "\n"))
	}
}

// describeFlags is what flag.PrintDefaults would be, with the two hyphens that people type.
func describeFlags(fs *flag.FlagSet) string {
	var b strings.Builder
	fs.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "0s" {
			usage += fmt.Sprintf(" (%s)", f.DefValue)
		}
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimSpace("--"+f.Name+" "+value), usage)
	})
	return b.String()
}

func versionCommand(*flag.FlagSet) action {
	return func(_ context.Context, w *world, _ []string) error {
		w.say("hotline %s", version())
		return nil
	}
}

// version is the commit that this program was built from, as far as the compiler knew it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown origin"
	}
	commit, changed := "without version control", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed since"
		}
	}
	return fmt.Sprintf("%s%s, built with %s", commit, changed, info.GoVersion)
}
