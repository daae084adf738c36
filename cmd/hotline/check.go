package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"

	"hotline/flows"
	"hotline/gateway"
	"hotline/gateway/twilio"
)

// checkCommand goes on after a finding, so that one run tells of all of them.
func checkCommand(*flag.FlagSet) action {
	return func(ctx context.Context, w *world, args []string) error {
		var p problems
		if err := w.checkFlows(args, &p); err != nil {
			return err
		}
		if w.cfg.PublicURL == "" && w.cfg.Keys == "" {
			w.note("The environment holds no configuration (HOTLINE_PUBLIC_URL, HOTLINE_KEYS), so only flows were checked.")
		} else if err := w.checkConfiguration(ctx, &p); err != nil {
			return err
		}
		for _, sentence := range p {
			w.say("%s", sentence)
		}
		if len(p) > 0 {
			return fmt.Errorf("%s not right", count(len(p), "thing is", "things are"))
		}
		return nil
	}
}

// checkFlows loads the flows in force, with the given files over them, and plays all transcripts.
func (w *world) checkFlows(paths []string, p *problems) error {
	files, err := w.cfg.flowFiles()
	if err != nil {
		return err
	}
	if files, err = overlaid(files, paths); err != nil {
		return err
	}
	set, err := gateway.LoadFlows(files)
	if findings := (flows.Findings)(nil); errors.As(err, &findings) {
		for _, f := range findings {
			p.add("%s", f)
		}
		return nil
	}
	if err != nil {
		return err
	}
	talks, err := fs.Glob(files, "*.talk")
	if err != nil {
		return err
	}
	wrong := 0
	for _, name := range talks {
		if err := play(set, files, name); err != nil {
			p.add("%v", err)
			wrong++
		}
	}
	w.say("Flows: %d in %s; %d of %s went as written.", len(set.Files())-1, joined(languagesOf(set)), len(talks)-wrong,
		count(len(talks), "transcript", "transcripts"))
	return nil
}

func languagesOf(set *flows.Set) []string {
	var all []string
	for _, lang := range set.Languages() {
		all = append(all, string(lang))
	}
	return all
}

// play runs one transcript; its error shows where the talk went differently.
func play(set *flows.Set, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	talk, err := flows.ParseTalk(name, string(text))
	if err != nil {
		return err
	}
	return set.Run(talk)
}

// checkConfiguration looks at what serve would start with and, where that is right, at the database and the carrier.
func (w *world) checkConfiguration(ctx context.Context, p *problems) error {
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
	s, err := openStore(ctx, w.cfg.DatabaseURL.reveal(), keys)
	if err != nil {
		p.add("%v", err)
		return nil
	}
	defer s.Close()
	unfinished, err := gateway.Unfinished(ctx, s, w.now())
	if err != nil {
		return err
	}
	*p = append(*p, unfinished...)
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
	w.say("Configuration: the environment, the key file and the database belong together; %s.", count(len(lines), "line", "lines"))
	return nil
}
