package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotline/flows"
	"hotline/gateway"
	"hotline/gateway/twilio"
)

// checkCommand goes on after a finding, so that one run tells of all of them.
func checkCommand(fs *flag.FlagSet) action {
	var how checking
	fs.BoolVar(&how.update, "update", false, "rewrite the answers in the transcripts given, as they come now, and then check")
	fs.BoolVar(&how.coverage, "coverage", false, "tell which steps and ways no transcript visits")
	asJSON := fs.Bool("json", false, "print JSON")
	asSARIF := fs.Bool("sarif", false, "print SARIF 2.1.0, for editors and reviews")
	return func(ctx context.Context, w *world, args []string) error {
		if *asJSON && *asSARIF {
			return misused("--json and --sarif are two forms of the same; choose one")
		}
		if how.update && len(args) == 0 {
			return misused("the transcripts inside this program cannot be rewritten: name the files, or the folder, of those that can")
		}
		var c checked
		if err := w.checkFlows(args, how, &c); err != nil {
			return err
		}
		if w.cfg.PublicURL == "" && w.cfg.Keys == "" {
			w.note("The environment holds no configuration (HOTLINE_PUBLIC_URL, HOTLINE_KEYS), so only flows were checked.")
		} else if err := w.checkConfiguration(ctx, &c); err != nil {
			return err
		}
		var err error
		switch {
		case *asSARIF:
			err = c.printSARIF(w.out)
		case *asJSON:
			err = c.printJSON(w.out)
		default:
			c.print(w)
		}
		return cmp.Or(err, c.err())
	}
}

// checking is what a check does besides.
type checking struct{ update, coverage bool }

// checkFlows loads the flows in force, with the given files over them, and plays all transcripts.
func (w *world) checkFlows(paths []string, how checking, c *checked) error {
	given, err := givenFiles(paths)
	if err != nil {
		return err
	}
	files, err := w.cfg.flowsWith(slices.Concat(paths, given))
	if err != nil {
		return err
	}
	c.given = beside(given)
	set, err := gateway.LoadFlows(files)
	if errors.As(err, &c.findings) {
		return nil
	}
	if err != nil {
		return err
	}
	c.findings, c.allowed = set.Warnings(), set.Allowed()
	c.wrong = append(c.wrong, mute(set)...)
	w.noteReadings(set)
	if how.update {
		if err := w.updateTalks(set, given); err != nil {
			return err
		}
	}
	talks, err := playTalks(set, files)
	if err != nil {
		return err
	}
	wrong, other, own := 0, 0, ownFlows(files)
	for _, t := range talks {
		if len(t.wrong) > 0 && !own && ownFile(files, t.name) {
			other++ // it tells of the flows inside this program, some of which are not in force
			continue
		}
		c.talks = append(c.talks, t.wrong...)
		wrong += min(len(t.wrong), 1)
	}
	if how.coverage {
		c.coverage = ofGiven(set.Coverage(playedOf(talks)...), given)
	}
	c.right = append(c.right, fmt.Sprintf("Flows: %d in %s; %d of %s went as written.", len(set.Flows()), joined(languagesOf(set)), len(talks)-other-wrong,
		count(len(talks)-other, "transcript", "transcripts")))
	if other > 0 {
		c.right = append(c.right, fmt.Sprintf("%s of this program's own would go differently with these flows: copy what you want to keep beside yours.",
			count(other, "transcript", "transcripts")))
	}
	return nil
}

// noteReadings tells which languages no speaker has read, and how far the others go.
func (w *world) noteReadings(set *flows.Set) {
	var unread []string
	for _, r := range set.Readings() {
		if r.Read == "" {
			unread = append(unread, string(r.Lang))
		}
		if r.Onward != nil {
			w.note("note: %s (%s) is complete for %s; elsewhere a talk goes on in %s.", r.Name, r.Lang, orNone(r.Complete), joined(langs(r.Onward)))
		}
	}
	if len(unread) > 0 {
		w.note("note: no speaker has read %s, as far as words.yaml says (read_by_speaker).", joined(unread))
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "no flow yet"
	}
	return joined(names)
}

func languagesOf(set *flows.Set) []string {
	var all []string
	for _, lang := range set.Languages() {
		all = append(all, string(lang))
	}
	return all
}

// givenFiles are the flows and transcripts that paths name. A folder stands for those in it, a flow also for its transcript.
func givenFiles(paths []string) ([]string, error) {
	var given []string
	add := func(file string) {
		if !slices.Contains(given, file) {
			given = append(given, file)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, fmt.Errorf("reading flows: %w", err)
		case info.IsDir():
			entries, err := os.ReadDir(path)
			if err != nil {
				return nil, fmt.Errorf("reading flows: %w", err)
			}
			for _, e := range entries {
				if !e.IsDir() && isFlowFile(e.Name()) {
					add(filepath.Join(path, e.Name()))
				}
			}
			continue
		case !isFlowFile(filepath.Base(path)):
			return nil, misused("%s is no flow (.yaml) and no transcript (.talk)", path)
		}
		add(path)
		if base, isFlow := strings.CutSuffix(path, ".yaml"); isFlow {
			if _, err := os.Stat(base + ".talk"); err == nil {
				add(base + ".talk")
			}
		}
	}
	return given, nil
}

// checkConfiguration looks at what serve would start with and, where that is right, at the database and the carrier.
func (w *world) checkConfiguration(ctx context.Context, c *checked) error {
	p := &c.wrong
	*p = append(*p, w.cfg.strays...)
	if wrong := w.cfg.check(); len(wrong) > 0 {
		*p = append(*p, wrong...)
		return nil
	}
	keys, err := w.loadKeys()
	if err != nil {
		p.add("%v", err)
		return nil
	}
	lost, err := unfinished(ctx, w.cfg.DatabaseURL.reveal(), w.now())
	*p = append(*p, lost...)
	if err != nil {
		p.add("%v", unreachable(err))
		return nil
	}
	s, err := openStore(ctx, w.cfg.DatabaseURL.reveal(), keys)
	if err != nil {
		p.add("%v", err)
		return nil
	}
	defer s.Close()
	lines, err := s.Lines(ctx, s.Pool)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		p.add("there is no line yet: add one with `hotline line add`")
	}
	deaf, err := unread(ctx, s, lines)
	if err != nil {
		return err
	}
	for _, caution := range append(w.cfg.cautions(), deaf...) {
		w.note("caution: %s", caution)
	}
	client, want := twilio.New(w.cfg.carrier()), twilio.WebhookURLs(w.cfg.PublicURL)
	for _, l := range lines {
		have, known, err := client.Webhooks(ctx, l.Number)
		switch {
		case err != nil:
			p.add("line %s: %v", l.Number, err)
		case !known:
			p.add("line %s: the account at the carrier has no such number", l.Number)
		default:
			for _, sentence := range want.Missing(have) {
				p.add("line %s: %s", l.Number, sentence)
			}
		}
	}
	c.right = append(c.right, fmt.Sprintf("Configuration: the environment, the key file and the database belong together; %s.", count(len(lines), "line", "lines")))
	return nil
}
