package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hotline/flows"
	"hotline/gateway"
)

// flowDraw draws one flow, right or wrong.
func flowDraw(f *flag.FlagSet) action {
	lang := f.String("lang", "", "draw it in this `LANGUAGE`; otherwise in the first that the flows speak")
	mermaid := f.Bool("mermaid", false, "write a Mermaid flowchart instead of an SVG")
	out := f.String("out", "", "write into this `FILE`")
	return func(_ context.Context, w *world, args []string) error {
		path := args[0]
		files, err := w.flowsWith(path)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if name+".yaml" == "words.yaml" {
			return misused("words.yaml holds words and no flow; draw one of the flows beside it")
		}
		if filepath.Ext(*out) == ".yaml" {
			return misused("--out %s would write the picture over a flow; a picture's name ends in .svg", *out)
		}
		d, err := flows.Sketch(files, gateway.Vocabulary(), name, flows.Lang(*lang))
		if err != nil {
			return fmt.Errorf("%s cannot be drawn: %w", path, err)
		}
		picture := d.SVG()
		if *mermaid {
			picture = []byte(d.Mermaid())
		}
		if *out == "" && !*mermaid && isTerminal(w.out) {
			*out = strings.TrimSuffix(path, ".yaml") + ".svg"
		}
		if *out != "" {
			if err := os.WriteFile(*out, picture, 0o644); err != nil {
				return fmt.Errorf("writing the picture: %w", err)
			}
			w.say("%s shows the flow %s.", *out, name)
		} else if _, err := bytes.NewReader(picture).WriteTo(w.out); err != nil {
			return fmt.Errorf("writing the picture: %w", err)
		}
		switch n := d.Red(); {
		case n > 0:
			w.note("%s in red; `hotline check %s` tells what to do.", count(n, "place stands", "places stand"), path)
		case len(d.Findings()) > 0:
			w.note("Something is wrong in another file: %s", d.Findings()[0])
		}
		return nil
	}
}

// flowsWith are the flows in force with one file over them. The name of a flow in force stands for its file.
func (w *world) flowsWith(path string) (fs.FS, error) {
	files, err := w.cfg.flowFiles()
	if err != nil {
		return nil, err
	}
	if _, onDisk := os.Stat(path); onDisk != nil {
		if _, err := fs.Stat(files, path+".yaml"); err == nil {
			return files, nil
		}
	}
	if filepath.Ext(path) != ".yaml" {
		return nil, misused("%s is no flow: that is a file that ends in .yaml, or the name of one in force", path)
	}
	return overlaid(files, []string{path})
}

// flowSchema prints what editors check with.
func flowSchema(f *flag.FlagSet) action {
	words := f.Bool("words", false, "the schema of words.yaml instead")
	return func(_ context.Context, w *world, _ []string) error {
		set, err := w.cfg.loadFlows()
		if err != nil {
			return err
		}
		write := set.Schema
		if *words {
			write = set.WordsSchema
		}
		text, err := write()
		if err != nil {
			return err
		}
		_, err = w.out.Write(text)
		return err
	}
}
